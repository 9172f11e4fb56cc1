"""The mall: one coupon on the money of an order. It is used at once, and comes back when the order is cancelled."""

import hashlib
from uuid import UUID

from foundation import database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import within_transaction
from membership.coupons import checkouts, found
from membership.coupons.checkouts import CheckoutStatus
from membership.coupons.discounts import Line, discounts, fits
from membership.coupons.errors import CheckoutConflict, CouponNotFound
from membership.coupons.views import UsableCoupon

BEGIN = """
INSERT INTO coupon_checkout (id, order_id, fingerprint, status, lines, discount_fen, locked_until)
VALUES ($1, $2, $3, 'locked', '[]', 0, now()) ON CONFLICT DO NOTHING RETURNING true
"""

LIVE = """
SELECT id, status, fingerprint, discount_fen FROM coupon_checkout
 WHERE order_id = $1 AND status <> 'released' FOR UPDATE
"""


async def usable_in_mall(member_id: UUID, sku: str, money_fen: int) -> list[UsableCoupon]:
    """Her coupons that take something off `money_fen` of an article of the mall, the best first."""
    lines = [Line(sku, 1, money_fen)]
    unpromoted = await found.unpromoted([sku])
    usable = []
    for coupon in await found.of_member(member_id, None):
        if coupon.refusal(in_mall=True) is None and fits(coupon.rule, lines, unpromoted):
            fen = discounts([coupon.rule], lines, unpromoted).discount_fen
            usable.append(UsableCoupon.of(coupon, fen))
    return sorted((coupon for coupon in usable if coupon.discount_fen), key=lambda coupon: -coupon.discount_fen)


@within_transaction
async def apply_in_mall(coupon_id: UUID, member_id: UUID, order_id: UUID, sku: str, money_fen: int) -> int:
    """Uses her coupon for an order of the mall; what it takes off `money_fen` (more than 0), never more than all of it.

    `sku` is what templates call the article (a product of the mall without one: its id as text). An order takes one
    coupon; asked again for the same, it answers the same. Raises what `errors.CANNOT_BE_USED` names (a stranger's is
    `CouponNotFound`), and `CheckoutConflict` when the order has used another coupon.
    """
    fingerprint = hashlib.sha256(f"{coupon_id}:{sku}:{money_fen}".encode()).digest()
    checkout_id = new_id()
    if not await database.fetchval(BEGIN, checkout_id, order_id, fingerprint):
        return await _applied_before(order_id, fingerprint)
    owner = await database.fetchval("SELECT member_id FROM coupon WHERE id = $1 FOR UPDATE", coupon_id)
    if owner != member_id:
        raise CouponNotFound
    lines = [Line(sku, 1, money_fen)]
    discount_fen = await checkouts.hold(checkout_id, [coupon_id], lines, store_id=None, in_mall=True)
    await checkouts.use(checkout_id)
    return discount_fen


@within_transaction
async def release_from_mall(order_id: UUID) -> bool:
    """The order came to nothing: its coupon comes back, whatever its template says of returns; whether there was one.

    Asked again, it changes nothing.
    """
    live = await database.fetchrow(LIVE, order_id)
    if live is None or live["status"] != CheckoutStatus.USED:
        return False
    await checkouts.give_back(live["id"], always=True)
    return True


async def _applied_before(order_id: UUID, fingerprint: bytes) -> int:
    live = await database.fetchrow(LIVE, order_id)
    if live is None:
        raise Unavailable
    if live["fingerprint"] != fingerprint or live["status"] != CheckoutStatus.USED:
        raise CheckoutConflict
    return int(live["discount_fen"])
