"""The till: locks, uses, releases and returns, each of them sent twice."""

from datetime import timedelta
from uuid import uuid4

import pytest

from foundation import clock, database
from foundation.errors import Invalid
from membership import coupons
from membership.coupons import CheckoutStatus, Status
from membership.coupons.discounts import Line
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.coupons import (
    basket,
    let_expire,
    let_lock_run_out,
    make_coupon,
    make_receipt,
    make_template,
    operator,
    sale_returned,
)
from tests.makers.purchases import make_buyer, make_shop

pytestmark = pytest.mark.usefixtures("world")


@keeps(INVARIANTS)
async def test_locked_and_used_and_both_again() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers = await make_coupon(buyer.id)
    receipt = make_receipt(shop)
    locked = await coupons.lock(receipt, basket(hers))
    assert (locked.status, locked.discount_fen) == (CheckoutStatus.LOCKED, 2_000)
    assert locked.lines == [coupons.DiscountedLine("A1", 1, 15_000, 2_000)]
    assert locked.coupons == [coupons.AppliedCoupon(hers.code, hers.promise.title, "amount", 2_000, None, False)]
    assert await coupons.lock(receipt, basket(hers)) == locked
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.LOCKED
    used = await coupons.use_lock(receipt, locked.id)
    assert (used.status, used.id) == (CheckoutStatus.USED, locked.id)
    assert await coupons.use_lock(receipt, locked.id) == used
    assert await coupons.use(receipt, basket(hers)) == used
    assert await coupons.lock(receipt, basket(hers)) == used
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.USED


async def test_a_use_needs_no_lock_and_takes_what_the_same_receipt_locked() -> None:
    shop, hers, other = await make_shop(), await make_coupon(), await make_coupon()
    receipt = make_receipt(shop)
    used = await coupons.use(receipt, basket(hers))
    assert (used.status, used.discount_fen) == (CheckoutStatus.USED, 2_000)
    receipt = make_receipt(shop)
    locked = await coupons.lock(receipt, basket(other))
    assert (await coupons.use(receipt, basket(other))).id == locked.id


async def test_the_same_receipt_with_other_content_is_a_conflict() -> None:
    shop, hers, other = await make_shop(), await make_coupon(), await make_coupon()
    receipt = make_receipt(shop)
    await coupons.lock(receipt, basket(hers))
    dearer = basket(hers, lines=[Line("A1", 1, 15_001)])
    for attempt in (coupons.lock(receipt, basket(other)), coupons.lock(receipt, dearer), coupons.use(receipt, dearer)):
        with pytest.raises(coupons.CheckoutConflict):
            await attempt
    await coupons.use(receipt, basket(hers))
    with pytest.raises(coupons.CheckoutConflict):
        await coupons.use(receipt, basket(other))
    elsewhere = make_receipt(shop, receipt=receipt.receipt, terminal="POS-2")
    with pytest.raises(coupons.CheckoutConflict):
        await coupons.use(elsewhere, basket(hers))


async def test_receipt_numbers_belong_to_their_store() -> None:
    one, other = await make_shop(), await make_shop()
    receipt = make_receipt(one)
    await coupons.use(receipt, basket(await make_coupon()))
    used = await coupons.use(make_receipt(other, receipt=receipt.receipt), basket(await make_coupon()))
    assert used.status is CheckoutStatus.USED


async def test_what_another_receipt_holds_or_used_is_refused() -> None:
    shop, hers = await make_shop(), await make_coupon()
    locked = await coupons.lock(make_receipt(shop), basket(hers))
    with pytest.raises(coupons.CouponHeld):
        await coupons.lock(make_receipt(shop), basket(hers))
    await let_lock_run_out(locked.id)
    receipt = make_receipt(shop)
    await coupons.use(receipt, basket(hers))
    with pytest.raises(coupons.CouponUsed):
        await coupons.use(make_receipt(shop), basket(hers))


@keeps(INVARIANTS)
async def test_a_lock_that_ran_out_is_free_without_any_job() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers = await make_coupon(buyer.id)
    first = make_receipt(shop)
    lost = await coupons.lock(first, basket(hers))
    await let_lock_run_out(lost.id)
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.AVAILABLE
    second = make_receipt(shop)
    await coupons.lock(second, basket(hers))
    with pytest.raises(coupons.LockLost):
        await coupons.use_lock(first, lost.id)
    # Letting the lost one go does not touch what the other holds.
    await coupons.release(first)
    assert (await coupons.use(second, basket(hers))).status is CheckoutStatus.USED


async def test_a_late_use_is_good_while_nobody_else_took_the_coupon() -> None:
    shop, hers = await make_shop(), await make_coupon()
    receipt = make_receipt(shop)
    locked = await coupons.lock(receipt, basket(hers))
    await let_lock_run_out(locked.id)
    assert (await coupons.use_lock(receipt, locked.id)).status is CheckoutStatus.USED


async def test_a_coupon_that_expires_while_it_is_locked_is_good_until_the_lock_runs_out() -> None:
    shop, hers, other = await make_shop(), await make_coupon(), await make_coupon()
    receipt, late = make_receipt(shop), make_receipt(shop)
    locked, lost = await coupons.lock(receipt, basket(hers)), await coupons.lock(late, basket(other))
    await let_expire(hers.id)
    await let_expire(other.id)
    assert (await coupons.use_lock(receipt, locked.id)).status is CheckoutStatus.USED
    await let_lock_run_out(lost.id)
    with pytest.raises(coupons.LockLost):
        await coupons.use_lock(late, lost.id)


@keeps(INVARIANTS)
async def test_the_same_receipt_locks_again_after_its_lock_ran_out() -> None:
    shop, hers, other = await make_shop(), await make_coupon(), await make_coupon()
    receipt = make_receipt(shop)
    first = await coupons.lock(receipt, basket(hers))
    await let_lock_run_out(first.id)
    again = await coupons.lock(receipt, basket(other))
    assert again.id != first.id
    with pytest.raises(coupons.LockLost):
        await coupons.use_lock(receipt, first.id)


async def test_released_it_is_free_at_once_and_the_receipt_may_take_another() -> None:
    shop, hers, other = await make_shop(), await make_coupon(), await make_coupon()
    receipt = make_receipt(shop)
    locked = await coupons.lock(receipt, basket(hers))
    released = await coupons.release(receipt, lock_id=locked.id)
    assert released.status is CheckoutStatus.RELEASED
    assert await coupons.release(receipt, lock_id=locked.id) == released
    second = await coupons.lock(receipt, basket(other))
    assert await coupons.release(receipt, lock_id=locked.id) == released  # late, and without harm to the second
    assert (await coupons.use_lock(receipt, second.id)).status is CheckoutStatus.USED
    assert (await coupons.use(make_receipt(shop), basket(hers))).status is CheckoutStatus.USED
    with pytest.raises(coupons.UseIsFinal):
        await coupons.release(receipt)
    with pytest.raises(coupons.CheckoutNotFound):
        await coupons.release(make_receipt(shop))
    with pytest.raises(coupons.CheckoutNotFound):
        await coupons.use_lock(receipt, uuid4())


async def test_a_lock_is_used_by_its_own_receipt_only() -> None:
    shop, hers = await make_shop(), await make_coupon()
    locked = await coupons.lock(make_receipt(shop), basket(hers))
    with pytest.raises(coupons.CheckoutConflict):
        await coupons.use_lock(make_receipt(shop), locked.id)
    with pytest.raises(coupons.CheckoutNotFound):
        await coupons.release(make_receipt(shop), lock_id=locked.id)
    with pytest.raises(coupons.CheckoutNotFound):
        await coupons.use_lock(make_receipt(await make_shop()), locked.id)


@pytest.mark.parametrize(("days", "given_back"), [(0, False), (7, True)])
@keeps(INVARIANTS)
async def test_a_whole_return_gives_the_coupon_back_if_its_template_says_so(days: int, given_back: bool) -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers = await make_coupon(buyer.id, give_back_days=days, store_share_percent=30)
    receipt = make_receipt(shop)
    await coupons.use(receipt, basket(hers))
    returned = await coupons.release(receipt, returned=True)
    assert returned.status is CheckoutStatus.RETURNED
    assert [coupon.given_back for coupon in returned.coupons] == [given_back]
    assert await coupons.release(receipt, returned=True) == returned
    assert (await coupons.coupon(buyer.id, hers.id)).status is (Status.AVAILABLE if given_back else Status.USED)
    with pytest.raises(coupons.CheckoutConflict):
        await coupons.use(receipt, basket(await make_coupon()))  # that receipt is over
    if given_back:
        assert (await coupons.use(make_receipt(shop), basket(hers))).status is CheckoutStatus.USED


async def test_it_does_not_come_back_after_the_templates_days() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers = await make_coupon(buyer.id, give_back_days=7)
    receipt = make_receipt(shop)
    used = await coupons.use(receipt, basket(hers))
    await database.execute(
        "UPDATE coupon_use SET used_at = now() - interval '8 days' WHERE checkout_id = $1",
        used.id,
    )
    returned = await coupons.release(receipt, returned=True)
    assert [coupon.given_back for coupon in returned.coupons] == [False]


async def test_a_return_that_purchases_noticed() -> None:
    shop, hers = await make_shop(), await make_coupon(give_back_days=7)
    receipt = make_receipt(shop)
    assert not await sale_returned(receipt.partner_id, receipt.store_id, receipt.receipt)
    await coupons.lock(receipt, basket(hers))
    assert not await sale_returned(receipt.partner_id, receipt.store_id, receipt.receipt)
    await coupons.use(receipt, basket(hers))
    assert await sale_returned(receipt.partner_id, receipt.store_id, receipt.receipt)
    assert not await sale_returned(receipt.partner_id, receipt.store_id, receipt.receipt)


async def test_where_and_when_it_is_good() -> None:
    shop, elsewhere = await make_shop(), await make_shop()
    here = await make_coupon(store_ids=[shop.store.id])
    assert (await coupons.use(make_receipt(shop), basket(here))).discount_fen == 2_000
    there = await make_coupon(store_ids=[elsewhere.store.id])
    mall = await make_coupon(at_till=False, in_mall=True)
    for coupon in (there, mall):
        with pytest.raises(coupons.CouponNotHere):
            await coupons.lock(make_receipt(shop), basket(coupon))
    expired, waiting = await make_coupon(), await make_coupon(after_days=1)
    await let_expire(expired.id)
    with pytest.raises(coupons.CouponExpired):
        await coupons.lock(make_receipt(shop), basket(expired))
    with pytest.raises(coupons.CouponNotYetValid):
        await coupons.lock(make_receipt(shop), basket(waiting))


async def test_codes_are_read_as_scanned_or_typed_and_named_when_wrong() -> None:
    shop, hers = await make_shop(), await make_coupon()
    lines = [Line("A1", 1, 15_000)]
    receipt = make_receipt(shop)
    spaced = f"{hers.code[:4]} {hers.code[4:]}"
    locked = await coupons.lock(receipt, coupons.Basket(codes=[coupons.qr_of(hers.code)], lines=lines))
    assert await coupons.lock(receipt, coupons.Basket(codes=[spaced], lines=lines)) == locked
    mistyped = hers.code[:-1] + str((int(hers.code[-1]) + 1) % 10)
    for wrong in (mistyped, "12345678901234", "x" * 14):
        with pytest.raises(coupons.CouponNotFound):
            await coupons.lock(make_receipt(shop), coupons.Basket(codes=[wrong], lines=lines))
    with pytest.raises(Invalid):
        await coupons.lock(make_receipt(shop), coupons.Basket(codes=[hers.code, spaced], lines=lines))


async def test_coupons_of_different_groups_go_together_and_others_do_not() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    milk, storewide = await make_coupon(buyer.id, stacking_group="milk"), await make_coupon(stacking_group="store")
    milk_too, alone = await make_coupon(stacking_group="milk"), await make_coupon()
    for wrong in ((milk, milk_too), (milk, alone)):
        with pytest.raises(coupons.CouponsDoNotCombine):
            await coupons.lock(make_receipt(shop), basket(*wrong))
    both = await coupons.use(make_receipt(shop), basket(storewide, milk))
    assert both.discount_fen == 4_000


async def test_a_coupon_that_would_give_nothing_is_not_spent() -> None:
    shop = await make_shop()
    everything = await make_coupon(kind="percent", amount_fen=None, percent_off=100, cap_fen=99_999, stacking_group="a")
    more = await make_coupon(stacking_group="b")
    with pytest.raises(coupons.CouponDoesNotFit):
        await coupons.lock(make_receipt(shop), basket(more, everything))
    free = await coupons.lock(make_receipt(shop), basket(everything))
    assert free.discount_fen == 15_000
    cheap = coupons.Basket(codes=[more.code], lines=[Line("A1", 1, 9_999)])
    with pytest.raises(coupons.CouponDoesNotFit):
        await coupons.lock(make_receipt(shop), cheap)


async def test_nothing_is_ever_off_what_may_not_be_promoted() -> None:
    shop, stage1 = await make_shop(), f"FORMULA-{uuid4().hex[:8]}"
    before = await make_coupon(scope="only", skus=[stage1])
    whole = await make_coupon(threshold_fen=0)
    await coupons.refuse_promotion(await operator(), stage1, 1, "GB 一段")
    with pytest.raises(coupons.SkuNotPromoted):
        await make_template(scope="only", skus=["A1", stage1])
    formula = Line(stage1, 1, 30_000)
    with pytest.raises(coupons.CouponDoesNotFit):  # a template of before the ban
        await coupons.lock(make_receipt(shop), basket(before, lines=[formula]))
    locked = await coupons.lock(make_receipt(shop), basket(whole, lines=[formula, Line("A1", 1, 500)]))
    assert [line.discount_fen for line in locked.lines] == [0, 500]
    assert await coupons.allow_promotion(await operator(), stage1, "误录")
    assert (await coupons.lock(make_receipt(shop), basket(before, lines=[formula]))).discount_fen == 2_000


async def test_who_pays_is_written_with_every_use() -> None:
    shop, month = await make_shop(), clock.today()
    hers = await make_coupon(store_share_percent=30, amount_fen=1_001)
    back = await make_coupon(store_share_percent=100, give_back_days=1)
    await coupons.use(make_receipt(shop), basket(hers))
    receipt = make_receipt(shop)
    await coupons.use(receipt, basket(back))
    await coupons.release(receipt, returned=True)
    lines = {line.template_id: line for line in await coupons.funding(month) if line.store_id == shop.store.id}
    kept, undone = lines[hers.template_id], lines[back.template_id]
    assert (kept.uses, kept.discount_fen, kept.store_fen, kept.brand_fen) == (1, 1_001, 300, 701)
    assert (undone.uses, undone.returns, undone.discount_fen, undone.store_fen) == (1, 1, 0, 0)
    long_ago = await coupons.funding(month - timedelta(days=4_000))
    assert long_ago == []
