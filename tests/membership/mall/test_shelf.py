"""The shelf: pages along one index, what is withdrawn, what the law refuses; and the lists of redemptions."""

import random
from uuid import UUID

import pytest

from foundation import database
from foundation.errors import Invalid
from foundation.pages import PageQuery, write_cursor
from foundation.transactions import transactional
from membership import catalogue, mall
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.stores import make_store
from tests.membership.mall.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def walk(limit: int) -> list[catalogue.ProductView]:
    found: list[catalogue.ProductView] = []
    cursor = None
    while True:
        page = await catalogue.products(PageQuery(cursor=cursor, limit=limit))
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
        await catalogue.products(PageQuery())
    (query,) = seen
    for name, value in (("$1", "0"), ("$2", f"'{'0' * 32}'"), ("$3", "21")):
        query = query.replace(name, value)
    plan = await plan_of(query)
    assert "Index Scan" in plan
    assert "ROW(sort, id) > ROW(0" in plan
    assert "Sort" not in plan
    assert "Filter" not in plan


BEYOND_THE_SHELF = write_cursor(2**31, UUID(int=0))
"""A place that no column holds: the cursor is the client's to forge."""


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "a" * 199, BEYOND_THE_SHELF])
async def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await catalogue.products(PageQuery(cursor=cursor))
    with pytest.raises(Invalid):
        await mall.redemptions(await make_saver(0), PageQuery(cursor=cursor))


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


async def test_a_mother_sees_her_own_redemptions_newest_first() -> None:
    product, store, member = await make_product(points=1), await make_store(), await make_saver(5)
    stranger = await make_saver(5)
    made = [(await mall.redeem(member, product, 1, store.code)).id for _ in range(5)]
    await mall.redeem(stranger, product, 1, store.code)
    first = await mall.redemptions(member, PageQuery(limit=3))
    assert first.next_cursor is not None
    second = await mall.redemptions(member, PageQuery(limit=3, cursor=first.next_cursor))
    assert second.next_cursor is None
    assert [item.id for item in [*first.items, *second.items]] == made[::-1]
