"""Stock: the central one and each store's own."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import catalogue, stores
from membership.staff import Role
from membership.stores import StoreCode, StoreNotFound
from server.staff_api.face import staff
from server.staff_api.products import KEEPERS, READERS, Reason

Pieces = Annotated[int, Meta(ge=1, le=1_000_000)]


class RestockIn(Body):
    """Without a store, it is the central stock."""

    pieces: Pieces
    reason: Reason
    store: StoreCode | None = None


class TransferIn(Body):
    """From one place to another; without a store, it is the central stock."""

    pieces: Pieces
    reason: Reason
    from_store: StoreCode | None = None
    to_store: StoreCode | None = None


class CorrectionIn(Body):
    """`pieces` that were found, or (negative) are lost or broken. Without a store, it is the central stock."""

    pieces: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
    reason: Reason
    store: StoreCode | None = None


class PlaceOut(View):
    """A place; without a store, the central stock. `supplied` are all pieces that ever came there, less corrections."""

    store: str | None
    store_name: str | None
    stock: int
    supplied: int


class PlacesOut(View):
    items: list[PlaceOut]


class StoreStockOut(View):
    product_id: UUID
    product_name: str
    stock: int


@staff.get("/products/{product_id}/stock", who=READERS, refuses=(catalogue.ProductNotFound,))
async def product_stock(product_id: UUID) -> PlacesOut:
    """Where how much of a product is: the central stock first, then the stores by code."""
    return await _places(product_id)


@staff.get("/stock", who=Role.CLERK.value)
async def my_store_stock(caller: Caller, query: PageQuery) -> Page[StoreStockOut]:
    """What the clerk's own store has of its own."""
    page = await catalogue.stock_in_store(UUID(caller.claims["store"]), query)
    items = [StoreStockOut(there.product_id, there.name, there.stock) for there in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@staff.post(
    "/products/{product_id}/restocks",
    who=KEEPERS,
    refuses=(catalogue.ProductNotFound, catalogue.QuantityOutOfRange, StoreNotFound),
)
async def restock_product(caller: Caller, product_id: UUID, body: RestockIn, key: IdempotencyKey) -> PlacesOut:
    """Put pieces into a stock."""
    store_id = await _store_id(body.store)
    await catalogue.restock(product_id, body.pieces, store_id=store_id, by=caller.subject, reason=body.reason)
    return await _places(product_id)


@staff.post(
    "/products/{product_id}/transfers",
    who=KEEPERS,
    refuses=(catalogue.ProductNotFound, catalogue.QuantityOutOfRange, catalogue.StockTooLow, StoreNotFound),
)
async def transfer_product(caller: Caller, product_id: UUID, body: TransferIn, key: IdempotencyKey) -> PlacesOut:
    """Move pieces from one stock to another."""
    await catalogue.transfer(
        caller.subject,
        product_id,
        body.pieces,
        from_store=await _store_id(body.from_store),
        to_store=await _store_id(body.to_store),
        reason=body.reason,
    )
    return await _places(product_id)


@staff.post(
    "/products/{product_id}/corrections",
    who=KEEPERS,
    refuses=(catalogue.ProductNotFound, catalogue.QuantityOutOfRange, catalogue.StockTooLow, StoreNotFound),
)
async def correct_stock(caller: Caller, product_id: UUID, body: CorrectionIn, key: IdempotencyKey) -> PlacesOut:
    """Say what a count found: pieces more or fewer than we thought."""
    store_id = await _store_id(body.store)
    await catalogue.correct(caller.subject, product_id, body.pieces, store_id=store_id, reason=body.reason)
    return await _places(product_id)


async def _store_id(code: str | None) -> UUID | None:
    if code is None:
        return None
    store = await stores.find(code)
    if store is None:
        raise StoreNotFound
    return store.id


async def _places(product_id: UUID) -> PlacesOut:
    return PlacesOut(
        [
            PlaceOut(place.store_code, place.store_name, place.stock, place.supplied)
            for place in await catalogue.stock_of(product_id)
        ]
    )
