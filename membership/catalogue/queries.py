"""Reads for everybody: the shelf and a product on it."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page
from membership.catalogue.browsing import (
    OFFERED,
    SHOWN,
    STOCK,
    ShelfQuery,
    Statement,
    Suitability,
    cursor_after,
    on_shelf,
    shelf_of,
)
from membership.catalogue.errors import ProductNotFound
from membership.catalogue.narrowing import by_words
from membership.catalogue.views import PlaceStock, ProductDetail, ProductView

V = TypeVar("V", bound=ProductDetail)

EVERYBODY = Suitability()
MOST_STORES = 200

DETAIL = """
product.id, product.name, product.description, product.points, product.money_fen, product.cover,
product.category_id, product.kind, product.pickup, product.delivery, product.stock_per_store,
product.most_per_order, product.most_per_day, product.most_ever, product.on_sale_from, product.on_sale_until,
product.early_rank, product.early_hours, product.stages, product.allergens,
ARRAY(SELECT picture.id FROM product_picture picture WHERE picture.product_id = product.id ORDER BY place) AS pictures,
(SELECT coalesce(jsonb_agg(jsonb_build_object('level', level_id, 'points', price.points, 'money_fen', price.money_fen)
   ORDER BY tier_level.rank), '[]') FROM product_price price JOIN tier_level ON tier_level.code = level_id
 WHERE price.product_id = product.id)::text AS prices
"""


async def products(query: ShelfQuery, suits: Suitability = EVERYBODY) -> Page[ProductView]:
    """What is on offer, announced or sold out. Raises `Invalid` (cursor)."""
    # The hottest list there is: one statement along one index, and nothing else.
    statement = Statement()
    end = on_shelf(statement, query, suits)
    if query.words is not None:
        await by_words(statement, query.words)
    tables, where = shelf_of(statement, query, end)
    rows = await database.fetch(
        f"SELECT {SHOWN}, product.sort FROM {tables} WHERE {where} {end}",  # noqa: S608  # ours
        *statement.arguments,
    )
    shown = rows[: query.limit]
    return Page(
        items=[ProductView(*row[:8]) for row in shown],
        next_cursor=cursor_after(query.order, shown[-1]) if len(rows) > query.limit else None,
    )


async def product(product_id: UUID) -> ProductDetail:
    """One product on offer. Raises `ProductNotFound`."""
    row = await database.fetchrow(
        f"SELECT {DETAIL}, {STOCK} AS stock FROM product WHERE product.id = $1 AND {OFFERED}",  # noqa: S608  # ours
        product_id,
    )
    if row is None:
        raise ProductNotFound
    return decoded(row, ProductDetail)


async def stores_with(product_id: UUID) -> list[PlaceStock]:
    """The open stores whose own stock has it, by code; 200 at most. Raises `ProductNotFound`."""
    rows = await database.fetch(
        "SELECT store.code, store.name, there.stock, there.supplied FROM product"  # noqa: S608  # ours
        " JOIN product_stock there ON there.product_id = product.id AND product.stock_per_store AND there.stock > 0"
        f" JOIN store ON store.id = there.store_id AND store.open WHERE product.id = $1 AND {OFFERED}"
        " ORDER BY store.code LIMIT $2",
        product_id,
        MOST_STORES,
    )
    if not rows:
        await product(product_id)
    return [PlaceStock(*row) for row in rows]


def decoded(row: Mapping[str, Any], view: type[V]) -> V:
    """A row of `DETAIL` and what else the view has."""
    return msgspec.convert({**row, "prices": msgspec.json.decode(row["prices"])}, view)


async def find_product(name: str) -> UUID | None:
    """A gift by its exact name, offered or not; the oldest of several."""
    product_id: UUID | None = await database.fetchval(
        "SELECT id FROM product WHERE name = $1 ORDER BY id LIMIT 1", name
    )
    return product_id
