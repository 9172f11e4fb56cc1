"""The races of referrals in short; tests/races runs them twenty times."""

import pytest

from tests.controls import CHANCES
from tests.makers import referral_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_two_who_would_close_a_circle() -> None:
    races.expect_no_circle(await races.a_circle_of_four())


async def test_control_without_waiting_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    races.switch_the_lock_off(monkeypatch)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_no_circle(await races.a_circle_of_four())


async def test_a_referral_settled_many_times_at_once() -> None:
    races.expect_one_settlement(await races.many_settlements(12), 12)
