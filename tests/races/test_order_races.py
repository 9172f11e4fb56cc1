"""Twenty rounds of everybody at once on one order: exactly one outcome, and controls that fail."""

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

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_order_cancelled_fifty_times(_round: int) -> None:
    races.expect_one_give_back(await races.one_cancelled_many_times(50), 50)


async def test_control_cancelled_fifty_times_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_give_back(await races.one_cancelled_many_times(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_paid_and_released_at_once(_round: int) -> None:
    races.expect_paid_or_given_up(await races.paid_and_released_at_once(6))


async def test_control_released_without_asking_the_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "close", races.close_nothing)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_paid_or_given_up(await races.paid_and_released_at_once(6))


async def test_control_cancelling_and_handing_over_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    clerk = await make_staff(Role.CLERK, store_id=(await make_store()).id)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            redemption_races.expect_one_of_two(await redemption_races.cancel_and_hand_over(25, clerk=clerk.id))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_paid_and_cancelled_at_once(_round: int) -> None:
    races.expect_money_back(await races.paid_and_cancelled_at_once(4))


async def test_control_cancelled_without_asking_the_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "close", races.close_nothing)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_money_back(await races.paid_and_cancelled_at_once(6))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_return_received_twenty_times(_round: int) -> None:
    races.expect_one_return(await races.one_received_many_times(20), 20)


async def test_control_received_twenty_times_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "LOCK", races.UNLOCKED_ORDER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_return(await races.one_received_many_times(20), 20)
