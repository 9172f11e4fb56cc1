"""Writes: cancelling, handing over, following a merge. (Ordering, the hot verb, is in `redeeming.py`.)"""

from uuid import UUID

from foundation import audit, database
from foundation.transactions import transactional, within_transaction
from membership import members, notifications, points
from membership.mall import orders, queries
from membership.mall.errors import PickupCodeWrong, RedemptionNotFound
from membership.mall.machine import Status, Verb, Who
from membership.mall.undoing import give_back
from membership.mall.views import CounterRedemption, RedemptionView, StaffOrder

_CANCEL = "UPDATE redemption SET status = $2, cancelled_at = now(), cancelled_because = $3 WHERE id = $1"
_HAND_OVER = "UPDATE redemption SET status = $2, handed_over_at = now(), handed_over_by_id = $3 WHERE id = $1"


@transactional
async def cancel(member_id: UUID, redemption_id: UUID) -> RedemptionView:
    """Cancels an order of hers: stock, points and money go back, the points to their lots.

    What is picked up can be cancelled until it is handed over, what is sent until it is shipped, what is not paid
    always. Cancelling again gives the same answer. Raises `RedemptionNotFound`, and why it can't be cancelled.
    """
    order = await orders.lock_own(member_id, redemption_id)
    if order.status is not Status.CANCELLED:
        await database.execute(_CANCEL, order.id, order.target(Verb.CANCEL, Who.MEMBER), None)
        await give_back(order, points.Kind.REDEMPTION_CANCELLED)
    return await queries.redemption(member_id, redemption_id)


@transactional
async def cancel_by_staff(by: UUID, order_id: UUID, reason: str) -> StaffOrder:
    """Cancels an order that can't be fulfilled, as its mother could; `reason` (1 to 200 characters) is for the audit.

    Raises `RedemptionNotFound`, and why it can't be cancelled.
    """
    order = await orders.lock(order_id)
    await database.execute(_CANCEL, order.id, order.target(Verb.CANCEL, Who.STAFF), "staff")
    await audit.record(by, "order.cancelled", "order", order_id, before={"status": order.status}, reason=reason)
    await give_back(order, points.Kind.REDEMPTION_CANCELLED)
    body = "很抱歉，您兑换的商品暂时无法提供，订单已取消，积分和款项会原路退回。"
    await notifications.notify(order.member_id, "order_released", str(order_id), "订单已取消", body)
    return await queries.one_for_staff(order_id)


@transactional
async def hand_over(
    staff_id: UUID, store_id: UUID, redemption_id: UUID, pickup_code: str | None = None
) -> CounterRedemption:
    """Hands a reserved gift of this store over. A pick-up code, when given, must be the gift's.

    Raises `RedemptionNotFound` (another store's too), `PickupCodeWrong`, and why it can't be handed over.
    """
    order = await orders.lock(redemption_id)
    if order.store_id != store_id:
        raise RedemptionNotFound
    status = order.target(Verb.HAND_OVER, Who.STAFF)
    if pickup_code not in (None, order.pickup_code):
        raise PickupCodeWrong
    await database.execute(_HAND_OVER, order.id, status, staff_id)
    await audit.record(staff_id, "order.handed_over", "order", order.id)
    return await queries.one_at_counter(store_id, redemption_id)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her orders follow her; the number of them. The caller holds both."""
    await members.seal_anew(from_member, to_member, "redemption", orders.SEALED)
    await database.execute("UPDATE redemption SET account_id = $2 WHERE account_id = $1", from_member, to_member)
    return await database.execute("UPDATE redemption SET member_id = $2 WHERE member_id = $1", from_member, to_member)
