"""Reads: the shelf."""

from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.catalogue.errors import ProductNotFound
from membership.catalogue.views import ProductView

FIRST_PLACE = -(2**31)
Place = Annotated[int, msgspec.Meta(ge=FIRST_PLACE, le=2**31 - 1)]
"""A gift's `sort`, as far as its column reaches: a cursor may say more."""


async def products(query: PageQuery) -> Page[ProductView]:
    """The gifts on offer, in the order of the shelf; those that are sold out too. Raises `Invalid` (cursor)."""
    # The hottest list there is: one statement along one index, and nothing else.
    after = read_cursor(query.cursor, Place, UUID) if query.cursor else (FIRST_PLACE, UUID(int=0))
    rows = await database.fetch(
        "SELECT id, name, description, points, stock, sort FROM product"
        " WHERE on_sale AND (sort, id) > ($1, $2) ORDER BY sort, id LIMIT $3",
        *after,
        query.limit + 1,
    )
    shown = rows[: query.limit]
    return Page(
        items=[ProductView(row[0], row[1], row[2], row[3], row[4]) for row in shown],
        next_cursor=write_cursor(shown[-1]["sort"], shown[-1]["id"]) if len(rows) > query.limit else None,
    )


async def product(product_id: UUID) -> ProductView:
    """One gift on offer. Raises `ProductNotFound`."""
    row = await database.fetchrow(
        "SELECT id, name, description, points, stock FROM product WHERE id = $1 AND on_sale", product_id
    )
    if row is None:
        raise ProductNotFound
    return ProductView(*row)


async def find_product(name: str) -> UUID | None:
    """A gift by its exact name, offered or not; the oldest of several."""
    product_id: UUID | None = await database.fetchval(
        "SELECT id FROM product WHERE name = $1 ORDER BY id LIMIT 1", name
    )
    return product_id
