"""What comes back of a budget is there again, in whichever version of the rule it was spent."""

import pytest

from membership import earning
from membership.earning import paying
from membership.earning.invariants import INVARIANTS
from tests.breakers import keeps
from tests.controls import CHANCES
from tests.makers import budget_races as races
from tests.makers.budget_races import budget_of, release, reserve, room
from tests.makers.earning import STAFF, in_force
from tests.makers.purchases import make_buyer

pytestmark = pytest.mark.usefixtures("world")

DOUBLE = {"numerator": 2}
ALL = 1_000


@keeps(INVARIANTS)
async def test_what_comes_back_after_a_change_is_room_in_the_new_version() -> None:
    member_id = (await make_buyer()).id
    async with in_force(earning.Purchase, DOUBLE, budget=100) as rule:
        key = await reserve(member_id, rule.code, 90)
        await earning.change_rule(STAFF, rule.id, {"name": "新名字"})
        for _ in range(2):
            await release(rule.code, key, 60)
        assert await budget_of(rule.code) == [(100, 0, 90), (100, 90, -60)]
        assert await room(member_id, rule.code, ALL) == 70
        current = await earning.find_rule(rule.code)
        assert current is not None and current.spent == 100
        await release(rule.code, key, 30, time=2)
        third = await earning.change_rule(STAFF, current.id, {"budget": 80})
        assert third.spent == 70
        assert await room(member_id, rule.code, ALL) == 10


@keeps(INVARIANTS)
async def test_what_comes_back_while_there_is_no_budget_is_not_lost() -> None:
    member_id = (await make_buyer()).id
    async with in_force(earning.Purchase, DOUBLE, budget=100) as rule:
        key = await reserve(member_id, rule.code, 100)
        free = await earning.change_rule(STAFF, rule.id, {"budget": None})
        await release(rule.code, key, 40)
        again = await earning.change_rule(STAFF, free.id, {"budget": 60})
        assert again.spent == 60
        await release(rule.code, key, 10, time=2)
        assert await budget_of(rule.code) == [(100, 0, 60), (None, 100, 0), (60, 60, -10)]
        assert await room(member_id, rule.code, ALL) == 10


@keeps(INVARIANTS)
async def test_what_was_never_counted_gives_no_room() -> None:
    member_id = (await make_buyer()).id
    async with in_force(earning.Purchase, DOUBLE, daily_cap=ALL) as rule:
        key = await reserve(member_id, rule.code, 90)
        counting = await earning.change_rule(STAFF, rule.id, {"budget": 100})
        await reserve(member_id, rule.code, 50)
        await release(rule.code, key, 90)
        assert await budget_of(rule.code) == [(None, 0, 0), (100, 0, 50)]
        assert counting.spent == 0
        assert await room(member_id, rule.code, ALL) == 50


@keeps(INVARIANTS)
async def test_a_rule_that_has_ended_still_counts_what_comes_back() -> None:
    member_id = (await make_buyer()).id
    async with in_force(earning.Purchase, DOUBLE, budget=100) as rule:
        key = await reserve(member_id, rule.code, 100)
        await earning.change_rule(STAFF, rule.id, {"name": "新名字"})
    await release(rule.code, key, 100)
    assert await budget_of(rule.code) == [(100, 0, 100), (100, 100, -100)]


@keeps(INVARIANTS)
async def test_what_comes_back_in_the_middle_of_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_room_in_the_new_version(await races.release_in_the_middle_of_a_change(monkeypatch))


async def test_control_where_the_current_version_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD_CURRENT", races.NOT_HELD)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_room_in_the_new_version(await races.release_in_the_middle_of_a_change(monkeypatch))


@keeps(INVARIANTS)
async def test_what_comes_back_while_the_rule_is_changed_again_and_again() -> None:
    races.expect_all_the_room(await races.release_while_it_is_changed(12), 12)
