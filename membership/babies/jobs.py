"""By the clock: what nobody may read any more is put away, and what was put away a week ago destroyed."""

from foundation import jobs
from membership.babies.lapsing import put_away_lapsed
from membership.babies.putting_away import destroy_due


@jobs.by_the_clock("babies.destroy", "11 17 * * *")
async def destroy_what_was_put_away() -> int:
    """Nightly, in Shanghai; how many."""
    return await destroy_due()


@jobs.by_the_clock("babies.lapse", "41 17 * * *")
async def put_away_what_lapsed() -> int:
    """Nightly, in Shanghai; how many."""
    return await put_away_lapsed()
