"""The mall: the shelf, redeeming a gift, one's own redemptions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import catalogue, mall
from membership.points import NotEnoughPoints
from membership.stores import StoreClosed, StoreCode, StoreNotFound
from miniprogram_api.face import mothers

Quantity = Annotated[int, msgspec.Meta(ge=1, le=99, description="Pieces.", examples=[1])]


class ProductOut(View):
    """A gift. `points` is for one piece; `stock` pieces are left."""

    id: UUID
    name: str
    description: str
    points: int
    stock: int


class RedeemIn(Body):
    """Which gift, how many pieces, and the code of the store where they are picked up."""

    product_id: UUID
    store: StoreCode
    quantity: Quantity = 1


class RedemptionOut(View):
    """A redemption. `points` is for all pieces; the store asks for `pickup_code`."""

    id: UUID
    status: mall.Status
    product_id: UUID
    product_name: str
    quantity: int
    points: int
    store: str
    store_name: str
    pickup_code: str
    created_at: datetime
    handed_over_at: datetime | None
    cancelled_at: datetime | None


@mothers.get("/mall/products", who="public")
async def products(query: PageQuery) -> Page[ProductOut]:
    """The gifts on offer.

    In the order of the shelf; those that are sold out (`stock` 0) are listed too. Needs no login.
    """
    page = await catalogue.products(query)
    return Page(items=[_product_out(product) for product in page.items], next_cursor=page.next_cursor)


@mothers.get("/mall/products/{product_id}", who="public", refuses=(catalogue.ProductNotFound,))
async def product(product_id: UUID) -> ProductOut:
    """One gift."""
    return _product_out(await catalogue.product(product_id))


@mothers.post(
    "/mall/redemptions",
    who="member",
    status=201,
    refuses=(
        catalogue.ProductNotFound,
        catalogue.NotYetOnSale,
        catalogue.LevelTooLow,
        catalogue.FulfilmentNotOffered,
        catalogue.LimitReached,
        catalogue.SoldOut,
        catalogue.QuantityOutOfRange,
        NotEnoughPoints,
        StoreNotFound,
        StoreClosed,
    ),
)
async def redeem(caller: Caller, body: RedeemIn, key: IdempotencyKey) -> RedemptionOut:
    """Redeem a gift with points.

    Points and stock move together or not at all. The gift waits in the store until the mother shows the pick-up code;
    until then she may cancel.
    """
    return _redemption_out(await mall.redeem(caller.subject, body.product_id, body.quantity, body.store))


@mothers.get("/mall/redemptions", who="member")
async def redemptions(caller: Caller, query: PageQuery) -> Page[RedemptionOut]:
    """One's own redemptions, the newest first."""
    page = await mall.redemptions(caller.subject, query)
    return Page(items=[_redemption_out(redemption) for redemption in page.items], next_cursor=page.next_cursor)


@mothers.get("/mall/redemptions/{redemption_id}", who="member", refuses=(mall.RedemptionNotFound,))
async def redemption(caller: Caller, redemption_id: UUID) -> RedemptionOut:
    """One of one's own redemptions."""
    return _redemption_out(await mall.redemption(caller.subject, redemption_id))


@mothers.post(
    "/mall/redemptions/{redemption_id}/cancellation",
    who="member",
    refuses=(mall.RedemptionNotFound, mall.AlreadyHandedOver),
)
async def cancel_redemption(caller: Caller, redemption_id: UUID) -> RedemptionOut:
    """Cancel a redemption before it is handed over.

    The points return to the lots they came from, with their old expiry. Cancelling again gives the same answer.
    """
    return _redemption_out(await mall.cancel(caller.subject, redemption_id))


def _product_out(product: catalogue.ProductView) -> ProductOut:
    return ProductOut(product.id, product.name, product.description, product.points, product.stock)


def _redemption_out(redemption: mall.RedemptionView) -> RedemptionOut:
    return RedemptionOut(
        id=redemption.id,
        status=redemption.status,
        product_id=redemption.product_id,
        product_name=redemption.product_name,
        quantity=redemption.quantity,
        points=redemption.points,
        store=redemption.store_code,
        store_name=redemption.store_name,
        pickup_code=redemption.pickup_code,
        created_at=redemption.created_at,
        handed_over_at=redemption.handed_over_at,
        cancelled_at=redemption.cancelled_at,
    )
