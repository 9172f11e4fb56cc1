"""Virtual goods and coupons: hers at once, each code once, and never back."""

import asyncio

import pytest

from foundation import database
from membership import catalogue, coupons, mall, points
from membership.catalogue import Fulfilment
from tests.makers.coupons import make_template
from tests.makers.orders import make_offer, make_operator, make_shopper, stock_of

pytestmark = pytest.mark.usefixtures("world")


async def make_virtual(*codes: str, stock: int = 10) -> mall.Wish:
    product = await make_offer(kind="virtual", pickup=False, stock=stock)
    if codes:
        assert await mall.add_goods(await make_operator(), product, codes) == len(codes)
    return mall.Wish(product_id=product, fulfilment=Fulfilment.VIRTUAL)


async def test_a_code_is_hers_at_once_and_nobody_elses() -> None:
    wish = await make_virtual("CODE-1", "CODE-2")
    first, second, third = [await make_shopper() for _ in range(3)]
    order = await mall.order(first.id, wish)
    assert (order.status, order.delivered_at, order.goods) == (mall.Status.DELIVERED, order.created_at, ())
    other = await mall.order(second.id, wish)
    seen = [
        (await mall.redemption_whole(shopper.id, each.id)).goods for shopper, each in ((first, order), (second, other))
    ]
    assert sorted(seen) == [("CODE-1",), ("CODE-2",)]
    with pytest.raises(catalogue.SoldOut):
        await mall.order(third.id, wish)
    assert (await stock_of(wish.product_id), (await points.summary(third.id)).balance) == (8, 1_000)
    for refused in (mall.cancel(first.id, order.id), mall.request_return(first.id, order.id, "不想要了")):
        with pytest.raises(mall.AlreadyDelivered):
            await refused


async def test_codes_are_kept_encrypted_and_taken_in_once() -> None:
    operator, wish = await make_operator(), await make_virtual("SAME", "OTHER")
    assert await mall.add_goods(operator, wish.product_id, ["SAME", "SAME", "NEW"]) == 1
    rows = await database.fetch("SELECT content FROM virtual_good WHERE product_id = $1", wish.product_id)
    assert len(rows) == 3
    assert all(b"SAME" not in bytes(row["content"]) for row in rows)
    with pytest.raises(mall.GoodsNotForThisProduct):
        await mall.add_goods(operator, await make_offer(), ["X"])
    with pytest.raises(catalogue.ProductNotFound):
        await mall.add_goods(operator, operator, ["X"])


async def test_a_product_without_a_pool_is_nothing_but_the_fact() -> None:
    shopper, wish = await make_shopper(), await make_virtual()
    order = await mall.order(shopper.id, wish)
    whole = await mall.redemption_whole(shopper.id, order.id)
    assert (whole.status, whole.goods) == (mall.Status.DELIVERED, ())


async def test_many_at_once_get_different_codes() -> None:
    codes = [f"C{number}" for number in range(6)]
    wish = await make_virtual(*codes, stock=20)
    shoppers = [await make_shopper() for _ in range(9)]
    results = await asyncio.gather(*(mall.order(shopper.id, wish) for shopper in shoppers), return_exceptions=True)
    got = [
        (await mall.redemption_whole(shopper.id, result.id)).goods
        for shopper, result in zip(shoppers, results, strict=True)
        if isinstance(result, mall.RedemptionView)
    ]
    assert sorted(got) == [(code,) for code in codes]
    assert sum(isinstance(result, catalogue.SoldOut) for result in results) == 3


async def test_a_coupon_is_in_her_hand_at_once() -> None:
    shopper, template = await make_shopper(), await make_template(stock=3, per_member_limit=2)
    product = await make_offer(kind="coupon", pickup=False, coupon_template=template)
    order = await mall.order(shopper.id, mall.Wish(product_id=product, quantity=2, fulfilment=Fulfilment.COUPON))
    assert order.status is mall.Status.DELIVERED
    held = await database.fetchval("SELECT count(*) FROM coupon WHERE member_id = $1", shopper.id)
    assert held == 2
    with pytest.raises(coupons.CouponLimitReached):
        await mall.order(shopper.id, mall.Wish(product_id=product, fulfilment=Fulfilment.COUPON))
    assert (await stock_of(product), (await points.summary(shopper.id)).balance) == (8, 800)
