"""Twenty rounds of everybody at once at the wallets: exactly the winners there should be, and controls that fail."""

import pytest

from membership.wallets import ledger, tills
from tests.controls import CHANCES
from tests.makers import wallet_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_payments_with_money_for_two(_round: int) -> None:
    races.expect_two_payments(await races.many_payments_money_for_two(50), 50)


async def test_control_fifty_payments_without_the_wallets_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LOCK", races.UNLOCKED_WALLET)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_two_payments(await races.many_payments_money_for_two(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_reversals_of_one_payment(_round: int) -> None:
    parts = (1, 2, 4, 5)[_round % 4]
    races.expect_one_whole(await races.one_payment_many_reversals(50, parts), 50, parts)


async def test_control_fifty_reversals_without_the_payments_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tills, "LOCK_PAYMENT", races.UNLOCKED_PAYMENT)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_whole(await races.one_payment_many_reversals(50, 1), 50, 1)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_fifty_top_ups_at_the_limit(_round: int) -> None:
    races.expect_three_top_ups(await races.many_top_ups_room_for_three(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_receipt_fifty_times(_round: int) -> None:
    races.expect_one_payment(await races.one_receipt_many_times(50), 50)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_refund_against_payments(_round: int) -> None:
    races.expect_one_side(await races.refund_and_payments(12))
