"""The invariants hold while a sale runs and after it, and each notices what breaks it."""

import pytest

from membership import flash, mall
from membership.flash import jobs
from membership.flash.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.catalogue import make_product
from tests.makers.flash import PRICE, device, move, running
from tests.makers.mall import make_saver
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


@keeps(INVARIANTS)
async def test_they_hold_while_a_sale_runs() -> None:
    sale_id, store, members = await running(4), await make_store(), [await make_saver(PRICE * 4) for _ in range(2)]
    won = [await flash.redeem(member, sale_id, store.code, device()) for member in members]
    await mall.cancel(members[0], won[0].id)
    await mall.redeem(members[0], (await flash.sale(sale_id)).product_id, 1, store.code)


@keeps(INVARIANTS)
async def test_they_hold_after_it() -> None:
    sale_id, store, members = await running(4), await make_store(), [await make_saver(PRICE) for _ in range(2)]
    won = [await flash.redeem(member, sale_id, store.code, device()) for member in members]
    await move(sale_id, -60)
    await jobs.close_over()
    await mall.cancel(members[0], won[0].id)


@keeps(INVARIANTS)
async def test_they_hold_where_all_was_given_back_and_is_sold_again() -> None:
    """More is withheld then than there is."""
    sale_id, store, member = await running(4), await make_store(), await make_saver(PRICE)
    sale = await flash.sale(sale_id)
    await mall.cancel(member, (await flash.redeem(member, sale_id, store.code, device())).id)
    again = await flash.announce(
        sale.product_id,
        points=PRICE,
        units=5,
        starts_at=sale.ends_at,
        ends_at=sale.ends_at + (sale.ends_at - sale.starts_at),
        min_account_hours=0,
        by=sale_id,
    )
    assert again.left == 5


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("flash.sold", "UPDATE flash_sale SET sold = 0 WHERE sold = 1 AND closed_at IS NULL"),
        ("flash.withheld", "UPDATE product SET withheld = withheld + 1"),
        ("flash.stock", "UPDATE product SET supplied = supplied + 1"),
        ("flash.stock", "UPDATE flash_sale SET closed_at = now() WHERE sold = 1 AND closed_at IS NULL"),
    ],
)
async def test_each_notices_what_breaks_it(name: str, damage: str) -> None:
    sale_id, store = await running(2), await make_store()
    await flash.redeem(await make_saver(PRICE), sale_id, store.code, device())
    await make_product(points=1)
    assert await broken_by(damage, BREAKS[name])
