"""Reads for the staff: every product, and where how much of it is."""

from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.catalogue.browsing import FIRST_ID, LAST_ID, Statement
from membership.catalogue.errors import ProductNotFound
from membership.catalogue.narrowing import by_words
from membership.catalogue.queries import DETAIL, decoded
from membership.catalogue.views import PlaceStock, StaffProduct, StoreStock

MOST_PLACES = 1_000

COLUMNS = f"""{DETAIL}, product.stock, product.supplied, product.coupon_template, product.formula_stage,
product.promotion_refused, product.on_sale, product.sort, product.created_at"""


class StaffQuery(PageQuery, frozen=True, kw_only=True):
    """Which products, the newest first."""

    on_sale: bool | None = None
    category: UUID | None = None
    """Of the first level: without its parts."""
    words: Annotated[str, msgspec.Meta(max_length=32)] | None = None


async def staff_products(query: StaffQuery) -> Page[StaffProduct]:
    """All products, offered or not, the newest first. Raises `Invalid` (cursor)."""
    statement = Statement()
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    statement.conditions.append(f"product.id < {statement.add(before)}")
    if query.on_sale is not None:
        statement.conditions.append(f"product.on_sale = {statement.add(query.on_sale)}")
    if query.category is not None:
        statement.conditions.append(f"product.category_id = {statement.add(query.category)}")
    if query.words is not None:
        await by_words(statement, query.words)
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM product WHERE {statement.where}"  # noqa: S608  # ours
        f" ORDER BY product.id DESC LIMIT {query.limit + 1:d}",
        *statement.arguments,
    )
    shown = [decoded(row, StaffProduct) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def staff_product(product_id: UUID) -> StaffProduct:
    """One product, offered or not. Raises `ProductNotFound`."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM product WHERE product.id = $1", product_id)  # noqa: S608  # ours
    if row is None:
        raise ProductNotFound
    return decoded(row, StaffProduct)


async def stock_of(product_id: UUID) -> list[PlaceStock]:
    """The central stock, then each store's own by code; 1,000 at most. Raises `ProductNotFound`."""
    rows = await database.fetch(
        "SELECT NULL AS code, NULL AS name, stock, supplied FROM product WHERE id = $1"
        " UNION ALL SELECT store.code, store.name, there.stock, there.supplied FROM product_stock there"
        " JOIN store ON store.id = there.store_id WHERE there.product_id = $1 ORDER BY code NULLS FIRST LIMIT $2",
        product_id,
        MOST_PLACES,
    )
    if not rows:
        raise ProductNotFound
    return [PlaceStock(*row) for row in rows]


async def stock_in_store(store_id: UUID, query: PageQuery) -> Page[StoreStock]:
    """What a store has of its own, the oldest products first. Raises `Invalid` (cursor)."""
    (after,) = read_cursor(query.cursor, UUID) if query.cursor else (FIRST_ID,)
    rows = await database.fetch(
        "SELECT there.product_id, product.name, there.stock FROM product_stock there"
        " JOIN product ON product.id = there.product_id"
        " WHERE there.store_id = $1 AND there.product_id > $2 ORDER BY there.product_id LIMIT $3",
        store_id,
        after,
        query.limit + 1,
    )
    shown = [StoreStock(*row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].product_id) if len(rows) > query.limit else None)
