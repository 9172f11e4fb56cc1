"""Twenty rounds of members who win a gift and order the same gift at once, without one deadlock; and the control."""

import pytest

from membership.flash import winning
from tests.controls import CHANCES
from tests.makers import flash_lock_races as races

pytestmark = pytest.mark.usefixtures("world")

MEMBERS = 20


@pytest.mark.parametrize("_round", range(20))
async def test_twenty_members_who_win_and_order(monkeypatch: pytest.MonkeyPatch, _round: int) -> None:
    assert await races.wins_and_orders_at_once(MEMBERS) == ({"RedemptionView": MEMBERS * 2}, 0)
    races.expect_no_deadlock(await races.win_in_the_middle_of_an_order(monkeypatch))


async def test_control_a_win_that_asks_for_the_gift_after_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winning, "_COUNT", races.TOUCHING_THE_GIFT)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_no_deadlock(await races.win_in_the_middle_of_an_order(monkeypatch))
