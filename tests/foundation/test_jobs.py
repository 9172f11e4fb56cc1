"""Jobs: they exist with the transaction or not at all, run until they succeed, and stay visible when they don't."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from pgqueuer import AsyncpgPoolDriver, Queries

from foundation import database, job_worker, jobs
from foundation.errors import Problem
from foundation.ids import new_id
from foundation.settings import Settings, new_secrets
from foundation.transactions import transactional
from tests.foundation.ground_tables import make_counter, make_tables, marks_of


class Marking(msgspec.Struct, frozen=True):
    counter: UUID
    mark: UUID
    failures: int = 0
    """How often it fails first."""


class Refused(Problem):
    status = 409
    code = "test_refused"
    title = "Refused"
    detail = "测试"


_calls: dict[UUID, int] = {}


@jobs.job("test.mark")
async def mark(marking: Marking) -> None:
    """Idempotent: the same mark twice is one mark."""
    _calls[marking.mark] = _calls.get(marking.mark, 0) + 1
    if _calls[marking.mark] <= marking.failures:
        raise RuntimeError("not yet")
    await database.execute(
        "INSERT INTO test_mark (id, counter) VALUES ($1, $2) ON CONFLICT DO NOTHING", marking.mark, marking.counter
    )


@transactional
async def ask(marking: Marking, *, delay: timedelta | None = None, refuse: bool = False) -> None:
    await jobs.enqueue("test.mark", marking, delay=delay)
    if refuse:
        raise Refused


@pytest_asyncio.fixture(autouse=True)
async def tables(world: Settings) -> AsyncIterator[None]:
    await make_tables(world.database_url)
    yield
    await database.execute("DELETE FROM pgqueuer WHERE entrypoint = 'test.mark'")


async def _row(marking: Marking) -> dict[str, object] | None:
    row = await database.fetchrow(
        "SELECT id, status::text, attempts, execute_after > now() AS later FROM pgqueuer WHERE payload = $1",
        msgspec.json.encode(marking),
    )
    return dict(row) if row else None


async def _new(failures: int = 0) -> Marking:
    return Marking(await make_counter(), new_id(), failures)


async def _is_due_now(marking: Marking, attempts: int | None = None) -> None:
    await database.execute(
        "UPDATE pgqueuer SET execute_after = now() - interval '1 second', attempts = COALESCE($2, attempts)"
        " WHERE payload = $1",
        msgspec.json.encode(marking),
        attempts,
    )


async def _drain() -> None:
    await asyncio.wait_for(job_worker.drain(database.pool()), 10)


async def test_a_job_runs_after_the_commit(world: Settings) -> None:
    marking = await _new()
    await ask(marking)
    assert await marks_of(marking.counter) == set()
    await _drain()
    assert await marks_of(marking.counter) == {marking.mark}
    assert await _row(marking) is None, "what is done leaves the queue"


async def test_a_job_of_a_rolled_back_action_never_runs(world: Settings) -> None:
    marking = await _new()
    with pytest.raises(Refused):
        await ask(marking, refuse=True)
    await _drain()
    assert (await _row(marking), await marks_of(marking.counter), _calls.get(marking.mark)) == (None, set(), None)


async def test_a_job_is_seen_by_nobody_before_the_commit(world: Settings) -> None:
    marking = await _new()
    go = asyncio.Event()

    @transactional
    async def slow() -> None:
        await jobs.enqueue("test.mark", marking)
        await go.wait()

    slow_task = asyncio.create_task(slow())
    await asyncio.sleep(0.05)
    await _drain()
    assert _calls.get(marking.mark) is None
    go.set()
    await slow_task
    await _drain()
    assert _calls[marking.mark] == 1


async def test_enqueueing_needs_a_transaction_and_a_name_that_exists(world: Settings) -> None:
    marking = await _new()
    with pytest.raises(AssertionError, match="is a step"):
        await jobs.enqueue("test.mark", marking)

    @transactional
    async def misspelt() -> None:
        await jobs.enqueue("test.markk", marking)

    with pytest.raises(AssertionError, match="no job is called"):
        await misspelt()


WRITTEN = """
SELECT to_jsonb(job) - '{id,created,updated,heartbeat,execute_after,payload}'::text[] AS job,
    job.execute_after - job.created AS delay,
    (SELECT jsonb_agg(to_jsonb(line) - '{id,created,job_id}'::text[]) FROM pgqueuer_log AS line WHERE job_id = job.id)
        AS log
FROM pgqueuer AS job WHERE payload = $1
"""


@pytest.mark.parametrize("delay", [None, timedelta(hours=1)])
async def test_a_job_is_written_as_pgqueuer_itself_writes_it(world: Settings, delay: timedelta | None) -> None:
    ours, theirs = await _new(), await _new()
    await ask(ours, delay=delay)
    await Queries(AsyncpgPoolDriver(database.pool())).enqueue(
        "test.mark", msgspec.json.encode(theirs), execute_after=delay
    )
    written = await database.fetchrow(WRITTEN, msgspec.json.encode(ours))
    assert written is not None
    assert written == await database.fetchrow(WRITTEN, msgspec.json.encode(theirs))


async def test_many_jobs_are_written_in_their_order(world: Settings) -> None:
    counter = await make_counter()
    markings = [Marking(counter, new_id()) for _ in range(5)]

    @transactional
    async def ask_all() -> None:
        await jobs.enqueue_many("test.mark", markings)
        await jobs.enqueue_many("test.mark", [])

    await ask_all()
    rows = await database.fetch(
        "SELECT payload FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE $1 ORDER BY id", f"%{counter}%"
    )
    assert [row["payload"] for row in rows] == [msgspec.json.encode(marking) for marking in markings]


async def test_names_are_unique() -> None:
    async def handler(marking: Marking) -> None: ...

    with pytest.raises(AssertionError, match="two jobs"):
        jobs.job("test.mark")(handler)


async def test_a_failing_job_is_tried_again_later_and_then_succeeds(world: Settings) -> None:
    marking = await _new(failures=2)
    await ask(marking)
    for attempt in (1, 2):
        await _drain()
        row = await _row(marking)
        assert row is not None
        assert (row["status"], row["attempts"], row["later"]) == ("queued", attempt, True)
        await _is_due_now(marking)
    await _drain()
    assert await _row(marking) is None
    assert (await marks_of(marking.counter), _calls[marking.mark]) == ({marking.mark}, 3)


async def test_after_the_last_attempt_it_stays_as_failed(world: Settings) -> None:
    marking = await _new(failures=100)
    await ask(marking)
    for attempt in range(job_worker.MOST_ATTEMPTS):
        row = await _row(marking)
        assert row is not None
        assert (row["status"], row["attempts"]) == ("queued", attempt)
        await _is_due_now(marking)
        await _drain()
    row = await _row(marking)
    assert row is not None
    assert row["status"] == "failed"
    assert _calls[marking.mark] == job_worker.MOST_ATTEMPTS
    await _is_due_now(marking)
    await _drain()
    assert _calls[marking.mark] == job_worker.MOST_ATTEMPTS, "it waits for a person"


async def test_a_job_that_is_not_due_holds_nobody_up(world: Settings) -> None:
    marking = await _new()
    await ask(marking, delay=timedelta(hours=1))
    await asyncio.wait_for(job_worker.drain(database.pool()), 3)
    assert _calls.get(marking.mark) is None
    await _is_due_now(marking)
    await _drain()
    assert _calls[marking.mark] == 1


async def test_a_job_that_runs_twice_is_one_effect(world: Settings) -> None:
    marking = await _new()
    await ask(marking)
    await ask(marking)
    await _drain()
    assert _calls[marking.mark] == 2
    assert await marks_of(marking.counter) == {marking.mark}


async def test_a_payload_that_can_not_be_read_fails_and_is_kept(world: Settings) -> None:
    await database.execute(
        "INSERT INTO pgqueuer (priority, entrypoint, payload, status) VALUES (0, 'test.mark', $1, 'queued')",
        b'{"nonsense": 1}',
    )
    await _drain()
    status = await database.fetchval("SELECT status::text FROM pgqueuer WHERE payload = $1", b'{"nonsense": 1}')
    assert status == "queued", "it is tried again: perhaps a newer worker can read it"


async def test_many_jobs_and_two_workers_run_each_once(world: Settings) -> None:
    counter = await make_counter()
    markings = [Marking(counter, new_id()) for _ in range(40)]

    @transactional
    async def ask_all() -> None:
        for marking in markings:
            await jobs.enqueue("test.mark", marking)

    await ask_all()
    await asyncio.gather(_drain(), _drain())
    await _drain()
    assert await marks_of(counter) == {marking.mark for marking in markings}
    assert [_calls[marking.mark] for marking in markings] == [1] * 40


async def test_draining_leaves_the_pool_whole(world: Settings) -> None:
    await ask(await _new())
    await _drain()
    pool = database.pool()
    assert pool.get_idle_size() == pool.get_size()


async def test_a_running_worker_takes_jobs_up_within_a_second_and_stops_when_told(world: Settings) -> None:
    marking = await _new()
    worker = job_worker.queue(database.pool())
    running = asyncio.create_task(job_worker.run(worker))
    try:
        await asyncio.sleep(0.3)
        await ask(marking)
        for _ in range(100):
            if _calls.get(marking.mark):
                break
            await asyncio.sleep(0.01)
        assert _calls.get(marking.mark) == 1
    finally:
        worker.shutdown.set()
        await asyncio.wait_for(running, 5)
    assert await marks_of(marking.counter) == {marking.mark}


HANGING_WORKER = """
import asyncio, sys
import msgspec
from foundation import database, job_worker, jobs
from foundation.settings import load_settings
from tests.foundation import test_jobs

async def main():
    await database.connect(load_settings(), ("foundation.models",))
    async def hang(payload):
        print("taken", flush=True)
        await asyncio.sleep(60)
    jobs._definitions.clear()
    jobs._timetable.clear()
    jobs._definitions["test.mark"] = jobs.JobDefinition("test.mark", hang, test_jobs.Marking)
    await job_worker.run(job_worker.queue(database.pool()))

asyncio.run(main())
"""


async def test_the_job_of_a_killed_worker_is_taken_up(world: Settings, environment: dict[str, str]) -> None:
    marking = await _new()
    await ask(marking)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGING_WORKER, stdout=subprocess.PIPE, env=os.environ | environment
    )
    try:
        assert worker.stdout is not None
        taken = await asyncio.wait_for(worker.stdout.readline(), 20)
        assert taken == b"taken\n"
    finally:
        worker.kill()
        await worker.wait()
    row = await _row(marking)
    assert row is not None
    assert row["status"] == "picked"
    await _drain()
    assert _calls.get(marking.mark) is None, "its worker might still live"
    await database.execute(
        "UPDATE pgqueuer SET heartbeat = heartbeat - $2::interval WHERE payload = $1",
        msgspec.json.encode(marking),
        job_worker.STALE_AFTER + timedelta(seconds=1),
    )
    await _drain()
    assert _calls[marking.mark] == 1
    assert await marks_of(marking.counter) == {marking.mark}


@pytest.fixture
def environment(world: Settings) -> dict[str, str]:
    """What a process of its own needs to reach the same database."""

    return {
        **new_secrets(),
        "DATABASE_URL": world.database_url,
        "REDIS_URL": world.redis_url,
        "WECHAT_APP_ID": "x",
        "WECHAT_APP_SECRET": "x",
        "WECHAT_CALLBACK_TOKEN": "x",
        "WECHAT_CALLBACK_AES_KEY": "a" * 43,
        "PYTHONPATH": str(Path.cwd()),
    }


async def test_an_appointment_is_kept_and_its_failure_survived(world: Settings) -> None:
    kept: list[str] = []

    async def tick() -> None:
        kept.append("tick")
        raise RuntimeError("the clock must go on")

    jobs.by_the_clock("test.tick", "* * * * * *")(tick)  # every second
    worker = job_worker.queue(database.pool())
    running = asyncio.create_task(job_worker.run(worker))
    try:
        for _ in range(60):
            if kept:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.1)
        assert not running.done(), "the worker lives on"
    finally:
        del jobs._timetable["test.tick"]
        worker.shutdown.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(running, 5)
        await database.execute("DELETE FROM pgqueuer_schedules WHERE entrypoint = 'test.tick'")
    assert kept
