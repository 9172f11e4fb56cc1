"""The races for one order in short; tests/races runs them at full size, twenty rounds each."""

import pytest

from membership import payments
from membership.mall import orders
from membership.staff import Role
from tests.controls import CHANCES
from tests.makers import order_races as races
from tests.makers import redemption_races
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_one_order_cancelled_many_times() -> None:
    races.expect_one_give_back(await races.one_cancelled_many_times(16), 16)


async def test_control_without_the_lock_pieces_come_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_give_back(await races.one_cancelled_many_times(16), 16)


async def test_paid_and_released_at_once() -> None:
    races.expect_paid_or_given_up(await races.paid_and_released_at_once(4))


async def test_control_released_without_asking_the_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "close", races.close_nothing)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_paid_or_given_up(await races.paid_and_released_at_once(4))


async def test_control_cancelling_and_handing_over_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    clerk = await make_staff(Role.CLERK, store_id=(await make_store()).id)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            redemption_races.expect_one_of_two(await redemption_races.cancel_and_hand_over(20, clerk=clerk.id))


async def test_paid_and_cancelled_at_once() -> None:
    races.expect_money_back(await races.paid_and_cancelled_at_once(4))


async def test_control_cancelled_without_asking_the_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "close", races.close_nothing)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_money_back(await races.paid_and_cancelled_at_once(4))


async def test_one_return_received_many_times() -> None:
    races.expect_one_return(await races.one_received_many_times(8), 8)


async def test_control_received_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_return(await races.one_received_many_times(8), 8)
