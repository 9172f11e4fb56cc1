"""Money: what is paid goes on, what is not paid in time is given up. Of the two exactly one happens to an order.

The payment's own row decides: giving up closes it first, and whoever finds it paid leaves the order to the job that
the money brings.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from foundation import database, jobs
from foundation.transactions import transactional
from membership import catalogue, coupons, notifications, payments, points
from membership.mall import machine, orders
from membership.mall.machine import Status, Verb, Who
from membership.mall.orders import Order
from membership.mall.undoing import give_back, give_back_but_money

PURPOSE = "mall_order"
PAID, CLOSED, UNPAID = "mall.order_paid", "mall.payment_closed", "mall.release_unpaid"
PAY_WITHIN = timedelta(minutes=15)
UNDELIVERABLE = (
    coupons.CouponTemplateNotFound,
    coupons.CouponNotOffered,
    coupons.CouponsGone,
    coupons.CouponLimitReached,
)

_PAID = """
UPDATE redemption SET status = $2::text, paid_at = now(), delivered_at = CASE WHEN $2 = 'delivered' THEN now() END
WHERE id = $1
"""
_RELEASED = "UPDATE redemption SET status = $2, cancelled_at = now(), cancelled_because = $3 WHERE id = $1"


class UnpaidOrder(msgspec.Struct, frozen=True):
    order_id: UUID


class Money(msgspec.Struct, frozen=True):
    """What is to be paid beside the points, after the discount."""

    fen: int = 0
    discount_fen: int = 0
    payment_id: UUID | None = None
    pay_by: datetime | None = None


async def ask(order_id: UUID, member_id: UUID, taken: catalogue.Taken, coupon_id: UUID | None) -> Money:
    """Opens a payment for what an order costs beside the points, less her coupon, if anything is left.

    Raises what `coupons.apply_in_mall` and `payments.open` refuse.
    """
    if coupon_id is None:
        discount_fen = 0
    elif not taken.money_fen:
        raise coupons.CouponDoesNotFit
    else:
        sku = str(taken.product_id)
        discount_fen = await coupons.apply_in_mall(coupon_id, member_id, order_id, sku, taken.money_fen)
    fen = taken.money_fen - discount_fen
    if not fen:
        return Money(discount_fen=discount_fen)
    pay_by = await database.fetchval("SELECT now() + $1::interval", PAY_WITHIN)
    payment_id = await payments.open(
        PURPOSE,
        order_id,
        member_id,
        fen,
        description=taken.name,
        expires_at=pay_by,
        virtual=taken.fulfilment in machine.AT_ONCE,
    )
    await jobs.enqueue(UNPAID, UnpaidOrder(order_id), delay=PAY_WITHIN)
    return Money(fen, discount_fen, payment_id, pay_by)


@jobs.job(PAID)
async def order_paid(event: payments.PaymentEvent) -> None:
    """The money for an order came. Once more changes nothing."""
    try:
        await settle(event.subject_id)
    except UNDELIVERABLE:
        # Paid for, and not to be had any more: the coupons of a template are counted when they are given.
        await give_up_paid(event.subject_id)


@transactional
async def settle(order_id: UUID) -> bool:
    """Moves a paid order on; False when it was not waiting for money any more."""
    order = await orders.lock(order_id)
    if order.status is not Status.AWAITING_PAYMENT:
        return False
    status = order.target(Verb.PAY, Who.PAYMENT)
    await database.execute(_PAID, order_id, status)
    if status is Status.DELIVERED:
        await give_coupons(order_id, order.member_id, order.coupon_template_id, order.quantity)
    return True


async def give_coupons(order_id: UUID, member_id: UUID, template_id: UUID | None, quantity: int) -> None:
    """One coupon per piece, for an order of coupons. Raises what `coupons.give` refuses."""
    if template_id is None:
        return
    for number in range(1, quantity + 1):
        await coupons.give(template_id, member_id, key=f"order:{order_id}:{number}")


@transactional
async def give_up_paid(order_id: UUID) -> bool:
    """Cancels an order that was paid and can't be delivered; everything goes back."""
    order = await orders.lock(order_id)
    if order.status is not Status.AWAITING_PAYMENT:
        return False
    await database.execute(_RELEASED, order_id, order.target(Verb.CANCEL, Who.PAYMENT), "undeliverable")
    await give_back(order, points.Kind.REDEMPTION_CANCELLED)
    await _tell_released(order, "这件商品刚刚发完了，积分和款项都会原路退回。")
    return True


@jobs.job(CLOSED)
async def payment_closed(event: payments.PaymentEvent) -> None:
    """Nobody will pay any more: the order is given up. (Money in dispute goes its own way, through a person.)"""
    await give_up_unpaid(event.subject_id)


@transactional
async def give_up_unpaid(order_id: UUID) -> bool:
    """Gives up an order whose payment has ended by itself."""
    order = await orders.lock(order_id)
    if order.status is not Status.AWAITING_PAYMENT:
        return False
    await _give_up(order)
    return True


@jobs.job(UNPAID)
async def release_unpaid(job: UnpaidOrder) -> None:
    """Its fifteen minutes are over."""
    await release(job.order_id)


@transactional
async def release(order_id: UUID) -> bool:
    """Gives up an order that was not paid: pieces, coupon and points go back. False when there is nothing to give up.

    Money that came before leaves the order alone; money that comes after goes back by itself.
    """
    order = await orders.lock(order_id)
    if order.status is not Status.AWAITING_PAYMENT:
        return False
    assert order.payment_id is not None, "what awaits money has a payment"
    try:
        await payments.close(order.payment_id)
    except payments.AlreadyPaid:
        return False
    await _give_up(order)
    return True


async def _give_up(order: Order) -> None:
    await database.execute(_RELEASED, order.id, order.target(Verb.CANCEL, Who.CLOCK), "unpaid")
    await give_back_but_money(order, points.Kind.REDEMPTION_CANCELLED)
    await _tell_released(order, "订单超时未支付，已自动取消，积分已退回。")


async def _tell_released(order: Order, body: str) -> None:
    await notifications.notify(order.member_id, "order_released", str(order.id), "订单已取消", body)


payments.register_purpose(PURPOSE, paid_job=PAID, closed_job=CLOSED)
