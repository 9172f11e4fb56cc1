"""The races for money in short; tests/races runs them twenty times."""

import pytest

from membership.payments import steps
from tests.controls import CHANCES
from tests.makers import payment_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_twenty_refunds_with_room_for_seven() -> None:
    races.expect_room_for(await races.many_refunds(20, 7), 20, 7)


async def test_control_without_the_lock_more_goes_back_than_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_LOCK", races.UNLOCKED)
    monkeypatch.setattr(steps, "_CLAIM", races.UNLOCKED_CLAIM)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_room_for(await races.many_refunds(20, 7), 20, 7)


async def test_one_refund_asked_for_twenty_times() -> None:
    races.expect_one_refund(await races.one_refund_many_times(20))


async def test_one_payment_told_twenty_times() -> None:
    assert await races.one_payment_many_words(20) == ["paid"]


async def test_paying_and_closing_at_once() -> None:
    races.expect_paid_or_returned(await races.paying_and_closing(6))
