"""The invariants hold after real work, and each notices what breaks it."""

import pytest

from membership import catalogue
from membership.catalogue.invariants import INVARIANTS
from membership.staff import Role
from tests.breakers import broken_by, keeps
from tests.makers.catalogue import make_product
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


async def work() -> None:
    operator, store = await make_staff(Role.OPERATOR), await make_store()
    product = await make_product(points=100, stock=3, stock_per_store=True)
    await catalogue.transfer(operator.id, product, 2, from_store=None, to_store=store.id, reason="调拨")
    await catalogue.set_prices(operator.id, product, [catalogue.LevelPrice("gold", 80)])


@keeps(INVARIANTS)
async def test_they_hold() -> None:
    await work()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("catalogue.supplied", "UPDATE product SET supplied = supplied + 1"),
        ("catalogue.supplied", "UPDATE product_stock SET supplied = supplied + 1"),
        (
            "catalogue.supplied",
            "INSERT INTO stock_movement (product_id, store_id, kind, pieces)"
            " SELECT product.id, store.id, 'supplied', 7 FROM product, store LIMIT 1",
        ),
        ("catalogue.no_level_pays_more", "UPDATE product_price SET points = 9999"),
        ("catalogue.cover", "UPDATE product SET cover = gen_random_uuid()"),
        ("catalogue.findable", "DELETE FROM product_search"),
    ],
)
async def test_each_notices_what_breaks_it(name: str, damage: str) -> None:
    await work()
    assert await broken_by(damage, BREAKS[name])
