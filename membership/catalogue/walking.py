"""The pages of the lists, also of what has certain words in it: what a page costs is its own length.

`product_gram` (kept by triggers, see its migration) holds the grams of what is on sale in the order of each list. A
search walks along a gram of its words until the page is full. Where too many are passed that are not wanted, because
it asks for something else besides, or because its grams are common and seldom together, narrowing takes over.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from foundation import database
from membership.catalogue import searching
from membership.catalogue.browsing import LINES, ShelfQuery, Statement, page_end, shelf_of
from membership.catalogue.narrowing import by_words

FAR = 200
"""So many products are looked at on the way, and then no more; more than a page has."""
NEAR = 20
"""So many of each gram are looked at to see which is the rarest from here on."""

Rows = Sequence[Any]
Fetch = Callable[[Statement, str, str], Awaitable[Rows]]
"""Selects from tables, the last of them `product`, by a condition with its ORDER BY and LIMIT."""


async def listed(statement: Statement, query: ShelfQuery, end: str, fetch: Fetch) -> Rows:
    """A page, and one row more if another follows. One query; two, up to four, where words are asked for."""
    if query.words is not None:
        asked = searching.asked(query.words)
        if asked is not None and query.category is None:
            rows, whole = await _along_gram(statement.copy(), query, *asked, fetch)
            if whole:
                return rows
        await by_words(statement, query.words)
    tables, where = shelf_of(statement, query, end)
    return await fetch(statement, tables, f"{where} {end}")


async def _along_gram(
    statement: Statement, query: ShelfQuery, grams: Sequence[str], pattern: str, fetch: Fetch
) -> tuple[Rows, bool]:
    """The page as far as it was found on the way, and whether that is all of it."""
    way = _way(statement, query, grams)
    # OFFSET 0: joined in any other way, the order of the walk would be lost and all of it sorted.
    here = f"SELECT * FROM product WHERE product.id = near.id AND {statement.where} OFFSET 0"  # noqa: S608  # ours
    tables = f"({way} LIMIT {FAR}) near CROSS JOIN LATERAL ({here}) product"
    where = "true"  # a single gram is the word itself
    if len(grams) > 1:
        is_like = f"found.text LIKE {statement.add(pattern)}"
        where = f"(SELECT {is_like} FROM product_search found WHERE found.product_id = near.id)"  # noqa: S608  # ours
    rows = await fetch(statement, tables, f"{where} {page_end(query, 'near')}")
    return rows, len(rows) > query.limit or not await _goes_on(query, grams)


async def _goes_on(query: ShelfQuery, grams: Sequence[str]) -> bool:
    """Whether there is more of the gram than was looked at."""
    statement = Statement()
    statement.cursor = [statement.add(value) for value in LINES[query.order].cursor(query.cursor)]
    far = f"SELECT true FROM ({_way(statement, query, grams)} OFFSET {FAR} LIMIT 1) far"  # noqa: S608  # ours
    return bool(await database.fetchval(far, *statement.arguments))


def _way(statement: Statement, query: ShelfQuery, grams: Sequence[str]) -> str:
    """From the cursor on all that has the gram, in the order of the list."""
    line = LINES[query.order]
    columns = ", ".join(f"held.{column}" for column in line.columns)
    beyond, order = line.after("held", statement.cursor), line.order("held")
    gram = statement.add(grams[0] if len(grams) == 1 else grams)
    if len(grams) > 1:
        # The rarest is the one of which a few reach the furthest along the list, or to its end.
        reach = (
            f"SELECT ROW({columns}) FROM product_gram held WHERE held.gram = one.gram AND {beyond}"  # noqa: S608  # ours
            f" ORDER BY {order} OFFSET {NEAR} LIMIT 1"
        )
        furthest = f"({reach}) {'DESC' if line.ascending else 'ASC'} NULLS FIRST"
        gram = f"(SELECT one.gram FROM unnest({gram}::text[]) one (gram) ORDER BY {furthest} LIMIT 1)"  # noqa: S608  # ours
    return f"SELECT {columns} FROM product_gram held WHERE held.gram = {gram} AND {beyond} ORDER BY {order}"  # noqa: S608  # ours
