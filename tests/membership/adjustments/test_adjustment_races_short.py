"""One round of adjusting at once; twenty are in tests/races."""

import pytest

from membership.adjustments import actions, allowances
from tests.controls import CHANCES
from tests.makers import adjustment_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_twenty_adjustments_of_one_clerk_keep_to_the_days_limit() -> None:
    races.expect_the_days_limit(await races.many_by_one_clerk(20), 20)


async def test_control_twenty_adjustments_with_a_limit_that_is_only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "USE", races.UNLOCKED_USE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_days_limit(await races.many_by_one_clerk(20), 20)


async def test_two_approvals_at_once_are_one_posting() -> None:
    races.expect_one_decision(await races.everybody_decides(2, 0), 2, 0)


async def test_approvals_against_rejections() -> None:
    races.expect_one_decision(await races.everybody_decides(4, 4), 4, 4)


async def test_control_approvals_against_rejections_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LOCK", races.UNLOCKED_DECISION)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_decision(await races.everybody_decides(4, 4), 4, 4)
