"""Makers: templates, coupons in somebody's hand, and receipts to use them for."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from foundation import clock, database
from foundation.transactions import transactional
from membership import coupons
from membership.coupons.discounts import Line
from membership.staff import Role
from tests.makers.purchases import Shop, make_buyer, receipt_number
from tests.makers.staff import make_staff

give = transactional(coupons.give)
move_all = transactional(coupons.move_all)
apply_in_mall = transactional(coupons.apply_in_mall)
release_from_mall = transactional(coupons.release_from_mall)
sale_returned = transactional(coupons.sale_returned)


class _Resource:
    operator: UUID | None = None


async def operator() -> UUID:
    """Somebody who may make templates; the same one for the whole run."""
    if _Resource.operator is None:
        _Resource.operator = (await make_staff(Role.OPERATOR)).id
    return _Resource.operator


def terms(**changes: Any) -> coupons.Terms:
    """¥20 off from ¥100 on, at the till, for 30 days after the claim, 100 of them, one per member."""
    content: dict[str, Any] = {
        "title": f"满减券{uuid4().hex[:8]}",
        "kind": "amount",
        "amount_fen": 2_000,
        "threshold_fen": 10_000,
        "after_days": 0,
        "lasts_days": 30,
        "stock": 100,
        "claim_from": clock.now() - timedelta(hours=1),
    }
    return coupons.Terms(**content | changes)


async def make_template(**changes: Any) -> UUID:
    return await coupons.make_template(await operator(), terms(**changes))


async def make_coupon(member_id: UUID | None = None, **changes: Any) -> coupons.CouponView:
    """A coupon of a template of its own in a member's hand."""
    if member_id is None:
        member_id = (await make_buyer()).id
    issued = await give(await make_template(**changes), member_id, key=f"test:{uuid4()}")
    return await coupons.coupon(member_id, issued)


def make_receipt(shop: Shop, **changes: Any) -> coupons.Receipt:
    content: dict[str, Any] = {
        "partner_id": shop.partner_id,
        "store_id": shop.store.id,
        "terminal": "POS-1",
        "receipt": receipt_number(),
    }
    return coupons.Receipt(**content | changes)


def basket(*shown: coupons.CouponView, lines: list[Line] | None = None) -> coupons.Basket:
    """Coupons for one article of ¥150."""
    return coupons.Basket(codes=[each.code for each in shown], lines=lines or [Line("A1", 1, 15_000)])


async def let_lock_run_out(checkout_id: UUID) -> None:
    """As if eleven minutes had passed."""
    await database.execute(
        "WITH held AS (UPDATE coupon SET held_until = now() - interval '1 minute' WHERE checkout_id = $1)"
        " UPDATE coupon_checkout SET locked_until = now() - interval '1 minute' WHERE id = $1",
        checkout_id,
    )


async def let_expire(coupon_id: UUID) -> None:
    await database.execute(
        "UPDATE coupon SET valid_from = now() - interval '2 days', valid_until = now() - interval '1 second'"
        " WHERE id = $1",
        coupon_id,
    )
