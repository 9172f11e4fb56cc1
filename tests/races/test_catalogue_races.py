"""Twenty rounds of everybody at once for what is limited: exactly what there should be, and controls that fail."""

import pytest

from membership.catalogue import taking
from tests.controls import CHANCES
from tests.makers import catalogue_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_member_asks_a_hundred_times(_round: int) -> None:
    races.expect_the_limit(await races.one_member_many_orders(100, 5), 100, 5)


async def test_control_a_hundred_orders_not_counted_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNCOUNTED_UNDER_THE_LOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_limit(await races.one_member_many_orders(100, 5), 100, 5)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_hundred_takes_and_returns(_round: int) -> None:
    races.expect_what_she_holds(await races.takes_and_returns(100, 5), 5)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_hundred_members_in_two_stores(_round: int) -> None:
    races.expect_each_store_its_own(await races.many_members_in_two_stores(200, 10), 200, 10)


async def test_control_two_hundred_members_without_the_check_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNLOCKED_IN_STORE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_each_store_its_own(await races.many_members_in_two_stores(200, 10), 200, 10)
