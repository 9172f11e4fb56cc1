"""Signing in: once a day, days in a row, what it brings, and what a merge makes of it."""

from datetime import date, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from foundation import clock, database
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import earning, points, sign_ins
from membership.sign_ins import actions
from membership.sign_ins.invariants import INVARIANTS
from membership.sign_ins.queries import next_bonus
from tests.breakers import broken_by, keeps
from tests.makers.earning import days_ago, draft, end_planted, in_force
from tests.makers.purchases import Buyer, make_buyer
from tests.statements import statements

WEEK = {"points": 5, "bonuses": [{"day": 7, "points": 20}]}

move_all = transactional(sign_ins.move_all)


@pytest.fixture
async def buyer(world: Settings) -> Buyer:
    return await make_buyer()


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the database's clock show a day."""

    def set_day(day: date) -> None:
        monkeypatch.setattr(actions, "SIGN", SIGN.replace(actions.TODAY, f"date '{day}'"))

    return set_day


SIGN = actions.SIGN


async def test_a_second_tap_gives_the_same_answer(buyer: Buyer) -> None:
    async with in_force(earning.SignIn, WEEK):
        first = await sign_ins.sign_in(buyer.id)
        assert first == sign_ins.SignedIn(clock.today(), 1, 5, sign_ins.NextBonus(6, 20))
        assert await sign_ins.sign_in(buyer.id) == first
    # The bonus is what comes next: without a rule none does.
    assert await sign_ins.sign_in(buyer.id) == msgspec.structs.replace(first, next_bonus=None)
    assert (await points.summary(buyer.id)).balance == 5


async def test_without_a_rule_the_day_counts_and_brings_nothing(buyer: Buyer) -> None:
    await end_planted(earning.SignIn)
    signed = await sign_ins.sign_in(buyer.id)
    assert (signed.points, signed.next_bonus) == (0, None)


async def test_seven_days_in_a_row_bring_a_bonus_and_a_gap_begins_anew(buyer: Buyer, on: Any) -> None:
    got = []
    async with in_force(earning.SignIn, WEEK, valid_from=days_ago(30)):
        for ago in (20, 19, 18, 17, 16, 15, 14, 13, 11):
            on(days_ago(ago))
            signed = await sign_ins.sign_in(buyer.id)
            got.append((signed.streak, signed.points))
    assert got == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (6, 5), (7, 25), (8, 5), (1, 5)]
    assert (await points.summary(buyer.id)).balance == 65


async def test_a_day_that_is_over_can_not_be_signed(buyer: Buyer, on: Any) -> None:
    on(days_ago(0))
    today = await sign_ins.sign_in(buyer.id)
    on(days_ago(1))
    assert await sign_ins.sign_in(buyer.id) == today
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("UPDATE sign_in SET day = day - 1 WHERE member_id = $1", buyer.id)


async def test_the_calendar_of_a_month(buyer: Buyer, on: Any) -> None:
    async with in_force(earning.SignIn, WEEK, valid_from=days_ago(60)):
        for ago in (3, 2, 1):
            on(days_ago(ago))
            await sign_ins.sign_in(buyer.id)
        before = await sign_ins.calendar(buyer.id)
        assert (before.signed_today, before.streak, before.points_next) == (False, 3, 5)
        assert before.next_bonus == sign_ins.NextBonus(4, 20)
        on(days_ago(0))
        await sign_ins.sign_in(buyer.id)
        with statements() as seen:
            after = await sign_ins.calendar(buyer.id)
        assert len(seen) == 2
    assert (after.today, after.signed_today, after.streak) == (days_ago(0), True, 4)
    signed = {days_ago(ago) for ago in range(4)}
    assert {day.day for day in after.days} == {day for day in signed if day.month == clock.today().month}
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    shown = await sign_ins.calendar(buyer.id, last_month)
    assert shown.month == last_month.replace(day=1)
    assert {day.day for day in shown.days} == {day for day in signed if day.month == last_month.month}


async def test_a_streak_that_was_broken_is_not_shown(buyer: Buyer, on: Any) -> None:
    on(days_ago(2))
    await sign_ins.sign_in(buyer.id)
    calendar = await sign_ins.calendar(buyer.id)
    assert (calendar.streak, calendar.signed_today, calendar.next_bonus) == (0, False, None)


def test_the_next_bonus_is_the_nearest_of_all_rules() -> None:
    weekly = {"points": 5, "bonuses": [{"day": 3, "points": 9}], "cycle_days": 7}
    rules: Any = [draft(earning.SignIn, WEEK), draft(earning.SignIn, weekly)]
    assert next_bonus(rules, 0) == sign_ins.NextBonus(3, 9)
    assert next_bonus(rules, 3) == sign_ins.NextBonus(4, 20)
    assert next_bonus(rules, 7) == sign_ins.NextBonus(3, 9)
    assert next_bonus(rules[:1], 7) is None


@pytest.mark.parametrize("cycle_days", [None, 1, 6, 7, 8])
@pytest.mark.parametrize("days", [[], [1], [3, 7], [9]])
def test_the_next_bonus_is_the_one_that_comes_day_by_day(cycle_days: int | None, days: list[int]) -> None:
    parameters = {"points": 5, "bonuses": [{"day": day, "points": 10 + day} for day in days], "cycle_days": cycle_days}
    rule: Any = draft(earning.SignIn, parameters)
    for streak in range(20):
        brought = [earning.SignIn.bonus(earning.decoded(rule), streak + ahead) for ahead in range(1, 21)]
        coming = next(((ahead, points) for ahead, points in enumerate(brought, 1) if points), None)
        assert next_bonus([rule], streak) == (None if coming is None else sign_ins.NextBonus(*coming))


async def test_few_round_trips(buyer: Buyer) -> None:
    async with in_force(earning.SignIn, WEEK, daily_cap=1_000):
        with statements() as seen:
            await sign_ins.sign_in(buyer.id)
        # BEGIN, the day, her lock with the rules, what there is room for, whose account, the grant, the note, COMMIT.
        assert len(seen) == 8, seen
        with statements() as seen:
            await sign_ins.sign_in(buyer.id)
        # BEGIN, the day, what she was answered, the rules, COMMIT.
        assert len(seen) == 5, seen


@pytest.mark.parametrize(("gone_ago", "stays_ago", "moved"), [(0, 1, 1), (1, 0, 1), (0, 0, 0)])
@pytest.mark.usefixtures("world")
@keeps(INVARIANTS)
async def test_two_members_who_are_one(on: Any, gone_ago: int, stays_ago: int, moved: int) -> None:
    gone, stays = await make_buyer(), await make_buyer()
    for member, ago in ((gone, gone_ago), (stays, stays_ago)):
        on(days_ago(ago))
        await sign_ins.sign_in(member.id)
    assert await move_all(gone.id, stays.id) == moved
    calendar = await sign_ins.calendar(stays.id)
    assert (calendar.streak, calendar.signed_today) == (1, True)


async def test_the_invariant_notices_what_breaks_it(buyer: Buyer) -> None:
    await sign_ins.sign_in(buyer.id)
    (invariant,) = INVARIANTS
    damage = "UPDATE sign_in_streak SET streak = 9 WHERE member_id = $1"
    [broken] = await broken_by(damage, invariant, buyer.id)
    assert str(buyer.id) in broken


async def test_a_rule_is_tried_on_real_sign_ins(buyer: Buyer, on: Any) -> None:
    for ago in (9, 8):
        on(days_ago(ago))
        await sign_ins.sign_in(buyer.id)
    rule = draft(earning.SignIn, {"points": 3, "bonuses": [{"day": 2, "points": 4}]}, levels=["standard"])
    shown = await earning.preview(rule, days_ago(9), days_ago(8))
    assert (buyer.number, 2, 10) in [(top.number, top.times, top.points) for top in shown.top]
    nobody = draft(earning.SignIn, {"points": 3}, levels=["gold"])
    assert (await earning.preview(nobody, days_ago(9), days_ago(8))).members == 0
