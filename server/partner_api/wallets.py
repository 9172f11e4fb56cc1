"""Stored value at the till: topping up, paying, giving a payment back."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, View
from membership import cards, stores, wallets
from membership.stores import StoreCode
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.shapes import CardText, OccurredAt, ReceiptNumber, Terminal
from server.partner_api.signatures import Till

Fen = Annotated[int, Meta(ge=1, le=100_000_000, description="In fen.")]


class TopUpIn(Body):
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The top-up's own number."""
    occurred_at: OccurredAt
    card: CardText
    """The member's code as scanned, or the card's number."""
    principal_fen: Fen
    """What she paid in."""


class WalletPaymentIn(Body):
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The number of the receipt that is paid; its sale may carry the same card code."""
    occurred_at: OccurredAt
    card: CardText
    """The member's code as scanned: good now, or scanned by this store and terminal within the last two hours."""
    amount_fen: Fen


class ReversalIn(Body):
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The reversal's own number."""
    original_receipt: ReceiptNumber
    """The receipt that was paid, in the same store."""
    occurred_at: OccurredAt
    amount_fen: Fen | None = None
    """Left out: all that is left of the payment."""


class MovedOut(View):
    """What moved, and what the wallet held right after it; all in fen, principal and gift apart."""

    id: UUID
    principal_fen: int
    gift_fen: int
    principal_after_fen: int
    gift_after_fen: int


@partner.post(
    "/wallets/top-ups",
    who=PARTNER,
    status=201,
    limit=LIMIT,
    refuses=(
        *cards.REFUSALS,
        cards.CardUnknown,
        cards.CardBlocked,
        stores.StoreUnknown,
        stores.ReceiptConflict,
        wallets.WalletUnnamed,
        wallets.WalletFull,
    ),
)
async def post_wallet_top_up(caller: Till, body: TopUpIn) -> MovedOut:
    """Store money for a member, which the till has taken in.

    Where a rule gives something on top of it, that is the gift. Principal and gift together are at most what a named
    card may hold. The same receipt with the same content gets the same answer however often it is sent."""
    said = wallets.TopUp(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        occurred_at=body.occurred_at,
        card=body.card,
        principal_fen=body.principal_fen,
    )
    return _out(await wallets.top_up(caller.partner_id, said))


@partner.post(
    "/wallets/payments",
    who=PARTNER,
    status=201,
    limit=LIMIT,
    refuses=(
        *cards.REFUSALS,
        cards.CardBlocked,
        stores.StoreUnknown,
        stores.ReceiptConflict,
        wallets.WalletNeedsCode,
        wallets.WalletNotEnough,
    ),
)
async def post_wallet_payment(caller: Till, body: WalletPaymentIn) -> MovedOut:
    """Pay out of the wallet of the member whose card is here.

    Principal and gift are taken in the proportion in which the wallet holds them. A card's number alone pays nothing.
    The same receipt with the same content gets the same answer however often it is sent."""
    said = wallets.Payment(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        occurred_at=body.occurred_at,
        card=body.card,
        amount_fen=body.amount_fen,
    )
    return _out(await wallets.pay(caller.partner_id, said))


@partner.post(
    "/wallets/reversals",
    who=PARTNER,
    status=201,
    limit=LIMIT,
    refuses=(
        stores.StoreUnknown,
        stores.ReceiptConflict,
        wallets.WalletPaymentUnknown,
        wallets.WalletPaymentReturned,
        wallets.WalletFull,
    ),
)
async def post_wallet_reversal(caller: Till, body: ReversalIn) -> MovedOut:
    """Give a payment back to the wallet that paid it, wholly or in part.

    Principal and gift come back as they went. Where the wallet has no room for it, give back what fits and the rest in
    cash. The same receipt with the same content gets the same answer however often it is sent."""
    said = wallets.Reversal(
        store=body.store,
        terminal=body.terminal,
        receipt=body.receipt,
        original_receipt=body.original_receipt,
        occurred_at=body.occurred_at,
        amount_fen=body.amount_fen,
    )
    return _out(await wallets.reverse(caller.partner_id, said))


def _out(done: wallets.Done) -> MovedOut:
    return MovedOut(
        id=done.id,
        principal_fen=done.moved.principal_fen,
        gift_fen=done.moved.gift_fen,
        principal_after_fen=done.holds.principal_fen,
        gift_after_fen=done.holds.gift_fen,
    )
