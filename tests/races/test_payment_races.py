"""Twenty rounds of everybody at once on one payment, and the control that fails."""

import pytest

from membership.payments import steps
from tests.controls import CHANCES
from tests.makers import payment_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_twenty_refunds_of_one_payment(_round: int) -> None:
    races.expect_room_for(await races.many_refunds(20, 7), 20, 7)


async def test_control_twenty_refunds_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_LOCK", races.UNLOCKED)
    monkeypatch.setattr(steps, "_CLAIM", races.UNLOCKED_CLAIM)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_room_for(await races.many_refunds(20, 7), 20, 7)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_refund_asked_for_fifty_times(_round: int) -> None:
    races.expect_one_refund(await races.one_refund_many_times(50))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_payment_told_fifty_times(_round: int) -> None:
    assert await races.one_payment_many_words(50) == ["paid"]


@pytest.mark.parametrize("_round", ROUNDS)
async def test_paying_and_closing_at_once(_round: int) -> None:
    races.expect_paid_or_returned(await races.paying_and_closing(5))
