"""Twenty rounds of codes entered around a circle, and of one referral settled many times at once."""

import pytest

from tests.controls import CHANCES
from tests.makers import referral_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_who_would_close_a_circle(_round: int) -> None:
    races.expect_no_circle(await races.a_circle_of_four())


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_referral_settled_fifty_times_at_once(_round: int) -> None:
    races.expect_one_settlement(await races.many_settlements(50), 50)


async def test_control_without_waiting_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    races.switch_the_lock_off(monkeypatch)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_no_circle(await races.a_circle_of_four())
