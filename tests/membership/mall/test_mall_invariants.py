"""The invariants hold after real work, and each notices what breaks it."""

import pytest

from membership import mall
from membership.catalogue import Fulfilment
from membership.mall import paying
from membership.mall.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.orders import make_offer, make_operator, make_shopper, order_for_money, shipped
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


async def real_work() -> None:
    """One returned, one given up unpaid, two codes, one reserved and, as the last, one cancelled."""
    shopper = await make_shopper()
    back = await shipped(shopper)
    await mall.request_return(shopper.id, back.id, "不合适")
    await mall.receive_return(await make_operator(), back.id, restock=False)
    await paying.release((await order_for_money(shopper)).id)
    virtual = await make_offer(kind="virtual", pickup=False)
    await mall.add_goods(await make_operator(), virtual, ["A", "B"])
    await mall.order(shopper.id, mall.Wish(product_id=virtual, quantity=2, fulfilment=Fulfilment.VIRTUAL))
    product, store, member = await make_product(points=1), await make_store(), await make_saver(5)
    await mall.redeem(member, product, 2, store.code)
    await mall.cancel(member, (await mall.redeem(member, product, 3, store.code)).id)


@keeps(INVARIANTS)
async def test_they_hold() -> None:
    await real_work()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("mall.paid", "UPDATE redemption SET points = points + 1"),
        (
            "mall.given_back",
            "UPDATE redemption SET status = 'cancelled', cancelled_at = now() WHERE status = 'reserved'",
        ),
        (
            "mall.given_back",
            "UPDATE redemption SET status = 'reserved', cancelled_at = NULL, cancelled_because = NULL"
            " WHERE status = 'cancelled' AND fulfilment = 'pickup' AND payment_id IS NULL AND NOT EXISTS (SELECT"
            " FROM redemption other WHERE other.id <> redemption.id AND other.store_id = redemption.store_id"
            " AND other.pickup_code = redemption.pickup_code)",
        ),
        (
            "mall.returned",
            "UPDATE redemption SET status = 'delivered', delivered_at = now(), returned_at = NULL,"
            " returned_by_id = NULL, restocked = NULL, return_requested_at = NULL, return_reason_sealed = NULL"
            " WHERE status = 'returned'",
        ),
        (
            "mall.no_points_for_nothing",
            "DELETE FROM redemption WHERE id ="
            " (SELECT id FROM redemption WHERE status = 'cancelled' ORDER BY created_at DESC LIMIT 1)",
        ),
        ("mall.money", "UPDATE redemption SET paid_at = pay_by WHERE cancelled_because = 'unpaid'"),
        ("mall.money", "UPDATE redemption SET money_fen = money_fen + 1 WHERE cancelled_because = 'unpaid'"),
        (
            "mall.goods",
            "UPDATE virtual_good SET order_id = NULL WHERE id ="
            " (SELECT id FROM virtual_good WHERE order_id IS NOT NULL ORDER BY id DESC LIMIT 1)",
        ),
    ],
)
async def test_each_notices_what_breaks_it(name: str, damage: str) -> None:
    await real_work()
    assert await broken_by(damage, BREAKS[name])
