"""Writes: cancelling, handing over. (Redeeming, the hot verb, is in `redeeming.py`.)"""

from uuid import UUID

from foundation import database
from foundation.transactions import transactional, within_transaction
from membership import catalogue, points
from membership.mall import queries
from membership.mall.errors import (
    AlreadyCancelled,
    AlreadyHandedOver,
    PickupCodeWrong,
)
from membership.mall.views import CounterRedemption, RedemptionView, Status


@transactional
async def cancel(member_id: UUID, redemption_id: UUID) -> RedemptionView:
    """Cancels a redemption that was not handed over: stock and points go back, the points to their lots.

    Cancelling again gives the same answer. Raises `RedemptionNotFound`, `AlreadyHandedOver`.
    """
    cancelled = await database.fetchrow(
        "UPDATE redemption SET status = 'cancelled', cancelled_at = now()"
        " WHERE id = $1 AND member_id = $2 AND status = 'reserved'"
        " RETURNING product_id, quantity, stock_store_id, created_at",
        redemption_id,
        member_id,
    )
    if cancelled is not None:
        await catalogue.put_back(
            cancelled["product_id"],
            cancelled["quantity"],
            member_id=member_id,
            stock_store_id=cancelled["stock_store_id"],
            taken_at=cancelled["created_at"],
        )
        await points.give_back(
            member_id,
            kind=points.Kind.REDEMPTION_CANCELLED,
            key=str(redemption_id),
            spent_kind=points.Kind.REDEMPTION,
            spent_key=str(redemption_id),
        )
    # Read after the update, which waited for whoever held the row: what it says now is final.
    view = await queries.redemption(member_id, redemption_id)
    if view.status == Status.HANDED_OVER:
        raise AlreadyHandedOver
    return view


@transactional
async def hand_over(
    staff_id: UUID, store_id: UUID, redemption_id: UUID, pickup_code: str | None = None
) -> CounterRedemption:
    """Hands a reserved gift of this store over. A pick-up code, when given, must be the gift's.

    Raises `RedemptionNotFound` (another store's too), `PickupCodeWrong`, `AlreadyCancelled`, `AlreadyHandedOver`.
    """
    handed_over = await database.execute(
        "UPDATE redemption SET status = 'handed_over', handed_over_at = now(), handed_over_by_id = $1"
        " WHERE id = $2 AND store_id = $3 AND status = 'reserved' AND pickup_code = COALESCE($4, pickup_code)",
        staff_id,
        redemption_id,
        store_id,
        pickup_code,
    )
    view = await queries.one_at_counter(store_id, redemption_id)
    if handed_over:
        return view
    match view.status:
        case Status.CANCELLED:
            raise AlreadyCancelled
        case Status.HANDED_OVER:
            raise AlreadyHandedOver
        case _:
            raise PickupCodeWrong


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her redemptions follow her; the number of them. The caller holds both."""
    return await database.execute("UPDATE redemption SET member_id = $2 WHERE member_id = $1", from_member, to_member)
