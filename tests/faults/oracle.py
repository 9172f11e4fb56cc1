"""What must hold after a fault, computed apart from the house: from what was asked for and answered."""

import asyncio
import time
from collections import Counter
from uuid import UUID

import asyncpg

from tests.faults.deployment import House, until
from tests.faults.traffic import FIRST_POINTS, PRICE, STOCK, Traffic

SETTLED_SECONDS = 25.0
"""Jobs of a killed worker are taken up after ten seconds, and then there are many."""

_UNSETTLED = """
SELECT (SELECT count(*) FROM purchase_receipt WHERE settled_events < events) + (SELECT count(*) FROM pgqueuer)
"""


async def expect_exact(traffic: Traffic) -> float:
    """Everything acknowledged exists, exactly once, and nothing else does; how long the settlement of the rest took.

    Raises AssertionError that says "lost" or "twice" and names what.
    """
    assert not traffic.lost, f"lost: no answer to {traffic.lost[:5]} in all that time"
    assert not traffic.refused, f"refused: {traffic.refused[:5]}"
    async with traffic.house.database() as connection:
        waited = await _settled(traffic.house, connection)
        await expect_writes(connection, traffic)
    proved = await asyncio.to_thread(traffic.house.reconcile)
    assert proved.returncode == 0, f"muying reconcile:\n{proved.stdout}{proved.stderr}"
    return waited


async def expect_writes(connection: asyncpg.Connection, traffic: Traffic) -> None:
    """Sales, redemptions, stock and points are those that were acknowledged."""
    cast = traffic.cast
    sold = await connection.fetch("SELECT id FROM purchase_event WHERE store_id = $1", cast.store.id)
    _same("sales", {sale.id for sale in traffic.sales.values()}, sold)
    redeemed = await connection.fetch("SELECT id FROM redemption WHERE product_id = $1", cast.product)
    _same("redemptions", {redemption.id for redemption in traffic.redemptions.values()}, redeemed)
    stock = await connection.fetchval("SELECT stock FROM product WHERE id = $1", cast.product)
    assert stock == STOCK - len(redeemed), f"the stock is {stock} after {len(redeemed)} redemptions"
    rows = await connection.fetch(
        "SELECT member_id, sum(amount) AS points FROM points_entry WHERE member_id = ANY($1) GROUP BY 1",
        [member.id for member in cast.members],
    )
    found = {row["member_id"]: int(row["points"]) for row in rows}
    wrong = {
        str(member): f"{found[member]} points instead of {points}"
        for member, points in _points(traffic).items()
        if found[member] != points
    }
    assert not wrong, f"points lost or paid twice: {wrong}"


async def expect_quiet(house: House) -> None:
    """No connection is left inside a transaction, and none is held for a client who has gone."""
    async with house.database() as connection:
        most = house.processes * house.connections + house.connections  # the API's, and the worker's
        rows = await connection.fetch(
            "SELECT state, count(*) AS n FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'muying' GROUP BY 1"
        )
        states = {row["state"]: row["n"] for row in rows}
        assert not any(state.startswith("idle in transaction") for state in states), states
        assert sum(states.values()) <= most, f"{states}, and the pools hold {most} at most"

    async def nobody_held() -> bool:
        return house.open_connections() == 0

    await until(nobody_held, 5)


def _points(traffic: Traffic) -> dict[UUID, int]:
    points = {member.id: FIRST_POINTS for member in traffic.cast.members}
    for sale in traffic.sales.values():
        points[sale.member] += sale.points
    for redemption in traffic.redemptions.values():
        points[redemption.member] -= PRICE
    return points


def _same(what: str, acknowledged: set[UUID], rows: list[asyncpg.Record]) -> None:
    found = Counter(row["id"] for row in rows)
    lost = acknowledged - set(found)
    surplus = set(found) - acknowledged
    assert not lost, f"lost: {len(lost)} acknowledged {what}"
    assert not surplus, f"twice: {len(surplus)} {what} that nobody asked for once more"


async def _settled(house: House, connection: asyncpg.Connection) -> float:
    """Until every receipt is settled and the queue is empty; seconds."""
    began = time.monotonic()
    try:
        return await until(lambda: _is_settled(connection), SETTLED_SECONDS)
    except TimeoutError:
        queue = await connection.fetch("SELECT status, attempts, heartbeat, now() FROM pgqueuer LIMIT 10")
        raise AssertionError(
            f"lost: not everything is settled after {time.monotonic() - began:.0f} s; the queue holds {queue}\n"
            f"{house.log[-2000:]}"
        ) from None


async def _is_settled(connection: asyncpg.Connection) -> bool:
    await asyncio.sleep(0.1)
    return bool(await connection.fetchval(_UNSETTLED) == 0)
