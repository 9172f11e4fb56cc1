"""The control of the shield: what happens to callers who give up when a transaction runs in their own task.

`in_transaction()` of the ORM is what `foundation.transactions` replaces. If this test ever fails, the ORM no longer
loses connections and the shield may be thought over.
"""

import asyncio
import contextlib
import random

import asyncpg
import pytest

from foundation.database import OrmClient, tortoise_config
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import finish_running, transactional
from tests.foundation.ground_tables import Counted, add, count_of, make_counter, make_tables

PLACES = 5


async def _own_client(url: str) -> OrmClient:
    """A client with a small pool of its own, for a test that empties it."""
    config = tortoise_config(url, (), most=PLACES, statement_milliseconds=3_000)
    credentials = config["connections"]["default"]["credentials"]
    client = OrmClient(**credentials, connection_name="control")
    await client.create_connection(with_db=True)
    return client


async def _lost_places(pool: asyncpg.Pool) -> int:
    """How many places of an idle pool nobody can have any more."""
    taken = []
    for _ in range(PLACES):
        try:
            taken.append(await pool.acquire(timeout=0.2))
        except TimeoutError:
            break
    for connection in taken:
        await pool.release(connection)
    return PLACES - len(taken)


async def test_without_the_shield_callers_who_give_up_empty_the_pool(world: Settings) -> None:
    await make_tables(world.database_url)
    client = await _own_client(world.database_url)
    pool = client._pool
    assert pool is not None
    chance = random.Random(7)

    async def verb() -> None:
        async with client._in_transaction() as transaction:
            await transaction.execute_query("INSERT INTO test_counter (id, n) VALUES ($1, 1)", [new_id()])

    async def give_up() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(verb(), chance.uniform(0, 0.02))

    lost = 0
    for _ in range(40):
        await asyncio.gather(*(give_up() for _ in range(20)))
        lost = await _lost_places(pool)
        if lost:
            break
    pool.terminate()
    assert lost > 0


async def test_without_the_shield_a_caller_who_gives_up_undoes_what_had_begun(world: Settings) -> None:
    """The other half: an action goes on to its commit, a bare coroutine stops wherever it is."""
    await make_tables(world.database_url)
    with_shield, without = await make_counter(), await make_counter()

    @transactional
    async def verb() -> Counted:
        n = await add(with_shield, 1)
        await asyncio.sleep(0.1)
        return Counted(n)

    async def bare() -> None:
        connection = await asyncpg.connect(world.database_url)
        try:
            async with connection.transaction():
                await connection.execute("UPDATE test_counter SET n = n + 1 WHERE id = $1", without)
                await asyncio.sleep(0.1)
        finally:
            await connection.close()

    for call in (verb(), bare()):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 0.05)
    await finish_running(5)
    assert (await count_of(with_shield), await count_of(without)) == (1, 0)
