"""The races in short; tests/races runs them twenty rounds each."""

import pytest

from membership.families import inviting, places
from tests.controls import CHANCES
from tests.makers import family_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_settling_while_he_leaves() -> None:
    races.expect_nothing_left_behind(await races.settle_while_he_leaves())


async def test_control_without_the_lock_his_points_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_left_behind(await races.settle_while_he_leaves(races.LONG_SECONDS))


async def test_spending_while_he_leaves() -> None:
    races.expect_nothing_spent_after_leaving(await races.spend_while_he_leaves())


async def test_control_without_the_lock_he_spends_after_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_spent_after_leaving(await races.spend_while_he_leaves(races.LONG_SECONDS))


async def test_many_earnings_of_one_who_owes() -> None:
    races.expect_one_to_repay(await races.earnings_of_one_who_owes(5), 5)


async def test_control_without_the_lock_more_than_the_debt_stays_with_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_to_repay(await races.earnings_of_one_who_owes(5), 5)


async def test_everybody_earns_and_leaves_at_once() -> None:
    assert await races.earn_and_leave_at_once(5) == (0, 500)


async def test_a_monthly_limit_under_many_spendings_at_once() -> None:
    races.expect_one_within_the_limit(await races.limited_spendings_at_once(8), 8)


async def test_control_without_the_lock_the_limit_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_within_the_limit(await races.limited_spendings_at_once(8), 8)


async def test_one_code_many_people() -> None:
    races.expect_one_relative(await races.accept_one_code(8), 8)


async def test_control_with_a_code_that_can_be_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "TAKE", races.REUSABLE_CODE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_relative(await races.accept_one_code(8), 8)


async def test_the_last_of_six_places() -> None:
    races.expect_six(await races.accept_the_last_place(8), 8)


async def test_control_without_the_familys_lock_more_than_six_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "LOCK", races.UNLOCKED_FAMILY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_six(await races.accept_the_last_place(8), 8)


async def test_inviting_at_once_makes_one_family() -> None:
    assert await races.invite_at_once(5) == 1
