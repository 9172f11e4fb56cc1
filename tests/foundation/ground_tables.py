"""Tables of the ground's own tests, made once in the run's database; every test makes rows of its own."""

import asyncio
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction

DDL = """
CREATE TABLE IF NOT EXISTS test_counter (id uuid PRIMARY KEY, n integer NOT NULL CHECK (n >= 0));
CREATE TABLE IF NOT EXISTS test_mark (id uuid PRIMARY KEY, counter uuid NOT NULL REFERENCES test_counter (id));
"""


async def make_tables(url: str) -> None:
    """Makes the tables; safe to call from every module."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")  # IF NOT EXISTS alone does not survive two at once
        await connection.execute(DDL)
    finally:
        await connection.close()


async def make_counter(n: int = 0) -> UUID:
    """A row of `test_counter`."""
    counter = new_id()
    await database.execute("INSERT INTO test_counter (id, n) VALUES ($1, $2)", counter, n)
    return counter


async def count_of(counter: UUID) -> int:
    """What the counter says now, as committed."""
    n: int = await database.fetchval("SELECT n FROM test_counter WHERE id = $1", counter)
    return n


async def marks_of(counter: UUID) -> set[UUID]:
    """The committed marks of a counter."""
    return {row["id"] for row in await database.fetch("SELECT id FROM test_mark WHERE counter = $1", counter)}


async def idle_in_transaction(pool: asyncpg.Pool) -> int:
    """How many sessions of this database sit in a transaction and do nothing."""
    n: int = await pool.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )
    return n


class Counted(msgspec.Struct, frozen=True):
    n: int


@within_transaction
async def add(counter: UUID, amount: int) -> int:
    n: int = await database.fetchval("UPDATE test_counter SET n = n + $2 WHERE id = $1 RETURNING n", counter, amount)
    return n


@transactional
async def increase(counter: UUID, amount: int = 1) -> Counted:
    return Counted(await add(counter, amount))


async def pool_is_healthy() -> None:
    """Every place of the pool can be had at once, works, and nobody sits in a transaction."""
    pool = database.pool()
    connections = await asyncio.gather(*(pool.acquire(timeout=3) for _ in range(pool.get_max_size())))
    try:
        assert await asyncio.gather(*(c.fetchval("SELECT 1") for c in connections)) == [1] * pool.get_max_size()
        assert not any(connection.is_in_transaction() for connection in connections)
    finally:
        for connection in connections:
            await pool.release(connection)
    assert await idle_in_transaction(pool) == 0
    assert pool.get_idle_size() == pool.get_size()
