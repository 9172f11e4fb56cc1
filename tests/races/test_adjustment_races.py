"""Twenty rounds of adjusting at once: the day's limit holds, and there is one decision."""

import pytest

from membership.adjustments import allowances
from tests.controls import CHANCES
from tests.makers import adjustment_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_twenty_adjustments_of_one_clerk_keep_to_the_days_limit(_round: int) -> None:
    races.expect_the_days_limit(await races.many_by_one_clerk(20), 20)


async def test_control_twenty_adjustments_with_a_limit_that_is_only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "USE", races.UNLOCKED_USE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_days_limit(await races.many_by_one_clerk(20), 20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_approvals_at_once_are_one_posting(_round: int) -> None:
    races.expect_one_decision(await races.everybody_decides(2, 0), 2, 0)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_approvals_against_rejections(_round: int) -> None:
    races.expect_one_decision(await races.everybody_decides(5, 5), 5, 5)
