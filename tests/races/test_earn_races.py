"""Twenty rounds of everybody earning at once: exactly what caps and budgets have room for, and controls that fail."""

import pytest

from membership.earning import paying
from tests.controls import CHANCES
from tests.makers import earning_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_hundred_occurrences_and_room_for_three(_round: int) -> None:
    races.expect_three(await races.one_member(100), 100)


async def test_control_without_the_member_s_lock_more_are_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD", races.WITHOUT_HER_LOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three(await races.one_member(100), 100)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_occurrence_told_hundred_times(_round: int) -> None:
    races.expect_one(await races.one_member(100, same_key=True), 100)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_hundred_members_and_a_budget_for_three(_round: int) -> None:
    races.expect_three(await races.many_members(100), 100)


async def test_control_without_the_budget_s_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD_BUDGETS", races.BUDGETS_UNHELD)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three(await races.many_members(100), 100)
