"""Twenty rounds of everybody at once for coupons: exactly the winners there should be, and controls that fail."""

import pytest

from membership.coupons import found, issuing
from tests.controls import CHANCES
from tests.makers import coupon_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_sixty_four_claims_of_the_last_one(_round: int) -> None:
    races.expect_the_last_once(await races.many_members_for_the_last(64), 64)


async def test_control_sixty_four_claims_without_the_check_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "TAKE", races.UNLOCKED_STOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_last_once(await races.many_members_for_the_last(64), 64)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_sixty_four_claims_of_one_member_who_may_have_one(_round: int) -> None:
    races.expect_one_of_her_limit(await races.one_member_for_many(64), 64)


async def test_control_sixty_four_claims_of_one_member_without_ordinals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "MAKE", races.ANY_ORDINAL)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_of_her_limit(await races.one_member_for_many(64), 64)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_coupon_on_five_receipts_and_orders(_round: int) -> None:
    races.expect_one_has_it(await races.one_coupon_on_many(5), 5)


async def test_control_one_coupon_on_many_without_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "LOCK", races.UNLOCKED_COUPONS)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            # More than five, so that a machine with little to do still lets two of them meet.
            races.expect_one_has_it(await races.one_coupon_on_many(15), 15)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_receipt_sent_many_times(_round: int) -> None:
    races.expect_one_checkout(await races.one_receipt_many_times(20), 20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_lock_used_and_released_at_once(_round: int) -> None:
    races.expect_used_or_free(await races.use_and_release(4))
