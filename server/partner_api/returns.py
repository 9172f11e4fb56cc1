"""Returns: taken in, and what became of them."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body
from membership import purchases, stores
from membership.stores import StoreCode
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.purchases import AcceptedOut, EventOut, accepted_out, event_out
from server.partner_api.shapes import OccurredAt, ReceiptNumber, ReturnLineIn, Terminal, line_of
from server.partner_api.signatures import Till


class ReturnIn(Body):
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The return's own number."""
    original_receipt: ReceiptNumber
    """The number of the sale, which was made in the same store."""
    occurred_at: OccurredAt
    lines: Annotated[list[ReturnLineIn], Meta(min_length=1, max_length=200)]


@partner.post("/returns", who=PARTNER, status=202, limit=LIMIT, refuses=(stores.StoreUnknown, stores.ReceiptConflict))
async def post_return(caller: Till, body: ReturnIn) -> AcceptedOut:
    """Send a return, of the whole sale or of a part.

    It takes back what was given for these goods, at the rate at which it was given. It may come before its sale, and
    twice. More than was sold counts as all that was sold, article by article."""
    returned = purchases.Return(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        original_receipt=body.original_receipt,
        occurred_at=body.occurred_at,
        lines=[line_of(line) for line in body.lines],
    )
    return accepted_out(await purchases.accept_return(caller.partner_id, returned))


@partner.get("/returns/{return_id}", who=PARTNER, limit=LIMIT, refuses=(purchases.PurchaseNotFound,))
async def get_return(caller: Till, return_id: UUID) -> EventOut:
    """What became of a return."""
    return event_out(await purchases.status_of(caller.partner_id, return_id, "return"))
