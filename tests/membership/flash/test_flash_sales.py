"""Flash sales: announced, run by the server's clock, closed; and who may win."""

import asyncio
import contextvars
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from foundation import audit, clock, database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.settings import Settings
from membership import catalogue, flash, mall, points
from membership.flash import gate, jobs, queries, winning
from membership.staff import Role
from tests.foundation.own_redis import PRODUCTS_SECONDS, dead, using
from tests.makers.catalogue import make_product
from tests.makers.flash import PRICE, announce, counts, device, move, running
from tests.makers.mall import give_points, make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store


@pytest.fixture(autouse=True)
def nothing_is_remembered(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests move sales in time, which nobody else does."""
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", -1.0)


async def press(member_id: UUID, sale_id: UUID, phone: str | None = None) -> mall.RedemptionView:
    return await flash.redeem(member_id, sale_id, (await make_store()).code, phone or device())


async def stock_of(sale_id: UUID) -> tuple[int, int]:
    row = await database.fetchrow(
        "SELECT stock, withheld FROM product JOIN flash_sale ON product_id = product.id WHERE flash_sale.id = $1",
        sale_id,
    )
    assert row is not None
    return row["stock"], row["withheld"]


async def test_units_leave_the_shelf_when_a_sale_is_announced() -> None:
    sale_id = await announce(3, stock=5)
    assert await stock_of(sale_id) == (2, 3)
    sale = await flash.sale(sale_id)
    assert (sale.phase, sale.left, sale.points) == (flash.Phase.ANNOUNCED, 3, PRICE)
    assert sale_id in {each.id for each in await flash.sales()}
    (entry,) = (await audit.entries(audit.AuditQuery(subject="flash_sale", subject_id=str(sale_id)))).items
    assert entry.action == "flash_sale.announced"


async def test_more_units_than_the_shelf_has() -> None:
    with pytest.raises(catalogue.SoldOut):
        await announce(6, stock=5)


@pytest.mark.parametrize(
    ("begins", "lasts"),
    [(-1, 60), (60, 0), (60, -5), (60, 7 * 24 * 60 + 1), (91 * 24 * 60, 60)],
    ids=["in the past", "no time", "backwards", "too long", "too far"],
)
async def test_times_that_make_no_sale(begins: int, lasts: int) -> None:
    product, starts_at = await make_product(points=300, stock=5), clock.now() + timedelta(minutes=begins)
    ends_at = starts_at + timedelta(minutes=lasts)
    with pytest.raises(flash.FlashSaleInvalid):
        await flash.announce(
            product, points=1, units=1, starts_at=starts_at, ends_at=ends_at, min_account_hours=0, by=new_id()
        )
    with pytest.raises(catalogue.ProductNotFound):
        await flash.announce(
            new_id(),
            points=1,
            units=1,
            starts_at=clock.now() + timedelta(minutes=1),
            ends_at=clock.now() + timedelta(minutes=2),
            min_account_hours=0,
            by=new_id(),
        )


async def test_before_during_and_after_by_the_servers_clock() -> None:
    sale_id, member = await announce(2), await make_saver(PRICE)
    with pytest.raises(flash.FlashNotStarted):
        await press(member, sale_id)
    await move(sale_id, -61)
    won = await press(member, sale_id)
    assert (won.status, won.points, won.quantity) == (mall.Status.RESERVED, PRICE, 1)
    assert (await points.summary(member)).balance == 0
    assert (await counts(sale_id), await stock_of(sale_id)) == ((1, 1), (2, 2))
    await move(sale_id, -60)
    with pytest.raises(flash.FlashOver):
        await press(await make_saver(PRICE), sale_id)
    with pytest.raises(flash.FlashSaleNotFound):
        await press(member, new_id())


async def test_the_database_decides_where_a_process_remembers_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sale_id, member = await running(2), await make_saver(PRICE)
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", 60.0)
    await queries.remembered(sale_id)
    await move(sale_id, -60)
    with pytest.raises(flash.FlashOver):
        await press(member, sale_id)
    assert (await points.summary(member)).balance == PRICE


async def test_what_is_left_returns_to_the_shelf_once() -> None:
    sale_id = await running(3)
    await press(await make_saver(PRICE), sale_id)
    await move(sale_id, -60)
    for _ in range(2):
        await jobs.close_over()
        assert await stock_of(sale_id) == (3 + 2, 0)
    assert (await flash.sale(sale_id)).phase is flash.Phase.OVER


async def test_calling_off_before_it_starts() -> None:
    sale_id, operator = await announce(3), new_id()
    for _ in range(2):
        await flash.call_off(sale_id, by=operator)
        assert await stock_of(sale_id) == (6, 0)
    assert sale_id not in {each.id for each in await flash.sales()}
    started = await running(3)
    with pytest.raises(flash.FlashSaleStarted):
        await flash.call_off(started, by=operator)
    with pytest.raises(flash.FlashSaleNotFound):
        await flash.call_off(new_id(), by=operator)


async def test_a_new_account_waits_for_the_next_sale() -> None:
    sale_id, member = await running(3, min_account_hours=24), await make_saver(PRICE)
    with pytest.raises(flash.AccountTooNew):
        await press(member, sale_id)
    await database.execute("UPDATE member SET created_at = created_at - interval '2 days' WHERE id = $1", member)
    assert (await press(member, sale_id)).points == PRICE


async def test_one_per_member_and_device() -> None:
    sale_id, member, phone = await running(5), await make_saver(PRICE * 2), device()
    await press(member, sale_id, phone)
    with pytest.raises(flash.FlashOnce):
        await press(member, sale_id)
    with pytest.raises(flash.FlashOnce):
        await press(await make_saver(PRICE), sale_id, phone)
    assert await counts(sale_id) == (1, 1)


async def test_a_cancelled_win_goes_to_the_shelf_and_is_no_second_chance() -> None:
    sale_id, member = await running(2), await make_saver(PRICE)
    won = await press(member, sale_id)
    await mall.cancel(member, won.id)
    assert (await points.summary(member)).balance == PRICE
    assert await stock_of(sale_id) == (2 + 1, 2)
    with pytest.raises(flash.FlashOnce):
        await press(member, sale_id)
    await move(sale_id, -60)
    await jobs.close_over()
    assert await stock_of(sale_id) == (2 + 2, 0)


async def test_too_few_points_leave_the_place_to_another() -> None:
    sale_id, poor, rich = await running(1), await make_saver(PRICE - 1), await make_saver(PRICE)
    for _ in range(gate.PLACES_PER_UNIT + 1):
        with pytest.raises(points.NotEnoughPoints):
            await press(poor, sale_id)
    assert await counts(sale_id) == (0, 0)
    await press(rich, sale_id)
    await give_points(poor, 1)
    with pytest.raises(flash.FlashSoldOut):
        await press(poor, sale_id)


async def test_the_gate_lets_in_three_times_the_units_and_calls_nothing_sold_out_by_itself() -> None:
    sale_id, people = new_id(), [new_id() for _ in range(8)]
    verdicts = [await gate.enter(sale_id, person, 2) for person in people]
    assert verdicts == [gate.Verdict.INSIDE] * 6 + [gate.Verdict.FULL] * 2
    assert await gate.enter(sale_id, people[0], 2) is gate.Verdict.INSIDE, "who is inside may ask again"
    await gate.leave(sale_id, people[0])
    assert await gate.enter(sale_id, people[7], 2) is gate.Verdict.INSIDE
    await gate.won(sale_id, people[1])
    await gate.close(sale_id)
    assert await gate.enter(sale_id, people[0], 2) is gate.Verdict.SOLD_OUT
    assert await gate.enter(sale_id, people[6], 2) is gate.Verdict.SOLD_OUT
    assert await gate.enter(sale_id, people[1], 2) is gate.Verdict.INSIDE, "a winner whose answer was lost asks again"
    assert await gate.enter(sale_id, people[7], 2) is gate.Verdict.INSIDE, "nobody knows yet what became of hers"


async def test_a_place_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    sale_id, gone, next_one = new_id(), new_id(), new_id()
    for person in (gone, new_id(), new_id()):
        assert await gate.enter(sale_id, person, 1) is gate.Verdict.INSIDE
    assert await gate.enter(sale_id, next_one, 1) is gate.Verdict.FULL
    monkeypatch.setattr(gate, "PLACE_SECONDS", 0)
    assert await gate.enter(sale_id, next_one, 1) is gate.Verdict.INSIDE


async def test_who_got_no_answer_learns_that_she_won_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Her order was made, the answer was lost on the way, and the last unit has gone meanwhile."""
    sale_id, member, other = await running(1), await make_saver(PRICE), await make_saver(PRICE)
    win = winning._win

    async def win_and_lose_the_answer(*arguments: Any) -> mall.RedemptionView:
        await win(*arguments)
        raise Unavailable

    monkeypatch.setattr(winning, "_win", win_and_lose_the_answer)
    with pytest.raises(Unavailable):
        await press(member, sale_id)
    monkeypatch.undo()
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", -1.0)
    with pytest.raises(flash.FlashSoldOut):
        await press(other, sale_id)
    with pytest.raises(flash.FlashOnce):
        await press(member, sale_id)


async def test_without_redis_postgresql_decides_alone() -> None:
    sale_id, members = await running(1), [await make_saver(PRICE) for _ in range(3)]
    async with dead() as url, using(url, PRODUCTS_SECONDS):
        await press(members[0], sale_id)
        for member in members[1:]:
            with pytest.raises(flash.FlashSoldOut):
                await press(member, sale_id)


async def test_the_database_never_oversells() -> None:
    sale_id = await running(1)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE flash_sale SET sold = 2 WHERE id = $1", sale_id)


async def test_the_first_second_never_calls_a_full_sale_sold_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """She is let in early by a process whose clock runs ahead, and the hour strikes between two statements."""
    sale_id, early, other = await announce(2), await make_saver(PRICE), await make_saver(PRICE)
    why_not = winning._why_not

    async def the_hour_strikes(sale: UUID) -> Any:
        await asyncio.create_task(move(sale, -61), context=contextvars.Context())  # outside of her transaction
        return await why_not(sale)

    async def ahead(sale: UUID) -> flash.FlashSaleView:
        return msgspec.structs.replace(await queries.sale(sale), phase=flash.Phase.RUNNING)

    monkeypatch.setattr(winning, "_why_not", the_hour_strikes)
    monkeypatch.setattr(queries, "remembered", ahead)
    with pytest.raises(flash.FlashBusy):
        await press(early, sale_id)
    monkeypatch.undo()
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", -1.0)
    await press(other, sale_id)
    await press(early, sale_id)


async def test_what_is_remembered_never_runs_ahead_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    sale_id, read = await running(1), queries.sale

    async def slowly(sale: UUID) -> flash.FlashSaleView:
        await asyncio.sleep(0.3)
        view = await read(sale)
        await asyncio.sleep(0.3)
        return view

    monkeypatch.setattr(queries, "sale", slowly)
    remembered = await queries.remembered(sale_id)
    assert remembered.now <= await database.fetchval("SELECT statement_timestamp()")


async def test_what_the_law_refuses_meanwhile_is_not_sold_on() -> None:
    sale_id, member = await running(2), await make_saver(PRICE)
    operator = (await make_staff(Role.OPERATOR)).id
    product = (await flash.sale(sale_id)).product_id
    await catalogue.set_promotion_refused(operator, product, True, "一段婴儿配方奶粉")
    with pytest.raises(flash.FlashOver):
        await press(member, sale_id)
    assert sale_id not in {each.id for each in await flash.sales()}
    assert (await points.summary(member)).balance == PRICE
