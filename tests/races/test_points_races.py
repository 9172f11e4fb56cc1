"""Twenty rounds of everybody at once on one account: exactly the winners there should be, and controls that fail."""

import pytest

from membership.points import actions, jobs, posting
from membership.points.invariants import INVARIANTS
from tests.breakers import keeps
from tests.controls import CHANCES
from tests.makers import points_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
@keeps(INVARIANTS)
async def test_fifty_spendings_with_points_for_two(_round: int) -> None:
    races.expect_two(await races.spend_with_points_for_two(50), 50)


async def test_control_fifty_spendings_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_two(await races.spend_with_points_for_two(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_spendings_under_one_key(_round: int) -> None:
    races.expect_one_spending(await races.spend_under_one_key(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
@keeps(INVARIANTS)
async def test_forty_grants_to_a_debt(_round: int) -> None:
    races.expect_the_debt_repaid_once(await races.grant_to_a_debt(40), 40)


async def test_control_forty_grants_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "GRANT", races.GRANTED_UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_debt_repaid_once(await races.grant_to_a_debt(40), 40)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_grants_under_one_key(_round: int) -> None:
    races.expect_one_grant(await races.grant_under_one_key(50), 50)


async def test_control_fifty_grants_under_one_key_that_do_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "GRANT", races.GRANTED_TWICE)
    with pytest.raises(AssertionError):
        races.expect_one_grant(await races.grant_under_one_key(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_five_hundred_returns_under_one_key(_round: int) -> None:
    races.expect_one_return(await races.take_back_under_one_key(500), 500)


async def test_control_five_hundred_returns_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_return(await races.take_back_under_one_key(500), 500)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_expiries_against_spendings(_round: int) -> None:
    races.expect_each_point_once(await races.expire_against_spending(12), 12)


async def test_control_expiries_against_spendings_without_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED)
    monkeypatch.setattr(jobs, "LOCK_OVERDUE", races.UNLOCKED_OVERDUE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_each_point_once(await races.expire_against_spending(12), 12)


@pytest.mark.parametrize("_round", ROUNDS)
@keeps(INVARIANTS)
async def test_the_last_day_ends_while_points_are_spent(_round: int) -> None:
    races.expect_one_end(await races.midnight_against_spending(12), 12)
