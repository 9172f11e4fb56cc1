"""What a till sees before it locks anything."""

import pytest

from membership import cards, coupons
from membership.coupons.discounts import Line
from tests.makers.coupons import basket, let_expire, make_coupon, make_receipt
from tests.makers.purchases import make_buyer, make_shop
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

LINES = [Line("A1", 1, 15_000)]


async def test_by_card_all_that_fit_the_worthiest_first_and_what_to_take() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    alone = await make_coupon(buyer.id, amount_fen=2_500)
    milk = await make_coupon(buyer.id, amount_fen=2_000, stacking_group="milk")
    store = await make_coupon(buyer.id, amount_fen=1_000, stacking_group="store")
    gift = await make_coupon(buyer.id, kind="gift", amount_fen=None, gift="湿巾一包", stacking_group="gift")
    await make_coupon(buyer.id, threshold_fen=15_001)
    await let_expire((await make_coupon(buyer.id)).id)
    [code] = await cards.issue_codes(buyer.id, 1)
    await cards.scan(code.qr, shop.store.id, "POS-1")
    found = await coupons.look_up_card(code.qr, shop.store.id, "POS-1", LINES)
    assert [(coupon.code, coupon.discount_fen) for coupon in found.coupons] == [
        (alone.code, 2_500),
        (milk.code, 2_000),
        (store.code, 1_000),
        (gift.code, 0),
    ]
    assert set(found.best.codes) == {milk.code, store.code, gift.code}
    assert found.best.discount_fen == 3_000
    locked = await coupons.lock(make_receipt(shop), coupons.Basket(codes=found.best.codes, lines=LINES))
    assert locked.lines == found.best.lines


async def test_a_card_that_this_till_has_not_scanned_opens_nothing() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    [code, unscanned] = await cards.issue_codes(buyer.id, 2)
    await cards.scan(code.qr, shop.store.id, "POS-1")
    for text, terminal in ((code.qr, "POS-2"), (unscanned.qr, "POS-1")):
        with pytest.raises(coupons.CardNotScanned):
            await coupons.look_up_card(text, shop.store.id, terminal, LINES)
    with pytest.raises(cards.CardCodeForeign):  # the number on her card is no code
        await coupons.look_up_card(buyer.number, shop.store.id, "POS-1", LINES)


async def test_by_code_that_one_or_why_not() -> None:
    shop, hers = await make_shop(), await make_coupon()
    found = await coupons.look_up_code(coupons.qr_of(hers.code), shop.store.id, LINES)
    assert found.best.codes == [hers.code]
    with pytest.raises(coupons.CouponDoesNotFit):
        await coupons.look_up_code(hers.code, shop.store.id, [Line("A1", 1, 9_999)])
    await coupons.use(make_receipt(shop), basket(hers))
    with pytest.raises(coupons.CouponUsed):
        await coupons.look_up_code(hers.code, shop.store.id, LINES)
    with pytest.raises(coupons.CouponNotFound):
        await coupons.look_up_code("20000000000000", shop.store.id, LINES)


async def test_the_number_of_queries_does_not_grow_with_her_coupons() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    [code] = await cards.issue_codes(buyer.id, 1)
    await cards.scan(code.qr, shop.store.id, "POS-1")
    counts = []
    for _ in range(2):
        for _ in range(3):
            await make_coupon(buyer.id)
        with statements() as seen:
            await coupons.look_up_card(code.qr, shop.store.id, "POS-1", LINES)
            await coupons.usable_at(buyer.id, shop.store.id)
        counts.append(len(seen))
    assert counts == [4, 4]


async def test_what_a_scan_shows() -> None:
    shop, buyer, other = await make_shop(), await make_buyer(), await make_shop()
    here = await make_coupon(buyer.id, lasts_days=3, store_ids=[shop.store.id])
    later = await make_coupon(buyer.id, lasts_days=9)
    await make_coupon(buyer.id, store_ids=[other.store.id])
    await make_coupon(buyer.id, at_till=False, in_mall=True)
    held = await make_coupon(buyer.id)
    await coupons.lock(make_receipt(shop), basket(held))
    usable = await coupons.usable_at(buyer.id, shop.store.id)
    assert [coupon.code for coupon in usable] == [here.code, later.code]
