"""By the clock: forgetting codes that no sale can bring any more."""

from foundation import jobs
from foundation.sweeping import sweep

KEEP_DAYS = 401
"""A till that was offline may post a sale that is 400 days old; until then its code must be known as used."""


@jobs.by_the_clock("cards.forget_uses", "41 18 * * *")
async def forget_old_uses() -> int:
    """Deletes uses older than any sale that is still accepted; the number of them."""
    return await sweep("card_code_use", "used_at < now() - make_interval(days => $1)", KEEP_DAYS)
