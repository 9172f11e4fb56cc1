"""What comes back: asked for within seven days, received by the staff, and then everything is given back."""

from uuid import UUID

from foundation import audit, database
from foundation.pages import Page, PageQuery
from foundation.transactions import transactional
from membership import members, notifications, points
from membership.mall import machine, orders, queries
from membership.mall.machine import Status, Verb, Who
from membership.mall.undoing import give_back
from membership.mall.views import RedemptionView, StaffOrder

_REQUEST = """
UPDATE redemption SET status = $2, return_requested_at = now(), return_reason_sealed = $3, return_refused_sealed = NULL
WHERE id = $1
"""
_RECEIVE = "UPDATE redemption SET status = $2, returned_at = now(), returned_by_id = $3, restocked = $4 WHERE id = $1"
# Refused, it has been delivered: at the latest now.
_REFUSE = """
UPDATE redemption SET status = $2, return_requested_at = NULL, return_reason = NULL, return_reason_sealed = NULL,
  return_refused_sealed = $3, delivered_at = coalesce(delivered_at, now())
WHERE id = $1
"""


@transactional
async def request_return(member_id: UUID, order_id: UUID, reason: str) -> RedemptionView:
    """She wants to send an order back; `reason` has 1 to 200 characters. Again gives the same answer.

    Raises `RedemptionNotFound`, `ReturnTooLate`, and why it can't be returned.
    """
    member = await members.share(member_id)
    order = await orders.lock_own(member.id, order_id)
    if order.status is not Status.RETURN_REQUESTED:
        status = order.target(Verb.REQUEST_RETURN, Who.MEMBER)
        assert order.shipped_at is not None, "only what was shipped can be asked back"
        machine.require_in_time(order.now, order.shipped_at, order.delivered_at)
        sealed = members.seal_words(member, "redemption", "return_reason_sealed", order_id, reason)
        await database.execute(_REQUEST, order_id, status, sealed)
    return await queries.redemption(member.id, order_id)


@transactional
async def receive_return(by: UUID, order_id: UUID, *, restock: bool) -> StaffOrder:
    """The goods are back: points and money return to her, the pieces to the stock, or they are written off.

    Raises `RedemptionNotFound`, and why it can't be received.
    """
    order = await orders.lock(order_id)
    status = order.target(Verb.RECEIVE_RETURN, Who.STAFF)
    await database.execute(_RECEIVE, order_id, status, by, restock)
    await audit.record(by, "order.return_received", "order", order_id, after={"restocked": restock})
    await give_back(order, points.Kind.ORDER_RETURNED, restock=restock)
    await _tell(order, "退货已收到", "我们已收到您退回的商品，积分和款项会原路退回。")
    return await queries.one_for_staff(order_id)


@transactional
async def refuse_return(by: UUID, order_id: UUID, reason: str) -> StaffOrder:
    """The return is not accepted; `reason` (1 to 100 characters) is what she reads at her order.

    Raises `RedemptionNotFound`, and why there is nothing to refuse.
    """
    order, member = await orders.lock_with_member(order_id)
    status = order.target(Verb.REFUSE_RETURN, Who.STAFF)
    sealed = members.seal_words(member, "redemption", "return_refused_sealed", order_id, reason)
    await database.execute(_REFUSE, order_id, status, sealed)
    await audit.record(by, "order.return_refused", "order", order_id, reason=reason)
    # Why stands with the order alone, sealed: it may say something of her.
    await _tell(order, "退货未通过", "这笔订单的退货申请未通过，原因可在订单里查看。如有疑问请联系客服。")
    return await queries.one_for_staff(order_id)


async def _tell(order: orders.Order, title: str, body: str) -> None:
    key = f"{order.id}:{order.now.timestamp()}"
    await notifications.notify(order.member_id, "order_return", key, title, body)


async def returns(query: PageQuery) -> Page[StaffOrder]:
    """Orders that are on their way back, the oldest first. Raises `Invalid` (cursor)."""
    return await queries.for_staff(query, Status.RETURN_REQUESTED)
