"""Reminders before points expire."""

from datetime import timedelta
from uuid import UUID

import pytest

from foundation import clock, database
from foundation.pages import PageQuery
from membership import notifications
from membership.points import Kind, reminders
from tests.makers.points import days_from_today, earn, grant, let_a_day_pass, make_account, make_saver, new_key, redeem

pytestmark = pytest.mark.usefixtures("world")


async def heard(member_id: UUID) -> list[tuple[str, str]]:
    """(title, body) of her reminders, the newest first."""
    inbox = await notifications.inbox(member_id, PageQuery(limit=100))
    return [(message.title, message.body) for message in inbox.items if message.kind == reminders.KIND]


async def let_days_pass(member_id: UUID, days: int) -> None:
    for _ in range(days):
        await let_a_day_pass(member_id)


async def test_thirty_and_seven_days_before_and_once_each() -> None:
    member_id = await make_account()
    await earn(member_id, 80, expires_on=days_from_today(31))
    await reminders.remind()
    assert await heard(member_id) == []
    await let_a_day_pass(member_id)
    day = days_from_today(30)
    for _ in range(2):
        await reminders.remind()
        body = f"您有 80 积分将在 {day.month} 月 {day.day} 日后过期，还有 30 天，去商城挑份喜欢的好礼吧。"
        assert await heard(member_id) == [("积分快到期啦", body)]
    await let_days_pass(member_id, 23)
    await redeem(member_id, 30)
    for _ in range(2):
        await reminders.remind()
        titles = [title for title, _ in await heard(member_id)]
        assert titles == ["积分马上到期", "积分快到期啦"]
    assert "50 积分" in (await heard(member_id))[0][1]


async def test_one_message_per_day_of_expiry_for_all_lots_of_it() -> None:
    member_id = await make_account()
    for amount, days in ((10, 20), (15, 20), (7, 25), (3, 400)):
        await earn(member_id, amount, expires_on=days_from_today(days))
    await earn(member_id, 99)
    await reminders.remind()
    assert sorted(body.split(" 积分")[0] for _, body in await heard(member_id)) == ["您有 25", "您有 7"]


async def test_points_given_for_a_week_are_told_of_once() -> None:
    member_id = await make_saver(10, expires_on=days_from_today(5))
    await reminders.remind()
    assert [title for title, _ in await heard(member_id)] == ["积分马上到期"]


async def test_the_last_day_is_told_and_the_day_after_is_not() -> None:
    last_day, over = await make_saver(10, expires_on=clock.today()), await make_saver(10, expires_on=clock.today())
    await let_a_day_pass(over)
    await reminders.remind()
    assert ["就是今天" in body for _, body in await heard(last_day)] == [True]
    assert await heard(over) == []


async def test_what_is_pending_counts_and_what_is_used_up_does_not() -> None:
    waiting, used = await make_account(), await make_saver(10, expires_on=days_from_today(6))
    await grant(
        waiting,
        40,
        kind=Kind.PURCHASE,
        key=new_key(),
        expires_on=days_from_today(6),
        spendable_from=clock.now() + timedelta(days=2),
    )
    await redeem(used, 10)
    await reminders.remind()
    assert len(await heard(waiting)) == 1
    assert await heard(used) == []


async def test_batches_reach_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    people = [await make_saver(5, expires_on=days_from_today(29)) for _ in range(5)]
    await reminders.remind()
    assert [len(await heard(person)) for person in people] == [1] * 5


async def test_it_goes_by_the_index() -> None:
    """However many lots there are, a batch reads those of its members and of its day."""
    async with database.acquire() as connection:
        await connection.execute("SET enable_seqscan = off")
        try:
            rows = await connection.fetch("EXPLAIN " + reminders.OWNERS, clock.today(), reminders.BEFORE_ALL, 5)
        finally:
            await connection.execute("RESET enable_seqscan")
    plan = "\n".join(row[0] for row in rows)
    assert "points_lot_expiring" in plan
    assert "Sort" not in plan
