"""Whether the nightly job ran, as a whole and each of its works, by the clock of the database: for the figures, for
`/readyz` and for the log.
"""

from datetime import datetime, timedelta

import msgspec
import structlog

from foundation import database, jobs
from foundation.metrics import RETENTION_LAST_RUN_SECONDS
from membership.privacy import retention

ALARM_AFTER = timedelta(hours=26)
"""A night, and two hours of grace."""

AGE = "SELECT extract(epoch FROM now() - coalesce(max(finished_at), to_timestamp(0)))::float8 FROM retention_run"
# A work that never ended is late when the whole job is: one that is new had no night yet.
LAST_RUNS = """
SELECT names.name, kept.finished_at, kept.rows,
       extract(epoch FROM now() - kept.finished_at)::float8 AS seconds
  FROM unnest($1::text[]) AS names(name) LEFT JOIN retention_rule_run kept ON kept.work = names.name
"""

log = structlog.get_logger("retention")


class LastRun(msgspec.Struct, frozen=True, kw_only=True):
    """When a work was last done to the end, with how many rows; None: never."""

    finished_at: datetime | None
    rows: int | None
    is_late: bool


async def seconds_since_last_run() -> float:
    """Since the last run that finished, or since this database was made. Puts it into the figures."""
    seconds: float = await database.fetchval(AGE)
    RETENTION_LAST_RUN_SECONDS.set(seconds)
    return seconds


def is_late(seconds: float) -> bool:
    """Whether somebody must look why the job did not run."""
    return seconds > ALARM_AFTER.total_seconds()


async def last_runs() -> dict[str, LastRun]:
    """Of each work, by name. For the worker and commands: it needs the data map."""
    job_is_late = is_late(await seconds_since_last_run())
    return {
        row["name"]: LastRun(
            finished_at=row["finished_at"],
            rows=row["rows"],
            is_late=job_is_late if row["seconds"] is None else is_late(row["seconds"]),
        )
        for row in await database.fetch(LAST_RUNS, list(retention.works()))
    }


@jobs.by_the_clock("retention.nightly", "10 19 * * *")
async def nightly() -> dict[str, int]:
    """At night in Shanghai; by rule, how much was destroyed."""
    return await retention.apply_time_limits()


@jobs.by_the_clock("retention.watch", "25 * * * *")
async def watch() -> bool:
    """Hourly; whether all is well. Else the log has the alarm."""
    seconds = await seconds_since_last_run()
    if is_late(seconds):
        log.error("retention_did_not_run", hours=round(seconds / 3600))
    late = [name for name, run in (await last_runs()).items() if run.is_late]
    if late:
        log.error("retention_rules_late", rules=late)
    return not is_late(seconds) and not late
