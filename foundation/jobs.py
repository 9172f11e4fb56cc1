"""Jobs: work that follows a transaction, and work by the clock.

`enqueue` writes the job with the transaction's own connection, so job and work exist together or not at all. A handler
may run twice and must be idempotent; when it fails it is tried again with growing delays, and after the last attempt it
stays in the queue as failed, for a person to look at (`pgq` or SQL).

The workers poll: PgQueuer's NOTIFY would take a lock over the whole database at every commit, so the migration that
installs its tables drops the trigger.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, get_type_hints

import asyncpg
import msgspec
import structlog
from pgqueuer import AsyncpgDriver, AsyncpgPoolDriver, PgQueuer, Queries
from pgqueuer.domain.types import QueueEntrypoint, QueueExecutionMode
from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job, Schedule

from foundation import transactions
from foundation.metrics import JOBS

POLL = timedelta(milliseconds=250)
STALE_AFTER = timedelta(seconds=10)
"""A job whose worker was killed is taken up by another after this long."""
MOST_ATTEMPTS = 8
BATCH = 10
MOST_AT_ONCE = 20

Handler = Callable[[Any], Awaitable[None]]
Tick = Callable[[], Awaitable[object]]

log = structlog.get_logger("jobs")


class JobDefinition(msgspec.Struct, frozen=True):
    """A registered handler; `payload_type` is the type of its one parameter."""

    name: str
    handler: Handler
    payload_type: Any


class Appointment(msgspec.Struct, frozen=True):
    """A function called by the clock. `cron` is in UTC: minute hour day month weekday."""

    name: str
    cron: str
    tick: Tick


_definitions: dict[str, JobDefinition] = {}
_timetable: dict[str, Appointment] = {}


def job(name: str) -> Callable[[Handler], Handler]:
    """Registers an idempotent handler, `async def handler(payload: SomeStruct) -> None`, under a stable name."""

    def register(handler: Handler) -> Handler:
        assert name not in _definitions, f"two jobs are called {name}"
        hints = get_type_hints(handler)
        hints.pop("return", None)
        (payload_type,) = hints.values()
        _definitions[name] = JobDefinition(name, handler, payload_type)
        return handler

    return register


def by_the_clock(name: str, cron: str) -> Callable[[Tick], Tick]:
    """Registers a function without parameters to be called at the given times (UTC), by one worker of all."""

    def register(tick: Tick) -> Tick:
        assert name not in _timetable, f"two appointments are called {name}"
        _timetable[name] = Appointment(name, cron, tick)
        return tick

    return register


@transactions.within_transaction
async def enqueue(name: str, payload: msgspec.Struct, *, delay: timedelta | None = None) -> None:
    """Writes a job in the current transaction. Its handler runs after the commit, and perhaps more than once."""
    assert name in _definitions, f"no job is called {name}"
    queries = Queries(AsyncpgDriver(transactions.connection()))
    await queries.enqueue(name, msgspec.json.encode(payload), execute_after=delay)


@transactions.within_transaction
async def enqueue_many(name: str, payloads: Sequence[msgspec.Struct]) -> None:
    """Writes a job for each payload, all in one round trip; none for none."""
    assert name in _definitions, f"no job is called {name}"
    if not payloads:
        return
    queries = Queries(AsyncpgDriver(transactions.connection()))
    many = len(payloads)
    await queries.enqueue([name] * many, [msgspec.json.encode(payload) for payload in payloads], [0] * many)


def queue(pool: asyncpg.Pool) -> PgQueuer:
    """A worker's queue with every registered job and appointment."""
    worker = PgQueuer(AsyncpgPoolDriver(pool))
    for definition in _definitions.values():
        _add_job(worker, definition)
    for appointment in _timetable.values():
        _add_appointment(worker, appointment)
    return worker


async def run(worker: PgQueuer) -> None:
    """Works until `worker.shutdown` is set."""
    await worker.run(
        dequeue_timeout=POLL,
        batch_size=BATCH,
        max_concurrent_tasks=MOST_AT_ONCE,
        heartbeat_timeout=STALE_AFTER,
    )


async def drain(pool: asyncpg.Pool) -> None:
    """Works until nothing is due (for tests and for planting). What failed or is meant for later stays."""
    driver = AsyncpgPoolDriver(pool)
    worker = PgQueuer(driver, queries=_DueOnly(driver))
    for definition in _definitions.values():
        _add_job(worker, definition)
    await worker.qm.run(
        dequeue_timeout=timedelta(milliseconds=20), mode=QueueExecutionMode.drain, heartbeat_timeout=STALE_AFTER
    )


class _DueOnly(Queries):
    """Lets a draining worker stop although jobs wait for another attempt or another day."""

    async def queued_work(self, entrypoints: list[QueueEntrypoint]) -> int:
        return await self.eligible_queued_work(entrypoints)


def _executor(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(
        parameters,
        max_attempts=MOST_ATTEMPTS - 1,  # PgQueuer counts the attempts that came before
        initial_delay=timedelta(milliseconds=500),
        max_delay=timedelta(minutes=5),
    )


def _add_job(worker: PgQueuer, definition: JobDefinition) -> None:
    async def handle(job: Job) -> None:
        try:
            payload = msgspec.json.decode(job.payload or b"null", type=definition.payload_type)
            await definition.handler(payload)
        except Exception:
            JOBS.labels(definition.name, "failed").inc()
            log.exception("job_failed", job=definition.name, attempt=job.attempts)
            raise
        JOBS.labels(definition.name, "done").inc()

    worker.entrypoint(definition.name, executor_factory=_executor, on_failure="hold", accepts_context=False)(handle)


def _add_appointment(worker: PgQueuer, appointment: Appointment) -> None:
    async def keep(schedule: Schedule) -> None:
        try:
            result = await appointment.tick()
            log.info("appointment_kept", appointment=appointment.name, result=result)
        except Exception:
            log.exception("appointment_failed", appointment=appointment.name)

    worker.schedule(appointment.name, appointment.cron, accepts_context=False)(keep)
