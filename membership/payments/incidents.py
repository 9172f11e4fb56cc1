"""Incidents: what happened to money and no program may decide. Written once, logged loudly, read by staff."""

from typing import Any
from uuid import UUID

import msgspec
import structlog

from foundation import database
from foundation.ids import new_id
from foundation.transactions import within_transaction

log = structlog.get_logger("payments")


@within_transaction
async def record_incident(payment_id: UUID, kind: str, reference: str, **details: Any) -> None:
    """Writes down what happened; the same (payment, kind, reference) once. `details` hold nothing personal."""
    written = await database.execute(
        "INSERT INTO payment_incident (id, payment_id, kind, reference, details) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        new_id(),
        payment_id,
        kind,
        reference,
        msgspec.json.encode(details).decode(),
    )
    if written:
        log.error("payment_incident", payment=str(payment_id), kind=kind, reference=reference, **details)
