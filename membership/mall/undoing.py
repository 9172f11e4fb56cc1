"""Giving back what an order took. Once, because the caller has locked the order and moves it to where nothing is given
back any more; the money first, which stands higher than the points."""

from membership import catalogue, coupons, payments, points
from membership.catalogue import Fulfilment
from membership.mall.goods import release_goods
from membership.mall.orders import Order

MONEY_BACK = {
    points.Kind.REDEMPTION_CANCELLED: "订单已取消，款项原路退回",
    points.Kind.ORDER_RETURNED: "退货已收到，款项原路退回",
}


async def give_back(order: Order, kind: points.Kind, *, restock: bool = True) -> None:
    """Gives back pieces, coupon, money and points.

    Without `restock` the pieces are written off: they are gone, and still count against her limits.
    """
    if order.payment_id is not None:
        await _send_money_back(order, MONEY_BACK[kind])
    await give_back_but_money(order, kind, restock=restock)


async def give_back_but_money(order: Order, kind: points.Kind, *, restock: bool = True) -> None:
    """The same where no money came, or where it goes its own way."""
    if restock:
        await catalogue.put_back(
            order.product_id,
            order.quantity,
            member_id=order.member_id,
            stock_store_id=order.stock_store_id,
            taken_at=order.created_at,
            counted=order.counted,
        )
    if order.fulfilment is Fulfilment.VIRTUAL:
        await release_goods(order.id)
    if order.discount_fen:
        await coupons.release_from_mall(order.id)
    await points.give_back(
        order.payer_id,
        kind=kind,
        key=str(order.id),
        spent_kind=points.Kind.REDEMPTION,
        spent_key=str(order.id),
        source=points.Source(
            store_id=order.store_id,
            by_member=None if order.payer_id == order.member_id else order.member_id,
            note=order.product_name,
        ),
    )


async def _send_money_back(order: Order, reason: str) -> None:
    assert order.payment_id is not None, "the caller looked"
    if order.paid_at is None:
        try:
            await payments.close(order.payment_id)
        except payments.AlreadyPaid:
            pass  # it came a moment ago; the job that would tell us finds the order ended
        else:
            return
    await payments.refund(order.payment_id, order.money_fen, str(order.id), reason)
