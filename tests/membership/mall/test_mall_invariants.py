"""The invariants hold after real work, and each notices what breaks it."""

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import mall
from membership.mall.invariants import INVARIANTS
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant.breaks for invariant in INVARIANTS}


class _Undo(Exception):
    pass


async def reserve_and_cancel() -> None:
    product, store, member = await make_product(points=1), await make_store(), await make_saver(5)
    await mall.redeem(member, product, 2, store.code)
    await mall.cancel(member, (await mall.redeem(member, product, 3, store.code)).id)


async def test_they_hold() -> None:
    await reserve_and_cancel()
    for breaks in BREAKS.values():
        assert await database.fetch(breaks) == []


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("mall.stock", "UPDATE product SET supplied = supplied + 1"),
        ("mall.paid", "UPDATE redemption SET points = points + 1"),
        (
            "mall.given_back",
            "UPDATE redemption SET status = 'cancelled', cancelled_at = now() WHERE status = 'reserved'",
        ),
        (
            "mall.given_back",
            "UPDATE redemption SET status = 'reserved', cancelled_at = NULL WHERE status = 'cancelled'",
        ),
        ("mall.no_points_for_nothing", "DELETE FROM redemption"),
    ],
)
async def test_each_notices_what_breaks_it(name: str, damage: str) -> None:
    await reserve_and_cancel()

    @transactional
    async def damaged() -> None:
        await database.execute(damage)
        assert await database.fetch(BREAKS[name]) != []
        raise _Undo

    with pytest.raises(_Undo):
        await damaged()
