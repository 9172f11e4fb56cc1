"""One member wins a gift and orders the same gift from the shelf: no circle of that, shared with tests/races."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import pytest

from foundation import database
from membership import families, flash, mall, points
from tests.makers.flash import PRICE, device, running
from tests.makers.mall import make_saver
from tests.makers.redemption_races import gather, kinds
from tests.makers.stores import make_store
from tests.waiting import blocked_or_done

ORDERED = PRICE * 3
"""What the gift costs on the shelf (`flash.announce` of the makers)."""

TOUCHING_THE_GIFT = """
WITH gift AS (UPDATE product SET withheld = withheld FROM flash_sale
               WHERE flash_sale.id = $1 AND product.id = product_id RETURNING product.id)
UPDATE flash_sale SET sold = sold + 1
 WHERE id = $1 AND sold < units AND (SELECT count(*) FROM gift) = 1
"""
"""For the controls: a win that locks the gift's row after the points, as no win does."""


async def deadlocks() -> int:
    """How many PostgreSQL counted in this database; every connection of the pool says first what it has seen."""
    pool = database.pool()
    async with contextlib.AsyncExitStack() as held:
        for _ in range(pool.get_size()):
            connection = await held.enter_async_context(pool.acquire())
            await connection.execute("SELECT pg_stat_force_next_flush()")
            await connection.execute("SELECT")
    count: int = await database.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return count


async def win_in_the_middle_of_an_order(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, int], int, int]:
    """An order has taken its piece and not yet its points when the same member wins one; it goes on when the win is
    done, or waits for it: (results by kind, points left, deadlocks)."""
    sale_id, store, member = await running(2), await make_store(), await make_saver(ORDERED + PRICE)
    product = (await flash.sale(sale_id)).product_id
    took, go_on, ask = asyncio.Event(), asyncio.Event(), families.spender_account

    async def and_stop_once(member_id: UUID, amount: int) -> UUID:
        if not took.is_set():
            took.set()
            await go_on.wait()
        return await ask(member_id, amount)

    before = await deadlocks()
    with monkeypatch.context() as patch:
        patch.setattr(families, "spender_account", and_stop_once)
        ordering = asyncio.create_task(mall.redeem(member, product, 1, store.code))
        await took.wait()
        winning = asyncio.create_task(flash.redeem(member, sale_id, store.code, device()))
        await blocked_or_done(winning)
        go_on.set()
        results: list[Any] = await asyncio.gather(ordering, winning, return_exceptions=True)
    return dict(kinds(results)), (await points.summary(member)).balance, await deadlocks() - before


def expect_no_deadlock(outcome: tuple[dict[str, int], int, int]) -> None:
    assert outcome == ({"RedemptionView": 2}, 0, 0)


async def wins_and_orders_at_once(members: int) -> tuple[dict[str, int], int]:
    """Many members, each with a win and an order of one gift at the same moment: (results by kind, deadlocks)."""
    sale_id, store = await running(members), await make_store()
    product = (await flash.sale(sale_id)).product_id
    savers = [await make_saver(ORDERED + PRICE) for _ in range(members)]
    before = await deadlocks()
    results = await gather(
        [
            work
            for saver in savers
            for work in (
                lambda saver=saver: mall.redeem(saver, product, 1, store.code),
                lambda saver=saver: _win(saver, sale_id, store.code),
            )
        ]
    )
    return dict(kinds(results)), await deadlocks() - before


async def _win(member: UUID, sale_id: UUID, store_code: str) -> mall.RedemptionView:
    """On a busy machine she presses again, as she is told."""
    while True:
        with contextlib.suppress(flash.FlashBusy):
            return await flash.redeem(member, sale_id, store_code, device())
