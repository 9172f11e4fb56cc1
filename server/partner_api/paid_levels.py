"""Paid levels at the till: selling a plan."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, View
from membership import cards, paid_levels, stores
from membership.stores import StoreCode
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.shapes import CardText, OccurredAt, ReceiptNumber, Terminal
from server.partner_api.signatures import Till


class PlanSaleIn(Body):
    plan: paid_levels.PlanCode
    price_fen: Annotated[int, Meta(ge=1, le=100_000_000, description="What was paid, in fen: the plan's price.")]
    card: CardText
    """The member's code as scanned, or the card's number."""
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The sale's own number."""
    occurred_at: OccurredAt


class SoldPlanOut(View):
    """The level that was sold, and from which business day to which it holds, both included."""

    id: UUID
    plan: str
    plan_name: str
    level: str
    level_name: str
    begins_on: date
    ends_on: date


@partner.post(
    "/paid-levels",
    who=PARTNER,
    status=201,
    limit=LIMIT,
    refuses=(
        *cards.REFUSALS,
        cards.CardUnknown,
        cards.CardBlocked,
        stores.StoreUnknown,
        stores.ReceiptConflict,
        paid_levels.PlanUnknown,
        paid_levels.PlanPriceChanged,
    ),
)
async def post_paid_level(caller: Till, body: PlanSaleIn) -> SoldPlanOut:
    """Sell a paid level.

    It holds from the day of the sale, or from the day after what she has of the same level already. The same receipt
    with the same content gets the same answer however often it is sent."""
    said = paid_levels.PlanSale(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        occurred_at=body.occurred_at,
        card=body.card,
        plan=body.plan,
        price_fen=body.price_fen,
    )
    sold = await paid_levels.sell_at_till(caller.partner_id, said)
    return SoldPlanOut(
        id=sold.id,
        plan=sold.plan,
        plan_name=sold.plan_name,
        level=sold.level,
        level_name=sold.level_name,
        begins_on=sold.begins_on,
        ends_on=sold.ends_on,
    )
