"""Stock: every piece that comes to a place or leaves it other than by an order is a line that stays."""

import pytest

from foundation import audit, database
from membership import catalogue
from membership.staff import Role
from tests.makers.catalogue import make_product, take
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.membership.catalogue.test_taking import stock_of

pytestmark = pytest.mark.usefixtures("world")


async def test_pieces_come_move_and_are_corrected_and_each_is_audited() -> None:
    operator, store, other = await make_staff(Role.OPERATOR), await make_store(), await make_store()
    product = await make_product(stock=5, by=operator.id)
    by = operator.id
    await catalogue.restock(product, 10, by=by, reason="到货")
    await catalogue.restock(product, 3, store_id=store.id, by=by, reason="到货")
    await catalogue.transfer(by, product, 4, from_store=None, to_store=store.id, reason="调拨")
    await catalogue.transfer(by, product, 2, from_store=store.id, to_store=other.id, reason="调拨")
    await catalogue.correct(by, product, -1, store_id=other.id, reason="破损")
    await catalogue.correct(by, product, 2, store_id=None, reason="盘盈")
    assert await stock_of(product) == {None: 13, store.code: 5, other.code: 1}
    rows = await database.fetch("SELECT kind, pieces FROM stock_movement WHERE product_id = $1 ORDER BY id", product)
    assert [(row["kind"], row["pieces"]) for row in rows][:3] == [("supplied", 5), ("supplied", 10), ("supplied", 3)]
    assert sum(row["pieces"] for row in rows) == 19
    entries = (await audit.entries(audit.AuditQuery(subject="product", subject_id=str(product)))).items
    assert [entry.action for entry in entries][::-1] == [
        "product.made",
        "stock.supplied",
        "stock.supplied",
        "stock.transferred",
        "stock.transferred",
        "stock.corrected",
        "stock.corrected",
    ]
    assert {entry.actor_id for entry in entries} == {by}
    assert entries[0].reason == "盘盈"


async def test_no_more_leaves_a_place_than_is_there() -> None:
    operator, store, product = await make_staff(Role.OPERATOR), await make_store(), await make_product(stock=3)
    await take(product, await make_saver(0), 2)
    for correction in (
        catalogue.correct(operator.id, product, -2, store_id=None, reason="盘亏"),
        catalogue.correct(operator.id, product, -1, store_id=store.id, reason="盘亏"),
        catalogue.transfer(operator.id, product, 2, from_store=None, to_store=store.id, reason="调拨"),
        catalogue.transfer(operator.id, product, 1, from_store=store.id, to_store=None, reason="调拨"),
    ):
        with pytest.raises(catalogue.StockTooLow):
            await correction
    assert await stock_of(product) == {None: 1}


async def test_quantities_that_move_nothing_are_refused() -> None:
    operator, product = await make_staff(Role.OPERATOR), await make_product()
    for refused in (
        catalogue.restock(product, 0),
        catalogue.restock(product, 1_000_001),
        catalogue.correct(operator.id, product, 0, store_id=None, reason="无"),
        catalogue.transfer(operator.id, product, 1, from_store=None, to_store=None, reason="无"),
    ):
        with pytest.raises(catalogue.QuantityOutOfRange):
            await refused


async def test_movements_are_never_changed() -> None:
    product = await make_product(stock=5)
    for change in ("UPDATE stock_movement SET pieces = 9 WHERE product_id = $1", "DELETE FROM stock_movement"):
        with pytest.raises(Exception, match="append-only"):
            await database.execute(change, *([product] if "$1" in change else []))


async def test_a_store_sees_its_own_stock_page_by_page() -> None:
    store, products = await make_store(), [await make_product(stock=0, stock_per_store=True) for _ in range(3)]
    for pieces, product in enumerate(products, start=1):
        await catalogue.restock(product, pieces, store_id=store.id)
    first = await catalogue.stock_in_store(store.id, catalogue.StaffQuery(limit=2))
    assert first.next_cursor is not None
    second = await catalogue.stock_in_store(store.id, catalogue.StaffQuery(limit=2, cursor=first.next_cursor))
    assert [(item.product_id, item.stock) for item in [*first.items, *second.items]] == [
        (product, pieces) for pieces, product in enumerate(products, start=1)
    ]
    assert [place.stock for place in await catalogue.stores_with(products[2])] == [3]
