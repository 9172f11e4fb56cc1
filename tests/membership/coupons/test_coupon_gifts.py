"""A coupon for a friend: whoever first brings the code has it."""

import asyncio

import pytest

from membership import coupons
from membership.coupons import Status
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.coupons import basket, let_expire, make_coupon, make_receipt
from tests.makers.purchases import make_buyer, make_shop

pytestmark = pytest.mark.usefixtures("world")


@keeps(INVARIANTS)
async def test_given_away_accepted_and_used() -> None:
    giver, friend, shop = await make_buyer(), await make_buyer(), await make_shop()
    hers = await make_coupon(giver.id, transferable=True)
    gift = await coupons.give_away(giver.id, hers.id)
    assert await coupons.give_away(giver.id, hers.id) == gift
    assert (await coupons.coupon(giver.id, hers.id)).status is Status.GIVEN_AWAY
    with pytest.raises(coupons.CouponGivenAway):
        await coupons.lock(make_receipt(shop), basket(hers))
    assert (await coupons.accept(friend.id, gift.code)).id == hers.id
    with pytest.raises(coupons.CouponNotFound):
        await coupons.coupon(giver.id, hers.id)
    with pytest.raises(coupons.CouponNotFound):
        await coupons.accept((await make_buyer()).id, gift.code)
    with pytest.raises(coupons.CouponLimitReached):  # giving it away does not entitle her to another
        await coupons.claim(giver.id, hers.template_id)
    assert (await coupons.use(make_receipt(shop), basket(hers))).discount_fen == 2_000


async def test_taken_back_it_is_hers() -> None:
    giver, friend = await make_buyer(), await make_buyer()
    hers = await make_coupon(giver.id, transferable=True)
    gift = await coupons.give_away(giver.id, hers.id)
    for _ in range(2):
        await coupons.take_back(giver.id, hers.id)
    with pytest.raises(coupons.CouponNotFound):
        await coupons.accept(friend.id, gift.code)
    assert (await coupons.coupon(giver.id, hers.id)).status is Status.AVAILABLE
    assert (await coupons.give_away(giver.id, hers.id)).code != gift.code


async def test_what_can_not_be_given() -> None:
    giver, shop, stranger = await make_buyer(), await make_shop(), await make_buyer()
    own = await make_coupon(giver.id)
    with pytest.raises(coupons.CouponNotTransferable):
        await coupons.give_away(giver.id, own.id)
    with pytest.raises(coupons.CouponNotFound):
        await coupons.give_away(stranger.id, own.id)
    held, used, over = [await make_coupon(giver.id, transferable=True) for _ in range(3)]
    await coupons.lock(make_receipt(shop), basket(held))
    await coupons.use(make_receipt(shop), basket(used))
    await let_expire(over.id)
    refusals = [(held, coupons.CouponHeld), (used, coupons.CouponUsed), (over, coupons.CouponExpired)]
    for coupon, refusal in refusals:
        with pytest.raises(refusal):
            await coupons.give_away(giver.id, coupon.id)
    late = await make_coupon(giver.id, transferable=True)
    gift = await coupons.give_away(giver.id, late.id)
    await let_expire(late.id)
    with pytest.raises(coupons.CouponExpired):
        await coupons.accept(stranger.id, gift.code)


async def test_of_many_friends_one_has_it() -> None:
    giver, friends = await make_buyer(), [await make_buyer() for _ in range(8)]
    hers = await make_coupon(giver.id, transferable=True)
    gift = await coupons.give_away(giver.id, hers.id)
    results = await asyncio.gather(
        *(coupons.accept(friend.id, gift.code) for friend in friends), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["CouponNotFound"] * 7 + ["Issued"]
