"""The worker's side of the jobs: PgQueuer, which takes them up, tries them again and keeps the timetable.

Only who works imports this: PgQueuer and what it brings along (pydantic, a command line) take 6 MB, and a process that
answers requests only writes jobs.

The workers poll: PgQueuer's NOTIFY would take a lock over the whole database at every commit, so the migration that
installs its tables drops the trigger.
"""

from datetime import timedelta

import asyncpg
import msgspec
import structlog
from pgqueuer import AsyncpgPoolDriver, PgQueuer, Queries
from pgqueuer.domain.types import QueueEntrypoint, QueueExecutionMode
from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Job, Schedule

from foundation import jobs
from foundation.jobs import Appointment, JobDefinition
from foundation.metrics import JOBS

POLL = timedelta(milliseconds=250)
STALE_AFTER = timedelta(seconds=10)
"""A job whose worker was killed is taken up by another after this long."""
MOST_ATTEMPTS = 8
BATCH = 10
MOST_AT_ONCE = 20

log = structlog.get_logger("jobs")


def queue(pool: asyncpg.Pool) -> PgQueuer:
    """A worker's queue with every registered job and appointment."""
    worker = PgQueuer(AsyncpgPoolDriver(pool))
    for definition in jobs.definitions():
        _add_job(worker, definition)
    for appointment in jobs.timetable():
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
    for definition in jobs.definitions():
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
