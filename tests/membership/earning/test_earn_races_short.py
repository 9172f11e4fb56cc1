"""The races for caps and budgets in short; tests/races runs them twenty times."""

import pytest

from membership.earning import paying
from tests.controls import CHANCES
from tests.makers import earning_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_forty_occurrences_and_room_for_three() -> None:
    races.expect_three(await races.one_member(40), 40)


async def test_control_without_the_member_s_lock_more_are_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD", races.WITHOUT_HER_LOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three(await races.one_member(40), 40)


async def test_one_occurrence_told_forty_times() -> None:
    races.expect_one(await races.one_member(40, same_key=True), 40)


async def test_forty_members_and_a_budget_for_three() -> None:
    races.expect_three(await races.many_members(40), 40)


async def test_control_without_the_budget_s_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD_BUDGETS", races.BUDGETS_UNHELD)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three(await races.many_members(40), 40)
