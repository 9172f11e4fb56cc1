"""2,000 clients who go away in the middle of a request: no connection is lost, nothing is half done or done twice."""

import asyncio
import contextlib
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import uuid4

import httpx
import pytest

from tests.faults.deployment import House, Houses, until
from tests.faults.figures import measured
from tests.faults.oracle import expect_exact, expect_quiet
from tests.faults.traffic import Cast, Traffic, plant
from tests.makers.aborts import send_many_and_go

REQUESTS = 2_000
PLACES = 5
AT_ONCE = 12

Again = list[Callable[[], Awaitable[None]]]


async def test_2000_aborted_requests(houses: Houses) -> None:
    async with houses.house(processes=1, connections=PLACES) as house:
        probe = await plant(house, PLACES)
        traffic, again = await abort(house, REQUESTS)
        await expect_every_place(house, probe)
        await send_again(traffic, again)
        await expect_exact(traffic)
        await expect_quiet(house)


async def test_control_without_the_shield(houses: Houses) -> None:
    """What is lost then is the places of the pool; `tests.foundation.test_transactions_control` looks closer."""
    async with houses.house(processes=1, connections=PLACES, unsafe="without_the_shield") as house:
        probe = await plant(house, PLACES)
        await abort(house, REQUESTS)
        with pytest.raises(AssertionError, match="places of the pool") as lost:
            await expect_every_place(house, probe)
        measured("  control: without the shield", str(lost.value))


async def test_control_without_idempotency_keys(houses: Houses) -> None:
    async with houses.house(processes=1, connections=PLACES, unsafe="without_idempotency_keys") as house:
        traffic, again = await abort(house, REQUESTS // 4)
        await send_again(traffic, again)
        with pytest.raises(AssertionError, match="twice") as twice:
            await expect_exact(traffic)
        measured("  control: without idempotency keys", str(twice.value))


async def abort(house: House, number: int) -> tuple[Traffic, Again]:
    """So many requests are given up. What their people would ask for again, under the same number, and where."""
    traffic = Traffic(house, await plant(house))
    requests, again = _requests(traffic, number)
    longest = await _usual_seconds(house)
    began = time.monotonic()
    answered = await send_many_and_go(requests, at_once=AT_ONCE, longest=longest, seed=number)
    elapsed = time.monotonic() - began
    assert 0 < answered < number, "some must go in the middle, or the test proves nothing"
    measured(f"{house.title}{number} aborted requests", f"{elapsed:.1f} s; {answered} were answered before")
    return traffic, again


async def _usual_seconds(house: House) -> float:
    """How long a redemption takes here and now, when as many are under way."""
    traffic = Traffic(house, await plant(house, AT_ONCE))
    for _ in range(3):
        await asyncio.gather(
            *(traffic.redeem(member.id, member.headers, uuid4().hex) for member in traffic.cast.members)
        )
    await traffic.client.aclose()
    return statistics.median(answer.seconds for answer in traffic.answers)


def _requests(traffic: Traffic, number: int) -> tuple[list[httpx.Request], Again]:
    """Redemptions, sales and reads in turn."""
    chance = random.Random(number)
    requests: list[httpx.Request] = []
    again: Again = []
    for turn in range(number):
        member = traffic.cast.members[turn % len(traffic.cast.members)]
        if turn % 4 == 0:
            key = uuid4().hex
            requests.append(traffic.redemption(member.headers, key))
            again.append(partial(traffic.redeem, member.id, member.headers, key))
        elif turn % 4 == 1:
            sale = traffic.sale(member.number, chance.randrange(100, 3_000))
            request = traffic.client.build_request("POST", "/partner/v1/purchases", json=sale)
            requests.append(next(traffic.till.auth_flow(request)))
            again.append(partial(traffic.sell, member.id, sale))
        else:
            requests.append(traffic.client.build_request("GET", "/api/v1/me/points", headers=member.headers))
    return requests, again


async def send_again(traffic: Traffic, again: Again) -> None:
    """Every write once more, until it is answered."""
    async with traffic.house.database() as connection:
        done = await connection.fetchval(
            "SELECT (SELECT count(*) FROM redemption WHERE product_id = $1)"
            " + (SELECT count(*) FROM purchase_event WHERE store_id = $2)",
            traffic.cast.product,
            traffic.cast.store.id,
        )
    assert done > 0, "nothing was done: sending it again proves nothing"
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(write: Callable[[], Awaitable[None]]) -> None:
        async with turn:
            await write()

    await asyncio.gather(*(one(write) for write in again))
    await traffic.client.aclose()
    measured("  writes sent again", f"{len(again)}, of which {done} had been done")


async def expect_every_place(house: House, cast: Cast) -> None:
    """Every connection of the pool can be had at once: `PLACES` redemptions wait together for one gift.

    Asked three times within a few seconds, because what is only busy comes free; and not later, because the second
    guard, PostgreSQL's own time-out for transactions that do nothing, gives a lost place back after ten seconds.
    """

    async def nobody_there() -> bool:
        return house.open_connections() == 0

    await until(nobody_there, 5)
    waiting = 0
    for _ in range(3):
        waiting = await _places(house, cast)
        if waiting == PLACES:
            return
    raise AssertionError(f"{waiting} of {PLACES} places of the pool can be had")


async def _places(house: House, cast: Cast) -> int:
    """How many redemptions can wait together, each of which takes a connection."""
    traffic = Traffic(house, cast)
    waiting = 0
    async with house.database() as oracle, house.database() as holder:

        async def all_wait() -> bool:
            nonlocal waiting
            waiting = await oracle.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'muying' AND wait_event_type = 'Lock'"
            )
            return bool(waiting == PLACES)

        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("SELECT 1 FROM product WHERE id = $1 FOR UPDATE", traffic.cast.product)
        asking = [
            asyncio.create_task(traffic.client.send(traffic.redemption(member.headers, uuid4().hex)))
            for member in traffic.cast.members
        ]
        with contextlib.suppress(TimeoutError):
            await until(all_wait, 1.5)  # a lock is waited for two seconds at most
        await transaction.rollback()
        await asyncio.gather(*asking, return_exceptions=True)
        await traffic.client.aclose()
    return waiting
