"""One round of everybody at once at the wallets; twenty are in tests/races."""

import pytest

from membership.wallets import ledger, tills
from membership.wallets.invariants import INVARIANTS
from tests.breakers import keeps
from tests.controls import CHANCES
from tests.makers import wallet_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_payments_with_money_for_two() -> None:
    races.expect_two_payments(await races.many_payments_money_for_two(20), 20)


async def test_control_payments_without_the_wallets_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LOCK", races.UNLOCKED_WALLET)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_two_payments(await races.many_payments_money_for_two(20), 20)


async def test_reversals_of_one_payment() -> None:
    races.expect_one_whole(await races.one_payment_many_reversals(8, 1), 8, 1)
    races.expect_one_whole(await races.one_payment_many_reversals(8, 4), 8, 4)


async def test_control_reversals_without_the_payments_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tills, "LOCK_PAYMENT", races.UNLOCKED_PAYMENT)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_whole(await races.one_payment_many_reversals(8, 1), 8, 1)


async def test_top_ups_at_the_limit() -> None:
    races.expect_three_top_ups(await races.many_top_ups_room_for_three(12), 12)


async def test_control_top_ups_without_the_wallets_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LOCK", races.UNLOCKED_WALLET)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three_top_ups(await races.many_top_ups_room_for_three(12), 12)


async def test_one_receipt_many_times() -> None:
    races.expect_one_payment(await races.one_receipt_many_times(8), 8)


@keeps(INVARIANTS)
async def test_a_refund_against_payments() -> None:
    races.expect_one_side(await races.refund_and_payments(6))
