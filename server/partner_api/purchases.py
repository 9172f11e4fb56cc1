"""Sales: taken in, and what became of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, View
from membership import cards, purchases, stores
from membership.stores import StoreCode
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.shapes import CardText, OccurredAt, ReceiptNumber, SaleLineIn, Terminal, line_of
from server.partner_api.signatures import Till


class SaleIn(Body):
    """Exactly one of `card` and `phone` says who bought."""

    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    occurred_at: OccurredAt
    lines: Annotated[list[SaleLineIn], Meta(min_length=1, max_length=200)]
    card: CardText | None = None
    """The member's code as scanned (used for this receipt, or scanned before by this till), or the card's number."""
    phone: Annotated[str, Meta(min_length=5, max_length=24)] | None = None
    """A Chinese mobile number, or E.164."""


class AcceptedOut(View):
    """Stored. `status`: `received`; `waiting` until the phone is verified; `waiting_for_sale` for a return."""

    id: UUID
    status: str


class EventOut(View):
    """`status`: `received` (settled in a moment), `settled`, `waiting` (until the phone is verified), or
    `waiting_for_sale` (a return whose sale has not come). The points are null before the first settlement."""

    id: UUID
    status: str
    receipt: str
    occurred_at: datetime
    received_at: datetime
    amount_fen: int
    level: str | None
    """The level whose rate was frozen when the sale was first seen."""
    points_given: int | None
    """What the whole sale is worth."""
    points_taken_back: int | None
    """What of it all returns of the receipt have taken back."""
    growth: int | None
    """Growth value that the receipt gives now."""
    settled_at: datetime | None


@partner.post(
    "/purchases",
    who=PARTNER,
    status=202,
    limit=LIMIT,
    refuses=(
        *cards.REFUSALS,
        stores.StoreUnknown,
        cards.CardUnknown,
        stores.ReceiptConflict,
    ),
)
async def post_purchase(caller: Till, body: SaleIn) -> AcceptedOut:
    """Send a sale.

    It is stored when the answer comes, and settled within a second or two. The same receipt with the same content gets
    the same answer however often it is sent; with other content it is refused. A till that was offline sends later: a
    code that nobody scanned is then judged by `occurred_at`."""
    sale = purchases.Sale(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        occurred_at=body.occurred_at,
        lines=[line_of(line) for line in body.lines],
        card=body.card,
        phone=body.phone,
    )
    return accepted_out(await purchases.accept_sale(caller.partner_id, sale))


@partner.get("/purchases/{purchase_id}", who=PARTNER, limit=LIMIT, refuses=(purchases.PurchaseNotFound,))
async def get_purchase(caller: Till, purchase_id: UUID) -> EventOut:
    """What became of a sale."""
    return event_out(await purchases.status_of(caller.partner_id, purchase_id, "sale"))


def accepted_out(accepted: purchases.Accepted) -> AcceptedOut:
    return AcceptedOut(id=accepted.id, status=accepted.status)


def event_out(event: purchases.EventStatus) -> EventOut:
    return EventOut(
        id=event.id,
        status=event.status,
        receipt=event.receipt,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        amount_fen=event.amount_fen,
        level=event.level,
        points_given=event.points_given,
        points_taken_back=event.points_taken_back,
        growth=event.growth,
        settled_at=event.settled_at,
    )
