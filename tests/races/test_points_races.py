"""Twenty rounds of everybody at once on one account: exactly the winners there should be, and controls that fail."""

import pytest

from membership.points import posting
from tests.makers import points_races as races
from tests.makers.points import broken_invariants

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_spendings_with_points_for_two(_round: int) -> None:
    races.expect_two(await races.spend_with_points_for_two(50), 50)
    assert await broken_invariants() == []


async def test_control_fifty_spendings_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        races.expect_two(await races.spend_with_points_for_two(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_spendings_under_one_key(_round: int) -> None:
    races.expect_one_spending(await races.spend_under_one_key(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_five_hundred_returns_under_one_key(_round: int) -> None:
    races.expect_one_return(await races.take_back_under_one_key(500), 500)


async def test_control_five_hundred_returns_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        races.expect_one_return(await races.take_back_under_one_key(500), 500)
