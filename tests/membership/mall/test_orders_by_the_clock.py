"""By the clock: reminded after 25 days, given up after 30; once, and nobody else's."""

from datetime import timedelta

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import mall, points
from membership.mall import jobs, shipping
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


@transactional
async def plan_of(query: str) -> str:
    """How PostgreSQL would run it if it had more than a handful of rows, which are cheaper to read whole."""
    await database.execute("SET LOCAL enable_seqscan = off")
    await database.execute("SET LOCAL enable_bitmapscan = off")
    return "\n".join(row[0] for row in await database.fetch(f"EXPLAIN {query}"))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (jobs._UNPAID.replace("$1", "9"), "redemption_unpaid"),
        (jobs._UNCOLLECTED.replace("$1", "'30 days'").replace("$2", "9"), "redemption_uncollected"),
        (shipping._LONG_SHIPPED.replace("$1", "'10 days'").replace("$2", "9"), "redemption_shipped"),
    ],
)
async def test_the_clock_looks_where_nothing_but_open_orders_are(query: str, index: str) -> None:
    plan = await plan_of(query)
    assert index in plan
    assert "Sort" not in plan
