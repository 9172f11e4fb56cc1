"""By the clock: what was put away a week ago is destroyed."""

from foundation import jobs
from membership.babies.putting_away import destroy_due


@jobs.by_the_clock("babies.destroy", "11 17 * * *")
async def destroy_what_was_put_away() -> int:
    """Nightly, in Shanghai; how many."""
    return await destroy_due()
