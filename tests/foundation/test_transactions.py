"""Actions and steps on a real PostgreSQL: all or nothing, whatever goes wrong and whoever goes away."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from tortoise.exceptions import IntegrityError

from foundation import database, transactions
from foundation.clock import now
from foundation.errors import Problem, Unavailable
from foundation.ids import new_id
from foundation.models import Session
from foundation.settings import Settings
from foundation.transactions import after_commit, transactional
from tests.foundation.ground_tables import (
    Counted,
    add,
    count_of,
    idle_in_transaction,
    increase,
    make_counter,
    make_tables,
)


class Refused(Problem):
    status = 409
    code = "test_refused"
    title = "Refused by a test"
    detail = "测试"


@pytest_asyncio.fixture(autouse=True, scope="session")
async def tables(world: Settings) -> None:
    await make_tables(world.database_url)


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
