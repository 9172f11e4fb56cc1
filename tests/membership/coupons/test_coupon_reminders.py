"""Reminders: of every coupon once, three days before its end, and one message for all of hers."""

from datetime import timedelta
from uuid import UUID

import pytest

from foundation import clock, database
from foundation.pages import PageQuery
from membership import coupons, notifications
from membership.coupons import jobs
from tests.makers.coupons import basket, let_expire, make_coupon, make_receipt
from tests.makers.purchases import make_buyer, make_shop

pytestmark = pytest.mark.usefixtures("world")


async def taken_yesterday(coupon: coupons.CouponView) -> coupons.CouponView:
    await database.execute("UPDATE coupon SET created_at = now() - interval '1 day' WHERE id = $1", coupon.id)
    return coupon


async def messages_of(member_id: UUID) -> list[str]:
    inbox = await notifications.inbox(member_id, PageQuery())
    return [message.body for message in inbox.items if message.kind == jobs.KIND]


async def test_of_each_once_and_of_several_in_one_message() -> None:
    buyer = await make_buyer()
    first = await taken_yesterday(await make_coupon(buyer.id, lasts_days=2))
    await taken_yesterday(await make_coupon(buyer.id, lasts_days=4))
    await taken_yesterday(await make_coupon(buyer.id, lasts_days=5))  # its turn is tomorrow
    await jobs.remind()
    await jobs.remind()
    last_day = clock.business_day(first.valid_until - timedelta(seconds=1))
    assert await messages_of(buyer.id) == [
        f"「{first.promise.title}」等2张优惠券最早{last_day.month}月{last_day.day}日到期，记得在到期前使用哦"
    ]


async def test_not_of_what_is_used_expired_just_taken_or_on_its_way() -> None:
    buyer, shop = await make_buyer(), await make_shop()
    await make_coupon(buyer.id, lasts_days=1)
    used = await taken_yesterday(await make_coupon(buyer.id, lasts_days=2))
    await coupons.use(make_receipt(shop), basket(used))
    over = await taken_yesterday(await make_coupon(buyer.id, lasts_days=2))
    await let_expire(over.id)
    going = await taken_yesterday(await make_coupon(buyer.id, lasts_days=2, transferable=True))
    await coupons.give_away(buyer.id, going.id)
    await jobs.remind()
    assert await messages_of(buyer.id) == []


async def test_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    await jobs.remind()
    monkeypatch.setattr(jobs, "BATCH", 2)
    for _ in range(5):
        await taken_yesterday(await make_coupon(lasts_days=2))
    assert await jobs.remind() == 5
    assert await jobs.remind() == 0
