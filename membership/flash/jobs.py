"""By the clock: what a sale that is over did not sell returns to the shelf."""

from foundation import jobs
from membership.flash.announcing import close_next


@jobs.by_the_clock("flash.close", "* * * * *")
async def close_over() -> int:
    """Closes every sale that is over; how many. Running it twice changes nothing."""
    closed = 0
    while await close_next():
        closed += 1
    return closed
