"""Makers: a flash sale that is running, and the stampedes for it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from foundation import clock, database, tokens
from foundation.ids import new_id
from foundation.sessions import Caller
from membership import flash, mall
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.redemption_races import gather, kinds
from tests.makers.staff import make_staff
from tests.makers.stampede import Crowd
from tests.makers.stores import make_store

PRICE = 100
ROOT = Path(__file__).parents[2]


async def announce(units: int, *, stock: int | None = None, hours_ahead: int = 1, min_account_hours: int = 0) -> UUID:
    """A sale that starts in some hours and lasts one; its product's stock is twice its units unless said."""
    product = await make_product(points=PRICE * 3, stock=units * 2 if stock is None else stock)
    begins = clock.now() + timedelta(hours=hours_ahead)
    sale = await flash.announce(
        product,
        points=PRICE,
        units=units,
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        min_account_hours=min_account_hours,
        by=(await make_staff(Role.OPERATOR)).id,
    )
    return sale.id


async def move(sale_id: UUID, minutes: int) -> None:
    """Moves a sale in time instead of waiting for it."""
    await database.execute(
        "UPDATE flash_sale SET starts_at = starts_at + make_interval(mins => $2),"
        " ends_at = ends_at + make_interval(mins => $2) WHERE id = $1",
        sale_id,
        minutes,
    )


async def end_all() -> None:
    """What other tests announced is long over: the list shows no more than some."""
    await database.execute(
        "UPDATE flash_sale SET starts_at = starts_at - interval '30 days', ends_at = ends_at - interval '30 days'"
        " WHERE ends_at > now() - interval '7 days'"
    )


async def running(units: int, *, min_account_hours: int = 0) -> UUID:
    """A sale that began a minute ago."""
    sale_id = await announce(units, min_account_hours=min_account_hours)
    await move(sale_id, -61)
    return sale_id


def device() -> str:
    return new_id().hex


async def many_members(members: int, units: int) -> tuple[Counter[str], tuple[int, int]]:
    """Every member presses once: results by kind, and (sold, wins)."""
    sale_id, store = await running(units), await make_store()
    savers = [await make_saver(PRICE) for _ in range(members)]

    def press(member: UUID) -> Callable[[], Awaitable[object]]:
        return lambda: flash.redeem(member, sale_id, store.code, device())

    results = kinds(await gather([press(member) for member in savers]))
    return results, await counts(sale_id)


async def one_member(presses: int) -> Counter[str]:
    """One member presses many times, each time with another key."""
    sale_id, store = await running(50), await make_store()
    member, phone = await make_saver(PRICE * presses), device()
    return kinds(await gather([lambda: flash.redeem(member, sale_id, store.code, phone)] * presses))


async def one_device(members: int) -> Counter[str]:
    """Many members on one device."""
    sale_id, store, phone = await running(50), await make_store(), device()
    savers = [await make_saver(PRICE) for _ in range(members)]

    def press(member: UUID) -> Callable[[], Awaitable[object]]:
        return lambda: flash.redeem(member, sale_id, store.code, phone)

    return kinds(await gather([press(member) for member in savers]))


async def stampede(url: str, members: list[Caller], units: int) -> Counter[str]:
    """Everybody presses over HTTP until the answer is final: how many ended with which code."""
    sale_id, store = await running(units), await make_store()
    path = f"/api/v1/mall/flash-sales/{sale_id}/redemptions"
    # Fresh ones: twenty stampedes last longer than an access token.
    crowd = Crowd(url, path, store.code, [tokens.issue("member", member.subject, member.session) for member in members])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.makers.stampede", stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    answer, _ = await process.communicate(msgspec.json.encode(crowd))
    outcome = Counter(msgspec.json.decode(answer, type=dict[str, int]))
    assert await counts(sale_id) == (outcome["won"], outcome["won"])
    return outcome


async def counts(sale_id: UUID) -> tuple[int, int]:
    """(sold, wins)."""
    row = await database.fetchrow(
        "SELECT sold, (SELECT count(*) FROM flash_win WHERE sale_id = sale.id) AS wins"
        " FROM flash_sale sale WHERE sale.id = $1",
        sale_id,
    )
    assert row is not None
    return row["sold"], row["wins"]


def expect_exactly(outcome: tuple[Counter[str], tuple[int, int]], members: int, units: int) -> None:
    """So many winners as there are units, and everybody else was told the truth."""
    results, counted = outcome
    busy = results.pop(flash.FlashBusy.__name__, 0)
    assert results == {
        mall.RedemptionView.__name__: units,
        flash.FlashSoldOut.__name__: members - units - busy,
    }
    assert counted == (units, units)
