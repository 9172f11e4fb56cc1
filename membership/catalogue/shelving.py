"""Writes: what the staff put on the shelf and take off it."""

from uuid import UUID

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.catalogue.errors import ProductNotFound, PromotionRefused, QuantityOutOfRange
from membership.catalogue.models import Product

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
