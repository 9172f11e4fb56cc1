"""Actions in trouble: locks, time-outs, lost connections, a full pool, and callers who give up at any moment."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from foundation import database, transactions
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.models import Session
from foundation.settings import Settings
from foundation.transactions import transactional
from tests.foundation.ground_tables import (
    Counted,
    add,
    count_of,
    increase,
    make_counter,
    make_tables,
    marks_of,
    pool_is_healthy,
)


@pytest_asyncio.fixture(autouse=True, scope="session")
async def tables(world: Settings) -> None:
    await make_tables(world.database_url)


async def test_a_lock_that_takes_too_long_is_unavailable(world: Settings) -> None:
    counter = await make_counter()

    @transactional
    async def verb() -> Counted:
        await database.execute("SET LOCAL lock_timeout = '50ms'")
        return Counted(await add(counter, 1))

    holder = await asyncpg.connect(world.database_url)
    try:
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM test_counter WHERE id = $1 FOR UPDATE", counter)
            with pytest.raises(Unavailable):
                await verb()
    finally:
        await holder.close()
    assert await count_of(counter) == 0
    await pool_is_healthy()


async def test_a_statement_that_takes_too_long_is_unavailable(world: Settings) -> None:
    counter = await make_counter()

    @transactional
    async def verb() -> None:
        await add(counter, 1)
        await database.execute("SET LOCAL statement_timeout = '50ms'")
        await database.execute("SELECT pg_sleep(5)")

    with pytest.raises(Unavailable):
        await verb()
    assert await count_of(counter) == 0
    await pool_is_healthy()


async def test_the_time_outs_are_set_on_every_connection(world: Settings) -> None:
    row = await database.fetchrow(
        "SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,"
        " current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('timezone') AS zone,"
        " (SELECT source FROM pg_settings WHERE name = 'synchronous_commit') AS durable_as_says"
    )
    assert row is not None
    # No connection asks for less durability than its database or its server gives; the tests' database says it.
    assert tuple(row) == ("3s", "2s", "10s", "UTC", "database")


@pytest.mark.parametrize("moment", ["before_a_statement", "during_a_statement", "before_the_commit", "in_the_orm"])
async def test_a_connection_lost_in_an_action_is_unavailable(world: Settings, moment: str) -> None:
    counter = await make_counter()
    killer = await asyncpg.connect(world.database_url)

    async def kill(backend: int) -> None:
        await killer.fetchval("SELECT pg_terminate_backend($1, 2000)", backend)

    @transactional
    async def verb() -> None:
        await add(counter, 1)
        backend = transactions.connection().get_server_pid()
        if moment == "during_a_statement":
            killing = asyncio.get_running_loop().call_later(
                0.05, lambda: tasks.append(asyncio.ensure_future(kill(backend)))
            )
            try:
                await database.execute("SELECT pg_sleep(2)")
            finally:
                killing.cancel()
        await kill(backend)
        if moment == "before_a_statement":
            await add(counter, 1)
        if moment == "in_the_orm":
            await Session.get_or_none(id=counter)

    tasks: list[asyncio.Future[None]] = []
    with pytest.raises(Unavailable):
        await verb()
    await asyncio.gather(*tasks)
    await killer.close()
    assert await count_of(counter) == 0
    await pool_is_healthy()


async def test_connections_lost_while_idle_are_replaced(world: Settings) -> None:
    counter = await make_counter()
    killer = await asyncpg.connect(world.database_url)
    await killer.fetch(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'muying' AND pid <> pg_backend_pid()"
    )
    await killer.close()
    outcomes = await asyncio.gather(*(increase(counter) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(outcome, Counted | Unavailable) for outcome in outcomes), outcomes
    assert await count_of(counter) == sum(isinstance(outcome, Counted) for outcome in outcomes)
    await pool_is_healthy()


async def test_a_full_pool_is_unavailable_within_about_a_second(world: Settings) -> None:
    pool = database.pool()
    held = await asyncio.gather(*(pool.acquire() for _ in range(pool.get_max_size())))
    loop = asyncio.get_running_loop()
    try:
        started = loop.time()
        outcomes = await asyncio.gather(
            increase(new_id()),
            database.fetchval("SELECT 1"),
            Session.get_or_none(id=new_id()),  # the ORM outside of an action must not wait for ever either
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
        assert loop.time() - started < 1.5
    finally:
        for connection in held:
            await pool.release(connection)
    await pool_is_healthy()


@pytest_asyncio.fixture
async def quick_to_die() -> AsyncIterator[random.Random]:
    yield random.Random(20240229)
    await transactions.finish_running(5)


@transactional
async def mark(counter: UUID, mark_id: UUID) -> Counted:
    """Two rows that belong together: the mark and the count."""
    await database.execute("INSERT INTO test_mark (id, counter) VALUES ($1, $2)", mark_id, counter)
    return Counted(await add(counter, 1))


async def _cancelled_at_random(verb: Any, chance: random.Random, longest: float) -> bool:
    """Calls the verb and gives up after a moment, one in four after a long one; whether it had answered."""
    try:
        await asyncio.wait_for(verb, 5 if chance.random() < 0.25 else chance.uniform(0, longest))
    except (TimeoutError, Unavailable):
        return False
    return True


async def test_500_callers_who_give_up_leave_nothing_half_done(world: Settings, quick_to_die: random.Random) -> None:
    counters = [await make_counter() for _ in range(10)]
    ids = [new_id() for _ in range(500)]
    answered: list[bool] = []
    for start in range(0, 500, 50):  # fifty at once for a pool of sixteen
        answered += await asyncio.gather(
            *(
                _cancelled_at_random(mark(counters[i % 10], ids[i]), quick_to_die, 0.03)
                for i in range(start, start + 50)
            )
        )
    await transactions.finish_running(5)
    committed: set[UUID] = set()
    for counter in counters:
        marks = await marks_of(counter)
        assert await count_of(counter) == len(marks), "a mark without its count, or a count without its mark"
        committed |= marks
    acknowledged = {ids[i] for i, done in enumerate(answered) if done}
    assert acknowledged <= committed, "what was acknowledged is there"
    assert 0 < len(acknowledged) < 500, "some must give up in the middle, or the test proves nothing"
    await pool_is_healthy()


async def test_500_reads_that_are_given_up_leave_no_connection_behind(
    world: Settings, quick_to_die: random.Random
) -> None:
    finished: list[bool] = []
    for _ in range(10):
        finished += await asyncio.gather(
            *(_cancelled_at_random(database.fetch("SELECT pg_sleep(0.004)"), quick_to_die, 0.03) for _ in range(50))
        )
    assert 0 < sum(finished) < 500
    await pool_is_healthy()


async def test_reads_through_the_orm_that_are_given_up_leave_no_connection_behind(
    world: Settings, quick_to_die: random.Random
) -> None:
    finished: list[bool] = []
    for _ in range(4):
        finished += await asyncio.gather(
            *(_cancelled_at_random(Session.filter(id=new_id()).count(), quick_to_die, 0.08) for _ in range(50))
        )
    assert 0 < sum(finished) < 200
    await pool_is_healthy()


async def test_a_task_started_inside_a_transaction_can_not_write_after_it(world: Settings) -> None:
    counter = await make_counter()
    go = asyncio.Event()
    late: list[asyncio.Task[int]] = []

    async def straggle() -> int:
        await go.wait()
        return await add(counter, 1)

    @transactional
    async def verb() -> None:
        late.append(asyncio.create_task(straggle()))

    await verb()
    go.set()
    with pytest.raises(asyncpg.InterfaceError) as refused:
        await late[0]
    assert not database.is_away(refused.value), "our own mistake must not look like a database that is away"
    assert await count_of(counter) == 0


async def test_a_crash_whose_caller_has_gone_is_in_the_log(world: Settings) -> None:
    @transactional
    async def crash() -> None:
        await asyncio.sleep(0.05)
        raise ValueError("a mistake of ours")

    with capture_logs() as logs:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(crash(), 0.01)
        await transactions.finish_running(5)
        await asyncio.sleep(0)
    assert [entry["event"] for entry in logs] == ["action_failed_unheard"]


async def test_shutdown_waits_for_the_actions_whose_callers_have_gone(world: Settings) -> None:
    counter = await make_counter()

    @transactional
    async def slow() -> None:
        await add(counter, 1)
        await asyncio.sleep(0.2)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(slow(), 0.05)
    assert await count_of(counter) == 0
    await transactions.finish_running(5)
    assert await count_of(counter) == 1
