"""A sale of which all came back gives its coupons back, whether its till says so or not."""

import pytest

from membership import coupons, purchases
from membership.coupons import Status
from tests.makers.coupons import basket, make_coupon, make_receipt
from tests.makers.purchases import Buyer, Shop, line, make_buyer, make_return, make_sale, make_shop, settle_all

pytestmark = pytest.mark.usefixtures("world")


async def sell_with_coupon(shop: Shop, buyer: Buyer) -> tuple[coupons.CouponView, purchases.Sale]:
    """¥130 after a coupon of ¥20."""
    hers = await make_coupon(buyer.id, give_back_days=7)
    sale = make_sale(shop, card=buyer.number, lines=[line(13_000)])
    await coupons.use(make_receipt(shop, receipt=sale.receipt), basket(hers))
    await purchases.accept_sale(shop.partner_id, sale)
    return hers, sale


async def test_part_of_it_is_not_enough() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers, sale = await sell_with_coupon(shop, buyer)
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(12_999)]))
    await settle_all()
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.USED
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(1)]))
    await settle_all()
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.AVAILABLE


async def test_a_till_that_says_so_too_changes_nothing() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers, sale = await sell_with_coupon(shop, buyer)
    said = await coupons.release(make_receipt(shop, receipt=sale.receipt), returned=True)
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(13_000)]))
    await settle_all()
    assert await coupons.release(make_receipt(shop, receipt=sale.receipt), returned=True) == said
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.AVAILABLE


async def test_goods_that_cost_nothing_after_the_coupon_are_not_taken_for_a_return() -> None:
    shop, buyer = await make_shop(), await make_buyer()
    hers = await make_coupon(buyer.id, amount_fen=15_000, give_back_days=7)
    sale = make_sale(shop, card=buyer.number, lines=[line(0)])
    await coupons.use(make_receipt(shop, receipt=sale.receipt), basket(hers))
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    assert (await coupons.coupon(buyer.id, hers.id)).status is Status.USED
