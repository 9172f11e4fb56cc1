"""The mall: a coupon on the money of an order, and back when the order comes to nothing."""

from uuid import uuid4

import pytest

from membership import coupons
from membership.coupons import Status
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.coupons import apply_in_mall, let_expire, make_coupon, release_from_mall
from tests.makers.purchases import make_buyer

pytestmark = pytest.mark.usefixtures("world")


@keeps(INVARIANTS)
async def test_applied_once_however_often_asked_and_given_back_whatever_the_template_says() -> None:
    buyer, order, sku = await make_buyer(), uuid4(), str(uuid4())
    hers = await make_coupon(buyer.id, in_mall=True)
    assert await apply_in_mall(hers.id, buyer.id, order, sku, 12_000) == 2_000
    assert await apply_in_mall(hers.id, buyer.id, order, sku, 12_000) == 2_000
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.USED
    with pytest.raises(coupons.CouponUsed):
        await apply_in_mall(hers.id, buyer.id, uuid4(), sku, 12_000)
    assert await release_from_mall(order)
    assert not await release_from_mall(order)
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.AVAILABLE
    assert await apply_in_mall(hers.id, buyer.id, uuid4(), sku, 12_000) == 2_000


async def test_an_order_takes_one_coupon() -> None:
    buyer, order = await make_buyer(), uuid4()
    hers = await make_coupon(buyer.id, in_mall=True, stacking_group="a")
    more = await make_coupon(buyer.id, in_mall=True, stacking_group="b")
    await apply_in_mall(hers.id, buyer.id, order, "X", 12_000)
    for coupon, money_fen in ((more, 12_000), (hers, 12_001)):
        with pytest.raises(coupons.CheckoutConflict):
            await apply_in_mall(coupon.id, buyer.id, order, "X", money_fen)


async def test_it_never_takes_off_more_than_there_is() -> None:
    buyer = await make_buyer()
    hers = await make_coupon(buyer.id, in_mall=True, threshold_fen=0)
    assert await apply_in_mall(hers.id, buyer.id, uuid4(), "X", 700) == 700


async def test_what_the_mall_refuses() -> None:
    buyer, stranger = await make_buyer(), await make_buyer()
    till = await make_coupon(buyer.id)
    over = await make_coupon(buyer.id, in_mall=True)
    await let_expire(over.id)
    small = await make_coupon(buyer.id, in_mall=True, threshold_fen=20_000)
    refusals: list[tuple[coupons.CouponView, type[Exception]]] = [
        (till, coupons.CouponNotHere),
        (over, coupons.CouponExpired),
        (small, coupons.CouponDoesNotFit),
    ]
    for coupon, refusal in refusals:
        with pytest.raises(refusal):
            await apply_in_mall(coupon.id, buyer.id, uuid4(), "X", 12_000)
    with pytest.raises(coupons.CouponNotFound):
        await apply_in_mall(small.id, stranger.id, uuid4(), "X", 30_000)
    with pytest.raises(coupons.CouponNotFound):
        await apply_in_mall(uuid4(), buyer.id, uuid4(), "X", 30_000)


async def test_what_she_could_use_the_best_first() -> None:
    buyer = await make_buyer()
    small = await make_coupon(buyer.id, in_mall=True, amount_fen=100)
    large = await make_coupon(buyer.id, in_mall=True, amount_fen=300)
    await make_coupon(buyer.id, in_mall=True, kind="gift", amount_fen=None, gift="湿巾一包")
    await make_coupon(buyer.id, in_mall=True, scope="only", skus=["Y"])
    await make_coupon(buyer.id)
    usable = await coupons.usable_in_mall(buyer.id, "X", 12_000)
    assert [(coupon.id, coupon.discount_fen) for coupon in usable] == [(large.id, 300), (small.id, 100)]


async def test_the_brand_pays_what_the_mall_takes_off() -> None:
    buyer = await make_buyer()
    hers = await make_coupon(buyer.id, in_mall=True, store_share_percent=50)
    await apply_in_mall(hers.id, buyer.id, uuid4(), "X", 12_000)
    funding = await coupons.funding(hers.created_at.date())
    (line,) = [line for line in funding if line.template_id == hers.template_id]
    assert (line.store_id, line.brand_fen, line.store_fen) == (None, 2_000, 0)
