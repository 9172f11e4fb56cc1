"""Payments a person must look at: a wrong amount, a stranger's money, a refund that WeChat gave up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from foundation.http import Caller, Page, PageQuery, View
from membership import payments
from membership.staff import Role
from server.staff_api.face import staff


class PaymentIncidentOut(View):
    """What did not fit. `reference` is the provider's number of it; `details` say what was expected and what came."""

    id: UUID
    payment_id: UUID
    kind: str
    reference: str
    details: dict[str, Any]
    created_at: datetime


@staff.get("/payment-incidents", who=(Role.OPERATOR.value, Role.ADMINISTRATOR.value))
async def payment_incidents(caller: Caller, query: PageQuery) -> Page[PaymentIncidentOut]:
    """Payments and refunds that need a person, the newest first."""
    page = await payments.incidents(query)
    return Page(
        items=[
            PaymentIncidentOut(
                id=incident.id,
                payment_id=incident.payment_id,
                kind=incident.kind,
                reference=incident.reference,
                details=incident.details,
                created_at=incident.created_at,
            )
            for incident in page.items
        ],
        next_cursor=page.next_cursor,
    )
