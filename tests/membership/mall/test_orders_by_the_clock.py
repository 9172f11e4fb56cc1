"""By the clock: reminded after 25 days, given up after 30; once, and nobody else's."""

from datetime import timedelta

import pytest

from foundation import database
from membership import mall, points
from membership.mall import jobs
from tests.makers.mall import make_saver
from tests.makers.orders import let_pass, make_offer, stock_of, told
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_what_is_not_picked_up_is_reminded_of_once_and_then_given_up() -> None:
    product, store, member = await make_offer(), await make_store(), await make_saver(300)
    old = await mall.redeem(member, product, 1, store.code)
    fresh = await mall.redeem(member, product, 1, store.code)
    await let_pass(old.id, timedelta(days=25))
    await jobs.remind()
    await jobs.remind()
    await jobs.release_uncollected()
    assert await told(member) == ["order_uncollected"]
    assert (await mall.redemption(member, old.id)).status is mall.Status.RESERVED
    await let_pass(old.id, timedelta(days=5))
    await jobs.release_uncollected()
    view = await mall.redemption(member, old.id)
    assert (view.status, view.cancelled_because) == (mall.Status.CANCELLED, "uncollected")
    assert (await mall.redemption(member, fresh.id)).status is mall.Status.RESERVED
    assert (await stock_of(product), (await points.summary(member)).balance) == (9, 200)
    assert await told(member) == ["order_uncollected", "order_released"]


@pytest.mark.parametrize("page", [jobs._UNPAID, jobs._UNCOLLECTED, jobs._REMIND, jobs._FORGET])
async def test_the_clock_looks_along_an_index(page: str) -> None:
    """The part that is to be done is small, whatever the table holds: a partial index has it."""
    parts = await database.fetch(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'redemption' AND indexdef LIKE '% WHERE %'"
    )
    conditions = ("status = 'awaiting_payment'", "status = 'reserved'", "address_sealed IS NOT NULL")
    (condition,) = [each for each in conditions if each in page]
    word = condition.split("'")[1] if "'" in condition else condition
    assert any(word in row["indexdef"].split(" WHERE ")[1] for row in parts)
