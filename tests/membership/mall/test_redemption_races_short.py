"""The races in short; tests/races runs them at full size, twenty rounds each."""

import pytest

from membership.catalogue import taking
from membership.points import posting
from membership.staff import Role
from tests.controls import CHANCES
from tests.makers import redemption_races as races
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_forty_members_for_ten_gifts() -> None:
    races.expect_few_winners(await races.many_members_for_few_gifts(40, 10), 40, 10)


async def test_control_without_the_check_under_the_lock_more_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNLOCKED_STOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_few_winners(await races.many_members_for_few_gifts(40, 10), 40, 10)


async def test_one_key_many_times() -> None:
    races.expect_one_redemption(await races.one_key_many_times(20), 20)


async def test_control_without_a_key_each_request_redeems() -> None:
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_redemption(await races.one_key_many_times(20, keyed=False), 20)


async def test_many_keys_and_points_for_two() -> None:
    races.expect_two(await races.many_keys_points_for_two(20), 20)


async def test_control_without_the_account_lock_it_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "LOCK", races.UNLOCKED_ACCOUNT)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_two(await races.many_keys_points_for_two(20), 20)


async def test_cancelling_and_handing_over_at_once() -> None:
    clerk = await make_staff(Role.CLERK, store_id=(await make_store()).id)
    races.expect_one_of_two(await races.cancel_and_hand_over(20, clerk=clerk.id))
