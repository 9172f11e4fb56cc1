"""By the clock: old messages go."""

from foundation import jobs
from foundation.sweeping import sweep

KEPT_DAYS = 180


@jobs.by_the_clock("notifications.forget", "17 18 * * *")
async def forget() -> int:
    """Deletes messages half a year old; the number of them."""
    return await sweep("notification", "created_at < now() - make_interval(days => $1)", KEPT_DAYS)
