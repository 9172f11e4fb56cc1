"""The races in short; tests/races runs them at full size, twenty rounds each."""

import pytest

from membership.coupons import found, issuing
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.controls import CHANCES
from tests.makers import coupon_races as races

pytestmark = pytest.mark.usefixtures("world")


@keeps(INVARIANTS)
async def test_many_claims_of_the_last_one() -> None:
    races.expect_the_last_once(await races.many_members_for_the_last(24), 24)


async def test_many_claims_of_one_member_who_may_have_one() -> None:
    races.expect_one_of_her_limit(await races.one_member_for_many(24), 24)


async def test_one_gift_under_one_key() -> None:
    races.expect_one_gift(await races.one_gift_many_times(12))


async def test_one_coupon_on_five_receipts_and_orders() -> None:
    races.expect_one_has_it(await races.one_coupon_on_many(5), 5)


async def test_one_receipt_sent_many_times() -> None:
    races.expect_one_checkout(await races.one_receipt_many_times(12), 12)


async def test_use_and_release_at_once() -> None:
    races.expect_used_or_free(await races.use_and_release(6))


async def test_control_without_the_check_under_the_lock_more_get_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "TAKE", races.UNLOCKED_STOCK)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_the_last_once(await races.many_members_for_the_last(24), 24)


async def test_control_without_ordinals_one_member_has_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "MAKE", races.ANY_ORDINAL)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_of_her_limit(await races.one_member_for_many(24), 24)


async def test_control_without_the_lock_many_have_the_coupon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "LOCK", races.UNLOCKED_COUPONS)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_has_it(await races.one_coupon_on_many(15), 15)
