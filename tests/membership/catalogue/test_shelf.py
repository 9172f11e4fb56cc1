"""The shelf: pages along one index, what is withdrawn, what the law refuses."""

import random
from uuid import UUID

import pytest

from foundation import database
from foundation.errors import Invalid
from foundation.pages import write_cursor
from foundation.transactions import transactional
from membership import catalogue
from membership.catalogue import ShelfQuery
from tests.makers.catalogue import make_product
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def walk(limit: int) -> list[catalogue.ProductView]:
    found: list[catalogue.ProductView] = []
    cursor = None
    while True:
        page = await catalogue.products(ShelfQuery(cursor=cursor, limit=limit))
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def test_pages_show_every_gift_once_in_the_order_of_the_shelf() -> None:
    place = -random.randrange(1, 2**31 - 10)
    made = [await make_product(sort=place + number // 2) for number in range(6)]
    hidden = await make_product(sort=place)
    await catalogue.set_on_sale(hidden, False)
    whole = await walk(100)
    assert len({product.id for product in whole}) == len(whole)
    assert [product.id for product in whole if product.id in made] == made
    assert hidden not in {product.id for product in whole}
    assert await walk(3) == whole


async def test_a_sold_out_gift_stays_on_the_shelf() -> None:
    product = await make_product(stock=0)
    assert (await catalogue.product(product)).stock == 0
    assert product in {shown.id for shown in await walk(100)}


@transactional
async def plan_of(query: str) -> str:
    """How PostgreSQL would run it if it had more than a handful of rows, which are cheaper to read whole."""
    await database.execute("SET LOCAL enable_seqscan = off")
    await database.execute("SET LOCAL enable_bitmapscan = off")
    return "\n".join(row[0] for row in await database.fetch(f"EXPLAIN {query}"))


async def test_the_list_is_one_statement_along_its_index() -> None:
    with statements() as seen:
        await catalogue.products(ShelfQuery())
    (query,) = seen
    for name, value in (("$1", "0"), ("$2", f"'{'0' * 32}'")):
        query = query.replace(name, value)
    plan = await plan_of(query)
    assert "Index Scan" in plan
    assert "ROW(sort, id) > ROW(0" in plan
    assert "Sort" not in plan
    # Nothing is read to be left out, but for what is over since the clock came by last.
    assert plan.count("Filter") == 1
    assert "Filter: ((on_sale_until IS NULL) OR (on_sale_until > now()))" in plan


BEYOND_THE_SHELF = write_cursor(2**31, UUID(int=0))
"""A place that no column holds: the cursor is the client's to forge."""


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "a" * 199, BEYOND_THE_SHELF])
async def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await catalogue.products(ShelfQuery(cursor=cursor))


async def test_a_withdrawn_or_unknown_gift_is_not_found() -> None:
    product = await make_product()
    assert (await catalogue.product(product)).id == product
    await catalogue.set_on_sale(product, False)
    with pytest.raises(catalogue.ProductNotFound):
        await catalogue.product(product)


async def test_stage_one_formula_is_not_offered_unless_the_policy_changes() -> None:
    refused = await catalogue.make_product("一段奶粉", "", points=1, stock=1, formula_stage=1)
    with pytest.raises(catalogue.ProductNotFound):
        await catalogue.product(refused)
    with pytest.raises(catalogue.PromotionRefused):
        await catalogue.set_on_sale(refused, True)
    with pytest.raises(Exception, match="product_promotion_refused"):
        await database.execute("UPDATE product SET on_sale = true WHERE id = $1", refused)
    allowed = await catalogue.make_product("一段奶粉", "", points=1, stock=1, formula_stage=1, promotion_refused=False)
    for stage in (2, 3, 4):
        offered = await catalogue.make_product("奶粉", "", points=1, stock=1, formula_stage=stage)
        assert (await catalogue.product(offered)).stock == 1
    assert (await catalogue.product(allowed)).stock == 1


async def test_restocking_adds_pieces() -> None:
    product = await make_product(stock=0)
    await catalogue.restock(product, 3)
    assert (await catalogue.product(product)).stock == 3
    for pieces in (0, -1):
        with pytest.raises(catalogue.QuantityOutOfRange):
            await catalogue.restock(product, pieces)
