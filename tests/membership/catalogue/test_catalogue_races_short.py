"""The races in short; tests/races runs them at full size, twenty rounds each."""

import pytest

from membership.catalogue import taking
from tests.controls import CHANCES
from tests.makers import catalogue_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_one_member_many_orders() -> None:
    races.expect_the_limit(await races.one_member_many_orders(30, 3), 30, 3)


async def test_control_limits_that_are_not_counted_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNCOUNTED_UNDER_THE_LOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_limit(await races.one_member_many_orders(30, 3), 30, 3)


async def test_takes_and_returns() -> None:
    races.expect_what_she_holds(await races.takes_and_returns(30, 4), 4)


async def test_many_members_in_two_stores() -> None:
    races.expect_each_store_its_own(await races.many_members_in_two_stores(40, 5), 40, 5)


async def test_control_a_stores_stock_that_is_not_checked_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TAKE", races.UNLOCKED_IN_STORE)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_each_store_its_own(await races.many_members_in_two_stores(40, 5), 40, 5)
