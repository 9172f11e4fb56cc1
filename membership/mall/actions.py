"""Writes: the shelf, cancelling, handing over. (Redeeming, the hot verb, is in `redeeming.py`.)"""

from uuid import UUID

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import points
from membership.mall import queries
from membership.mall.errors import (
    AlreadyCancelled,
    AlreadyHandedOver,
    PickupCodeWrong,
    ProductNotFound,
    PromotionRefused,
    QuantityOutOfRange,
)
from membership.mall.models import Product
from membership.mall.views import CounterRedemption, RedemptionView, Status

STAGE_NOT_TO_BE_PROMOTED = 1


@transactional
async def make_product(
    name: str,
    description: str,
    *,
    points: int,
    stock: int,
    sort: int = 0,
    formula_stage: int | None = None,
    promotion_refused: bool | None = None,
) -> UUID:
    """Puts a gift on the shelf; its id. `points` (1 to 10,000,000) is for one piece; `stock` pieces are there.

    A gift is promotion, which the law refuses for stage-1 formula: unless `promotion_refused` says otherwise, such a
    product is kept but not offered.
    """
    if promotion_refused is None:
        promotion_refused = formula_stage == STAGE_NOT_TO_BE_PROMOTED
    product = await Product.create(
        id=new_id(),
        name=name,
        description=description,
        points=points,
        stock=stock,
        supplied=stock,
        formula_stage=formula_stage,
        promotion_refused=promotion_refused,
        on_sale=not promotion_refused,
        sort=sort,
    )
    return product.id


@transactional
async def restock(product_id: UUID, pieces: int) -> None:
    """Adds pieces to a gift's stock, at least one. Raises `ProductNotFound`, `QuantityOutOfRange`."""
    if pieces < 1:
        raise QuantityOutOfRange
    if not await database.execute(
        "UPDATE product SET stock = stock + $2, supplied = supplied + $2 WHERE id = $1", product_id, pieces
    ):
        raise ProductNotFound


@transactional
async def set_on_sale(product_id: UUID, on_sale: bool) -> None:
    """Offers a gift or takes it off the shelf; what is reserved stays reserved.

    Raises `ProductNotFound`, `PromotionRefused`.
    """
    product = await Product.filter(id=product_id).select_for_update().first()
    if product is None:
        raise ProductNotFound
    if on_sale and product.promotion_refused:
        raise PromotionRefused
    await Product.filter(id=product_id).update(on_sale=on_sale)


@transactional
async def cancel(member_id: UUID, redemption_id: UUID) -> RedemptionView:
    """Cancels a redemption that was not handed over: stock and points go back, the points to their lots.

    Cancelling again gives the same answer. Raises `RedemptionNotFound`, `AlreadyHandedOver`.
    """
    cancelled = await database.fetchval(
        "WITH cancelled AS (UPDATE redemption SET status = 'cancelled', cancelled_at = now()"
        " WHERE id = $1 AND member_id = $2 AND status = 'reserved' RETURNING product_id, quantity)"
        " UPDATE product SET stock = stock + cancelled.quantity FROM cancelled"
        " WHERE product.id = cancelled.product_id RETURNING true",
        redemption_id,
        member_id,
    )
    if cancelled:
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
