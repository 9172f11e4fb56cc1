"""The invariants hold after real work, and each notices what breaks it."""

import pytest

from membership import coupons
from membership.coupons.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.coupons import basket, make_coupon, make_receipt
from tests.makers.purchases import make_buyer, make_shop

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


async def work() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    held, used, kept, back = [await make_coupon(buyer.id, give_back_days=days) for days in (0, 0, 0, 9)]
    await coupons.lock(make_receipt(shop), basket(held))
    await coupons.use(make_receipt(shop), basket(used))
    for coupon in (kept, back):
        receipt = make_receipt(shop)
        await coupons.use(receipt, basket(coupon))
        await coupons.release(receipt, returned=True)


@keeps(INVARIANTS)
async def test_they_hold() -> None:
    await work()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("coupons.issued", "UPDATE coupon_template SET issued = issued + 1, stock = stock + 1"),
        ("coupons.ordinals", "UPDATE coupon SET ordinal = ordinal + 1000"),
        ("coupons.used_once", "UPDATE coupon SET used_at = NULL, checkout_id = NULL WHERE used_at IS NOT NULL"),
        ("coupons.used_once", "UPDATE coupon SET used_at = now(), held_until = NULL WHERE held_until IS NOT NULL"),
        ("coupons.uses_follow_checkouts", "UPDATE coupon_checkout SET discount_fen = discount_fen + 1"),
        (
            "coupons.uses_follow_checkouts",
            "UPDATE coupon_checkout SET status = 'used', used_at = now() WHERE status = 'locked'",
        ),
        (
            "coupons.uses_follow_checkouts",
            "UPDATE coupon_checkout SET status = 'returned', ended_at = now() WHERE status = 'used'",
        ),
        (
            "coupons.never_below_nothing",
            "UPDATE coupon_checkout SET lines = jsonb_set(lines::jsonb, '{0,amount_fen}', '1')",
        ),
        (
            "coupons.nothing_off_the_unpromoted",
            "INSERT INTO coupon_unpromoted_sku (sku, created_at) VALUES ('A1', '2020-01-01')",
        ),
    ],
)
async def test_each_notices_what_breaks_it(name: str, damage: str) -> None:
    await work()
    assert await broken_by(damage, BREAKS[name])
