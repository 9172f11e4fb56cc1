"""The statements of the lists: one for each way to look at the shelf, each along an index of its own order.

They are put together from pieces of this module only; what the caller says goes into arguments.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from foundation.pages import PageQuery, read_cursor, write_cursor

LEAST, MOST = -(2**31), 2**31 - 1
FIRST_ID, LAST_ID = UUID(int=0), UUID(int=2**128 - 1)
Place = Annotated[int, msgspec.Meta(ge=LEAST, le=MOST)]
"""A product's `sort` or `points`, as far as its column reaches: a cursor may say more."""

Order = Literal["shelf", "cheapest", "dearest", "newest"]

# What is picked up from the stores' own stock can be had where one of them has it; what is sent comes from the centre.
STOCK = """CASE WHEN NOT product.stock_per_store THEN product.stock ELSE
  CASE WHEN product.delivery THEN product.stock ELSE 0 END + coalesce(
    (SELECT sum(there.stock) FROM product_stock there WHERE there.product_id = product.id), 0)::int END"""
SHOWN = (
    f"product.id, product.name, product.description, product.points, {STOCK} AS stock, product.money_fen,"
    " product.cover, product.on_sale_from"
)
OFFERED = "product.on_sale AND (product.on_sale_until IS NULL OR product.on_sale_until > now())"
HER_PRICE = """LEFT JOIN LATERAL (
  SELECT each.points, each.money_fen FROM product_price each JOIN tier_level ON tier_level.code = each.level_id
  WHERE each.product_id = product.id AND tier_level.rank <= {rank} ORDER BY tier_level.rank DESC LIMIT 1
) her ON true"""

_ORDERS: dict[Order, tuple[str, str, Any, tuple[object, ...]]] = {
    "shelf": ("(product.sort, product.id) > ", "product.sort, product.id", Place, (LEAST, FIRST_ID)),
    "cheapest": ("(product.points, product.id) > ", "product.points, product.id", Place, (LEAST, FIRST_ID)),
    "dearest": ("(product.points, product.id) < ", "product.points DESC, product.id DESC", Place, (MOST, LAST_ID)),
    "newest": ("(product.id) < ", "product.id DESC", None, (LAST_ID,)),
}


class Suitability(msgspec.Struct, frozen=True):
    """Whom it must suit: a baby in one of these stages, with these allergies. Without any, everybody."""

    stages: Sequence[str] = ()
    allergies: Sequence[str] = ()


class ShelfQuery(PageQuery, frozen=True, kw_only=True):
    """Which products, in which order, and which part of the list."""

    category: UUID | None = None
    """Of the first level: with all its parts."""
    words: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    """A part of the name, of its pinyin or of the pinyin's initials."""
    order: Order = "shelf"


class Statement:
    """A statement in the making, and its arguments."""

    def __init__(self) -> None:
        self.conditions: list[str] = []
        self.arguments: list[object] = []

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions)

    def add(self, value: object) -> str:
        """Its place: `$3`."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def on_shelf(statement: Statement, query: ShelfQuery, suits: Suitability) -> str:
    """Adds what the query asks for beside words and category; the ORDER BY and LIMIT. Raises `Invalid` (cursor)."""
    after, order, place, start = _ORDERS[query.order]
    types = (UUID,) if place is None else (place, UUID)
    cursor = read_cursor(query.cursor, *types) if query.cursor else start
    statement.conditions += [OFFERED, after + f"({', '.join(statement.add(value) for value in cursor)})"]
    if suits.stages:
        stages = statement.add(list(suits.stages))
        statement.conditions.append(f"(product.stages = '{{}}' OR product.stages && {stages}::text[])")
    if suits.allergies:
        statement.conditions.append(f"NOT product.allergens && {statement.add(list(suits.allergies))}::text[]")
    # Written out: with a number that is not known, PostgreSQL would think of a tenth of all and plan each time anew.
    return f"ORDER BY {order} LIMIT {query.limit + 1:d}"


def cursor_after(order: Order, last: Any) -> str:
    """The cursor of the page whose last row this is."""
    match order:
        case "newest":
            return write_cursor(last["id"])
        case "shelf":
            return write_cursor(last["sort"], last["id"])
        case _:
            return write_cursor(last["points"], last["id"])


def shelf_of(statement: Statement, query: ShelfQuery, end: str) -> tuple[str, str]:
    """The tables, the last of them `product`, and the condition, when all conditions are there.

    A category is walked part by part, each along its index until the page is full; so its size does not matter.
    """
    if query.category is None:
        return "product", statement.where
    whole = statement.add(query.category)
    inside = f"SELECT * FROM product WHERE product.category_id = part.id AND {statement.where} {end}"  # noqa: S608  # ours
    return (
        f"product_category part CROSS JOIN LATERAL ({inside}) product",
        f"(part.id = {whole} OR part.parent_id = {whole})",
    )
