"""Twenty rounds of everybody at once for gifts: exactly the winners there should be, and controls that fail."""

import pytest

from membership.catalogue import taking
from membership.points import posting
from membership.staff import Role
from tests.controls import CHANCES
from tests.makers import redemption_races as races
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_hundred_members_for_ten_gifts(_round: int) -> None:
    races.expect_few_winners(await races.many_members_for_few_gifts(200, 10), 200, 10)


async def test_control_two_hundred_members_without_the_check_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNLOCKED_STOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_few_winners(await races.many_members_for_few_gifts(200, 10), 200, 10)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_requests_with_one_key(_round: int) -> None:
    races.expect_one_redemption(await races.one_key_many_times(50), 50)


async def test_control_fifty_requests_without_a_key() -> None:
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_redemption(await races.one_key_many_times(50, keyed=False), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_keys_and_points_for_two(_round: int) -> None:
    races.expect_two(await races.many_keys_points_for_two(50), 50)


async def test_control_fifty_keys_without_the_account_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED_ACCOUNT)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_two(await races.many_keys_points_for_two(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_cancelling_and_handing_over_at_once(_round: int) -> None:
    clerk = await make_staff(Role.CLERK, store_id=(await make_store()).id)
    races.expect_one_of_two(await races.cancel_and_hand_over(25, clerk=clerk.id))
