"""Actions and steps on a real PostgreSQL: all or nothing, whatever goes wrong and whoever goes away."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from structlog.testing import capture_logs
from tortoise.exceptions import IntegrityError

from foundation import database, transactions
from foundation.clock import now
from foundation.errors import Problem, Unavailable
from foundation.ids import new_id
from foundation.models import Session
from foundation.settings import Settings
from foundation.transactions import after_commit, transactional, within_transaction
from tests.foundation.ground_tables import count_of, idle_in_transaction, make_counter, make_tables, marks_of


class Counted(msgspec.Struct, frozen=True):
    n: int


class Refused(Problem):
    status = 409
    code = "test_refused"
    title = "Refused by a test"
    detail = "测试"


@pytest_asyncio.fixture(autouse=True, scope="session")
async def tables(world: Settings) -> None:
    await make_tables(world.database_url)


@within_transaction
async def add(counter: UUID, amount: int) -> int:
    n: int = await database.fetchval("UPDATE test_counter SET n = n + $2 WHERE id = $1 RETURNING n", counter, amount)
    return n


@transactional
async def increase(counter: UUID, amount: int = 1) -> Counted:
    return Counted(await add(counter, amount))


async def test_an_action_commits(world: Settings) -> None:
    counter = await make_counter()
    assert await increase(counter) == Counted(1)
    assert await count_of(counter) == 1


async def test_a_step_refuses_to_run_alone(world: Settings) -> None:
    counter = await make_counter()
    with pytest.raises(AssertionError, match="add is a step"):
        await add(counter, 1)
    assert await count_of(counter) == 0


async def test_actions_do_not_nest(world: Settings) -> None:
    counter = await make_counter()

    @transactional
    async def outer() -> None:
        await add(counter, 1)
        await increase(counter)

    with pytest.raises(AssertionError, match="actions do not nest"):
        await outer()
    assert await count_of(counter) == 0, "the outer action was rolled back whole"


@pytest.mark.parametrize("error", [Refused(), ValueError("a mistake of ours")])
async def test_what_an_action_raises_rolls_it_back(world: Settings, error: Exception) -> None:
    counter = await make_counter()

    @transactional
    async def verb() -> None:
        await add(counter, 1)
        raise error

    with pytest.raises(type(error)):
        await verb()
    assert await count_of(counter) == 0


async def test_hooks_run_after_the_commit_and_before_the_answer(world: Settings) -> None:
    counter = await make_counter()
    seen: list[object] = []

    async def look() -> None:
        seen.append((transactions.in_transaction(), await count_of(counter)))

    @transactional
    async def verb() -> None:
        after_commit(look)
        await add(counter, 1)
        assert seen == []

    await verb()
    assert seen == [(False, 1)]


async def test_hooks_do_not_run_after_a_rollback(world: Settings) -> None:
    ran: list[int] = []

    async def hook() -> None:
        ran.append(1)

    @transactional
    async def verb() -> None:
        after_commit(hook)
        raise Refused

    with pytest.raises(Refused):
        await verb()
    assert ran == []


async def test_a_failing_hook_fails_neither_the_action_nor_the_next_hook(world: Settings) -> None:
    counter = await make_counter()
    ran: list[int] = []

    async def fail() -> None:
        raise ConnectionError("the cache is away")

    async def run() -> None:
        ran.append(1)

    @transactional
    async def verb() -> Counted:
        after_commit(fail)
        after_commit(run)
        return Counted(await add(counter, 1))

    assert await verb() == Counted(1)
    assert ran == [1]


async def test_hooks_and_own_statements_need_a_transaction(world: Settings) -> None:
    async def hook() -> None: ...

    with pytest.raises(AssertionError):
        after_commit(hook)
    with pytest.raises(AssertionError):
        transactions.connection()


async def test_the_orm_and_own_statements_share_connection_and_transaction(world: Settings) -> None:
    session, subject = new_id(), new_id()
    fields: dict[str, Any] = {"audience": "test", "subject": subject, "claims": {}}

    @transactional
    async def verb(*, fail: bool) -> None:
        await Session.create(id=session, rotated_at=now(), expires_at=now(), **fields)
        backend = await database.fetchval("SELECT pg_backend_pid()")
        assert backend == transactions.connection().get_server_pid()
        assert await database.fetchval("SELECT subject FROM session WHERE id = $1", session) == subject
        await database.execute("UPDATE session SET generation = 7 WHERE id = $1", session)
        assert (await Session.get(id=session)).generation == 7
        if fail:
            raise Refused

    with pytest.raises(Refused):
        await verb(fail=True)
    assert await Session.get_or_none(id=session) is None
    await verb(fail=False)
    assert (await Session.get(id=session)).generation == 7


async def test_a_broken_constraint_in_the_orm_leaves_a_healthy_pool(world: Settings) -> None:
    counter = await make_counter()
    session = new_id()

    @transactional
    async def verb() -> None:
        await add(counter, 1)
        for _ in range(2):
            await Session.create(
                id=session, audience="test", subject=session, claims={}, rotated_at=now(), expires_at=now()
            )

    with pytest.raises(IntegrityError):
        await verb()
    assert await count_of(counter) == 0
    assert await idle_in_transaction(database.pool()) == 0


async def test_get_or_create_inside_an_action_is_part_of_it(world: Settings) -> None:
    """Tortoise opens a transaction of its own there; in an action it must become a savepoint."""
    session = new_id()
    defaults = {"audience": "test", "subject": session, "claims": {}, "rotated_at": now(), "expires_at": now()}

    @transactional
    async def verb() -> None:
        await Session.get_or_create(defaults, id=session)
        assert await database.fetchval("SELECT true FROM session WHERE id = $1", session)
        raise Refused

    with pytest.raises(Refused):
        await verb()
    assert await Session.get_or_none(id=session) is None


async def test_a_serialization_failure_runs_the_whole_action_again(world: Settings) -> None:
    counter = await make_counter()
    attempts = 0

    @transactional
    async def verb() -> Counted:
        nonlocal attempts
        attempts += 1
        n = await add(counter, 1)
        if attempts < 5:
            await database.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")
        return Counted(n)

    assert await verb() == Counted(1)
    assert (attempts, await count_of(counter)) == (5, 1)


async def test_after_five_serialization_failures_it_gives_up(world: Settings) -> None:
    attempts = 0

    @transactional
    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        await database.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")

    with pytest.raises(Unavailable):
        await verb()
    assert attempts == 5


async def test_hooks_of_an_attempt_that_failed_do_not_run(world: Settings) -> None:
    ran: list[int] = []
    attempts = 0

    async def hook() -> None:
        ran.append(attempts)

    @transactional
    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        after_commit(hook)
        if attempts == 1:
            await database.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")

    await verb()
    assert ran == [2]


async def test_a_real_deadlock_is_run_again_and_both_win(world: Settings) -> None:
    first, second = await make_counter(), await make_counter()
    both_hold_one = asyncio.Barrier(2)
    attempts = 0

    @transactional
    async def cross(one: UUID, other: UUID) -> None:
        nonlocal attempts
        attempts += 1
        await database.execute("SET LOCAL deadlock_timeout = '50ms'")
        await add(one, 1)
        if attempts <= 2:
            await both_hold_one.wait()
        await add(other, 1)

    await asyncio.gather(cross(first, second), cross(second, first))
    assert attempts > 2, "there was no deadlock: the test proves nothing"
    assert (await count_of(first), await count_of(second)) == (2, 2)


async def _pool_is_healthy() -> None:
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
    await _pool_is_healthy()


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
    await _pool_is_healthy()


async def test_the_time_outs_are_set_on_every_connection(world: Settings) -> None:
    row = await database.fetchrow(
        "SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,"
        " current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('timezone') AS zone,"
        " current_setting('synchronous_commit') AS synchronous"
    )
    assert row is not None
    assert tuple(row) == ("3s", "2s", "10s", "UTC", "on")


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
    await _pool_is_healthy()


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
    await _pool_is_healthy()


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
    await _pool_is_healthy()


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
    await _pool_is_healthy()


async def test_500_reads_that_are_given_up_leave_no_connection_behind(
    world: Settings, quick_to_die: random.Random
) -> None:
    finished: list[bool] = []
    for _ in range(10):
        finished += await asyncio.gather(
            *(_cancelled_at_random(database.fetch("SELECT pg_sleep(0.004)"), quick_to_die, 0.03) for _ in range(50))
        )
    assert 0 < sum(finished) < 500
    await _pool_is_healthy()


async def test_reads_through_the_orm_that_are_given_up_leave_no_connection_behind(
    world: Settings, quick_to_die: random.Random
) -> None:
    finished: list[bool] = []
    for _ in range(4):
        finished += await asyncio.gather(
            *(_cancelled_at_random(Session.filter(id=new_id()).count(), quick_to_die, 0.08) for _ in range(50))
        )
    assert 0 < sum(finished) < 200
    await _pool_is_healthy()


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
