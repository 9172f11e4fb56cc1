"""A win and an order of one gift by one member never wait for each other in a circle; nor does the end of a sale."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from foundation import database
from foundation.ids import new_id
from membership import flash
from membership.flash import announcing, winning
from tests.makers import flash_lock_races as races
from tests.makers.flash import announce, move, running
from tests.waiting import blocked_or_done

pytestmark = pytest.mark.usefixtures("world")


async def test_she_wins_in_the_middle_of_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_no_deadlock(await races.win_in_the_middle_of_an_order(monkeypatch))


async def test_control_a_win_that_asks_for_the_gift_after_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winning, "_COUNT", races.TOUCHING_THE_GIFT)
    with pytest.raises(AssertionError):
        races.expect_no_deadlock(await races.win_in_the_middle_of_an_order(monkeypatch))


async def test_wins_and_orders_at_once() -> None:
    assert await races.wins_and_orders_at_once(6) == ({"RedemptionView": 12}, 0)


async def call_off(sale_id: UUID) -> object:
    return await flash.call_off(sale_id, by=new_id())


async def close(_sale_id: UUID) -> object:
    return await announcing.close_next()


async def _awaited(work: Awaitable[object]) -> object:
    return await work


async def a_sale_that_is_over() -> UUID:
    sale_id = await running(2)
    await move(sale_id, -60 * 24 * 365)  # so that it is the next to be closed
    return sale_id


@pytest.mark.parametrize(("make", "end"), [(lambda: announce(2), call_off), (a_sale_that_is_over, close)])
async def test_who_ends_a_sale_waits_for_the_shelf_before_the_sale(
    make: Callable[[], Awaitable[UUID]], end: Callable[[UUID], Awaitable[object]]
) -> None:
    """An order holds the shelf and may wait for a winner's points, and she for the sale."""
    sale_id = await make()
    async with database.acquire() as order, order.transaction():
        await order.execute(
            "SELECT FROM product WHERE id = (SELECT product_id FROM flash_sale WHERE id = $1) FOR NO KEY UPDATE",
            sale_id,
        )
        ending = asyncio.create_task(_awaited(end(sale_id)))
        await blocked_or_done(ending)
        assert not ending.done()
        await order.execute("SELECT FROM flash_sale WHERE id = $1 FOR NO KEY UPDATE NOWAIT", sale_id)
    assert await ending
    assert (await flash.sale(sale_id)).closed
