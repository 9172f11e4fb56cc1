"""Points and money: everything is held from the start, goes on when the money comes, and back when it does not."""

from datetime import timedelta

import pytest

from foundation import database
from foundation.errors import Unavailable
from membership import coupons, mall, payments, points
from membership.catalogue import Fulfilment
from membership.mall import jobs, paying
from membership.payments import providers
from membership.staff import Role
from tests.makers.coupons import make_coupon, make_template
from tests.makers.orders import (
    MONEY_FEN,
    let_pass,
    make_offer,
    make_operator,
    make_shopper,
    money_comes,
    order_delivery,
    order_for_money,
    pay,
    payment_of,
    stock_of,
    told,
    work,
)
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_points_and_pieces_are_held_while_the_money_is_awaited() -> None:
    shopper, product = await make_shopper(), await make_offer(money_fen=MONEY_FEN)
    order = await order_for_money(shopper, product)
    assert (order.status, order.money_fen) == (mall.Status.AWAITING_PAYMENT, MONEY_FEN)
    assert order.pay_by is not None
    assert order.pay_by - order.created_at == timedelta(minutes=15)
    assert await mall.redemption(shopper.id, order.id) == order
    assert (await stock_of(product), (await points.summary(shopper.id)).balance) == (9, 900)
    clerk = (await make_staff(Role.CLERK, store_id=(await make_store()).id)).id
    store_id = await database.fetchval("SELECT store_id FROM redemption WHERE id = $1", order.id)
    with pytest.raises(mall.NotPaidYet):
        await mall.hand_over(clerk, store_id, order.id)
    with pytest.raises(mall.NotPaidYet):
        await mall.ship(clerk, order.id, mall.Shipment("顺丰速运", "SF1234567890"))


async def test_the_money_moves_it_on_by_its_own_job() -> None:
    shopper = await make_shopper()
    order = await order_for_money(shopper)
    await money_comes(order)
    await work()
    paid = await mall.redemption(shopper.id, order.id)
    assert (paid.status, paid.paid_at is not None) == (mall.Status.RESERVED, True)
    await paying.settle(order.id)
    assert await mall.redemption(shopper.id, order.id) == paid
    sent = await order_delivery(shopper, await make_offer(delivery=True, money_fen=MONEY_FEN))
    await pay(sent)
    assert (await mall.redemption(shopper.id, sent.id)).status is mall.Status.TO_SHIP


async def test_unpaid_it_is_given_up_by_itself() -> None:
    shopper, product = await make_shopper(), await make_offer(money_fen=MONEY_FEN)
    order, young = await order_for_money(shopper, product), await order_for_money(shopper, product)
    await let_pass(order.id, timedelta(minutes=15))
    await jobs.release_unpaid()
    view = await mall.redemption(shopper.id, order.id)
    assert (view.status, view.cancelled_because) == (mall.Status.CANCELLED, "unpaid")
    assert (await mall.redemption(shopper.id, young.id)).status is mall.Status.AWAITING_PAYMENT
    assert (await stock_of(product), (await points.summary(shopper.id)).balance) == (9, 900)
    assert await payment_of(order) == ("closed", 0)
    assert await told(shopper.id) == ["order_released"]
    assert await paying.release(order.id) is False


async def test_the_job_that_was_made_with_the_order_gives_it_up_too() -> None:
    shopper = await make_shopper()
    order = await order_for_money(shopper)
    waiting = await database.fetchrow(
        "SELECT id, execute_after - created AS delay FROM pgqueuer WHERE entrypoint = $1 AND payload LIKE $2",
        paying.UNPAID,
        f"%{order.id}%".encode(),
    )
    assert waiting is not None
    assert timedelta(minutes=14) < waiting["delay"] <= timedelta(minutes=15, seconds=5)
    await database.execute("UPDATE pgqueuer SET execute_after = now() WHERE id = $1", waiting["id"])
    await work()
    assert (await mall.redemption(shopper.id, order.id)).cancelled_because == "unpaid"


async def test_money_that_comes_too_late_goes_back() -> None:
    shopper = await make_shopper()
    order = await order_for_money(shopper)
    assert await paying.release(order.id) is True
    await money_comes(order)
    await work()
    assert await payment_of(order) == ("late", MONEY_FEN)
    assert (await mall.redemption(shopper.id, order.id)).status is mall.Status.CANCELLED


async def test_money_that_came_first_stays_though_its_job_is_late() -> None:
    shopper = await make_shopper()
    order = await order_for_money(shopper)
    await money_comes(order)
    await let_pass(order.id, timedelta(minutes=20))
    await jobs.release_unpaid()
    assert (await mall.redemption(shopper.id, order.id)).status is mall.Status.AWAITING_PAYMENT
    await work()
    assert (await mall.redemption(shopper.id, order.id)).status is mall.Status.RESERVED


@pytest.mark.parametrize("paid", ["not", "just now", "known"])
async def test_cancelled_the_money_goes_back(paid: str) -> None:
    shopper, product = await make_shopper(), await make_offer(money_fen=MONEY_FEN)
    order = await order_for_money(shopper, product)
    if paid == "known":
        await pay(order)
    elif paid == "just now":
        await money_comes(order)
    cancelled = await mall.cancel(shopper.id, order.id)
    await work()
    assert await mall.redemption(shopper.id, order.id) == cancelled
    assert (cancelled.status, cancelled.cancelled_because) == (mall.Status.CANCELLED, None)
    assert await payment_of(order) == (("closed", 0) if paid == "not" else ("paid", MONEY_FEN))
    assert (await stock_of(product), (await points.summary(shopper.id)).balance) == (10, 1_000)


async def test_a_return_sends_the_money_back() -> None:
    shopper, operator = await make_shopper(), await make_operator()
    order = await order_delivery(shopper, await make_offer(delivery=True, money_fen=MONEY_FEN))
    await pay(order)
    await mall.ship(operator, order.id, mall.Shipment("顺丰速运", "SF1234567890"))
    await mall.request_return(shopper.id, order.id, "不合适")
    await mall.receive_return(operator, order.id, restock=True)
    assert await payment_of(order) == ("paid", MONEY_FEN)
    assert (await points.summary(shopper.id)).balance == 1_000


async def test_money_that_does_not_fit_gives_the_order_up_and_stays_for_a_person() -> None:
    shopper = await make_shopper()
    order = await order_for_money(shopper)
    await money_comes(order, amount_fen=1)
    await work()
    assert await payment_of(order) == ("disputed", 0)
    assert (await mall.redemption(shopper.id, order.id)).cancelled_because == "unpaid"
    assert (await points.summary(shopper.id)).balance == 1_000


async def test_a_coupon_takes_off_money_and_comes_back_with_the_order() -> None:
    shopper, store = await make_shopper(), await make_store()
    product = await make_offer(money_fen=MONEY_FEN)
    coupon = await make_coupon(shopper.id, threshold_fen=0, amount_fen=400, in_mall=True)
    wish = mall.Wish(product_id=product, store_code=store.code, coupon_id=coupon.id)
    order = await mall.order(shopper.id, wish)
    assert (order.money_fen, order.discount_fen) == (590, 400)
    with pytest.raises(coupons.CouponUsed):
        await mall.order(shopper.id, wish)
    await mall.cancel(shopper.id, order.id)
    again = await mall.order(shopper.id, wish)
    assert again.discount_fen == 400
    with pytest.raises(coupons.CouponDoesNotFit):
        free_of_money = mall.Wish(product_id=await make_offer(), store_code=store.code, coupon_id=coupon.id)
        await mall.order(shopper.id, free_of_money)


async def test_a_coupon_that_pays_all_leaves_nothing_to_pay() -> None:
    shopper, store = await make_shopper(), await make_store()
    product = await make_offer(money_fen=300)
    coupon = await make_coupon(shopper.id, threshold_fen=0, amount_fen=400, in_mall=True)
    order = await mall.order(shopper.id, mall.Wish(product_id=product, store_code=store.code, coupon_id=coupon.id))
    assert (order.status, order.money_fen, order.discount_fen, order.payment_id) == (
        mall.Status.RESERVED,
        0,
        300,
        None,
    )
    assert (await mall.cancel(shopper.id, order.id)).status is mall.Status.CANCELLED


async def test_virtual_goods_for_money_need_the_platforms_own_payment() -> None:
    shopper = await make_shopper()
    product = await make_offer(kind="virtual", pickup=False, money_fen=MONEY_FEN)
    with pytest.raises(payments.VirtualPaymentOff):
        await mall.order(shopper.id, mall.Wish(product_id=product, fulfilment=Fulfilment.VIRTUAL))
    assert (await points.summary(shopper.id)).balance == 1_000


async def test_what_was_paid_for_and_is_gone_gives_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = providers.for_goods(virtual=False)
    monkeypatch.setattr(providers, "for_goods", lambda *, virtual: ordinary)  # as with the platform's own payment on
    template = await make_template(stock=1, per_member_limit=5)
    product = await make_offer(kind="coupon", pickup=False, coupon_template=template, money_fen=MONEY_FEN)
    wish = mall.Wish(product_id=product, fulfilment=Fulfilment.COUPON)
    first, second = await make_shopper(), await make_shopper()
    orders = [await mall.order(shopper.id, wish) for shopper in (first, second)]
    for order in orders:
        await money_comes(order)
    await paying.order_paid(payments.PaymentEvent(orders[0].payment_id or orders[0].id, orders[0].id))
    await work()
    assert (await mall.redemption(first.id, orders[0].id)).status is mall.Status.DELIVERED
    refused = await mall.redemption(second.id, orders[1].id)
    assert (refused.status, refused.cancelled_because) == (mall.Status.CANCELLED, "undeliverable")
    assert await payment_of(orders[1]) == ("paid", MONEY_FEN)
    assert (await points.summary(second.id)).balance == 1_000
    assert Unavailable not in paying.UNDELIVERABLE  # what passes is tried again
