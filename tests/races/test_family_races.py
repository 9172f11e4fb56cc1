"""Twenty rounds of families under everybody at once: nothing left behind, nobody too many, and controls that fail."""

import pytest

from membership.families import inviting, places
from tests.controls import CHANCES
from tests.makers import family_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_settling_and_spending_while_he_leaves(_round: int) -> None:
    races.expect_nothing_left_behind(await races.settle_while_he_leaves())
    races.expect_nothing_spent_after_leaving(await races.spend_while_he_leaves())


async def test_control_leaving_without_the_locks_on_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_left_behind(await races.settle_while_he_leaves(races.LONG_SECONDS))
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_spent_after_leaving(await races.spend_while_he_leaves(races.LONG_SECONDS))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_eight_earnings_of_one_who_owes(_round: int) -> None:
    races.expect_one_to_repay(await races.earnings_of_one_who_owes(8), 8)


async def test_control_earnings_without_the_lock_on_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_to_repay(await races.earnings_of_one_who_owes(8), 8)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_everybody_of_a_family_earns_and_leaves(_round: int) -> None:
    assert await races.earn_and_leave_at_once(5) == (0, 500)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_code_and_sixteen_people(_round: int) -> None:
    races.expect_one_relative(await races.accept_one_code(16), 16)


async def test_control_one_code_that_can_be_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "TAKE", races.REUSABLE_CODE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_relative(await races.accept_one_code(16), 16)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_ten_codes_for_the_last_of_six_places(_round: int) -> None:
    races.expect_six(await races.accept_the_last_place(10), 10)


async def test_control_the_last_place_without_the_familys_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "LOCK", races.UNLOCKED_FAMILY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_six(await races.accept_the_last_place(10), 10)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_monthly_limit_and_sixteen_spendings(_round: int) -> None:
    races.expect_one_within_the_limit(await races.limited_spendings_at_once(16), 16)


async def test_control_the_limit_without_the_lock_on_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "HELD", races.UNLOCKED_PLACE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_within_the_limit(await races.limited_spendings_at_once(16), 16)
