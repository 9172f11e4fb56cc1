"""Reads: one's own payment, and what staff must look at."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.payments.errors import PaymentNotFound
from membership.payments.machine import Status

LAST_ID = UUID(int=2**128 - 1)


class PaymentView(msgspec.Struct, frozen=True):
    """A payment. `refund_fen` is on its way back or there, `refunded_fen` of it is there."""

    id: UUID
    purpose: str
    subject_id: UUID
    status: Status
    amount_fen: int
    refund_fen: int
    refunded_fen: int
    description: str
    expires_at: datetime
    paid_at: datetime | None


class IncidentView(msgspec.Struct, frozen=True):
    """Something that a person must look at. `reference` is the provider's number of it."""

    id: UUID
    payment_id: UUID
    kind: str
    reference: str
    details: dict[str, Any]
    created_at: datetime


_COLUMNS = "id, purpose, subject_id, status, amount_fen, refund_fen, refunded_fen, description, expires_at, paid_at"


async def payment(member_id: UUID, payment_id: UUID) -> PaymentView:
    """One of a member's payments. Raises `PaymentNotFound`."""
    row = await database.fetchrow(
        f"SELECT {_COLUMNS} FROM payment WHERE id = $1 AND member_id = $2",  # noqa: S608  # our own columns
        payment_id,
        member_id,
    )
    if row is None:
        raise PaymentNotFound
    return PaymentView(**{**row, "status": Status(row["status"])})


async def incidents(query: PageQuery) -> Page[IncidentView]:
    """What happened to money that no program may decide, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        "SELECT id, payment_id, kind, reference, details::text AS details, created_at FROM payment_incident"
        " WHERE id < $1 ORDER BY id DESC LIMIT $2",
        before,
        query.limit + 1,
    )
    shown = [IncidentView(**{**row, "details": msgspec.json.decode(row["details"])}) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)
