"""Whether the nightly job ran, by the clock of the database: for the figures, for `/readyz` and for the log."""

from datetime import timedelta

import structlog

from foundation import database, jobs
from foundation.metrics import RETENTION_LAST_RUN_SECONDS
from membership.privacy import retention

ALARM_AFTER = timedelta(hours=26)
"""A night, and two hours of grace."""

AGE = "SELECT extract(epoch FROM now() - coalesce(max(finished_at), to_timestamp(0)))::float8 FROM retention_run"

log = structlog.get_logger("retention")


async def seconds_since_last_run() -> float:
    """Since the last run that finished, or since this database was made. Puts it into the figures."""
    seconds: float = await database.fetchval(AGE)
    RETENTION_LAST_RUN_SECONDS.set(seconds)
    return seconds


def is_late(seconds: float) -> bool:
    """Whether somebody must look why the job did not run."""
    return seconds > ALARM_AFTER.total_seconds()


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
    return not is_late(seconds)
