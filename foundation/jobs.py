"""Jobs: work that follows a transaction, and work by the clock.

`enqueue` writes the job with the transaction's own connection, so job and work exist together or not at all. A handler
may run twice and must be idempotent; when it fails it is tried again with growing delays, and after the last attempt it
stays in the queue as failed, for a person to look at (`pgq` or SQL).

`foundation.job_worker` takes the jobs up.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Any, get_type_hints

import msgspec

from foundation import database, transactions

Handler = Callable[[Any], Awaitable[None]]
Tick = Callable[[], Awaitable[object]]

# What PgQueuer's own `enqueue` writes into its tables, with a single plan; a test compares the rows.
_ENQUEUE = """
WITH job AS (
    INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, headers, status)
    SELECT 0, $1, payload, now() + $3, 'null', 'queued' FROM unnest($2::bytea[]) AS payload
    RETURNING id
)
INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
SELECT id, 'queued', $1, 0 FROM job
"""
_AT_ONCE = timedelta()


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


def definitions() -> Collection[JobDefinition]:
    """What is registered."""
    return _definitions.values()


def timetable() -> Collection[Appointment]:
    """What is to be called by the clock."""
    return _timetable.values()


@transactions.within_transaction
async def enqueue(name: str, payload: msgspec.Struct, *, delay: timedelta | None = None) -> None:
    """Writes a job in the current transaction. Its handler runs after the commit, and perhaps more than once."""
    await _write(name, [payload], delay or _AT_ONCE)


@transactions.within_transaction
async def enqueue_many(name: str, payloads: Sequence[msgspec.Struct]) -> None:
    """Writes a job for each payload, all in one round trip; none for none."""
    await _write(name, payloads, _AT_ONCE)


async def _write(name: str, payloads: Sequence[msgspec.Struct], delay: timedelta) -> None:
    assert name in _definitions, f"no job is called {name}"
    if payloads:
        await database.execute(_ENQUEUE, name, [msgspec.json.encode(payload) for payload in payloads], delay)
