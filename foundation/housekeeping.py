"""What the ground sweeps up by the clock: idempotency keys, WeChat's messages, the log of finished jobs."""

from datetime import timedelta

from foundation import idempotency, jobs
from foundation.sweeping import sweep
from foundation.wechat import inbox

KEEP_JOB_LOG = timedelta(days=14)


@jobs.by_the_clock("ground.forget_keys", "7 18 * * *")
async def forget_keys() -> int:
    """Deletes idempotency keys older than a week; the number of them."""
    return await idempotency.forget_old_keys()


@jobs.by_the_clock("ground.forget_job_log", "27 18 * * *")
async def forget_job_log() -> int:
    """Deletes the log of jobs that ended two weeks ago; the number of lines."""
    return await sweep("pgqueuer_log", "created < now() - make_interval(secs => $1)", KEEP_JOB_LOG.total_seconds())


@jobs.by_the_clock("ground.forget_messages", "37 18 * * *")
async def forget_messages() -> int:
    """Deletes what WeChat pushed a month ago; the number of messages."""
    return await inbox.forget_old_messages()
