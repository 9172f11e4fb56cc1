"""By the clock: assesses anew the members whose validity is over."""

from foundation import database, jobs
from foundation.transactions import transactional
from membership.tiers.ledger import TODAY
from membership.tiers.standings import Stored, assess

BATCH = 200

# Standings that are locked at the moment are skipped: their own step assesses them, or the next run does.
LOCK_ENDED = f"""
SELECT member_id, level_id, valid_until FROM tier_standing WHERE valid_until < {TODAY}
 ORDER BY valid_until LIMIT $1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608  # only our own constant is filled in


@jobs.by_the_clock("tiers.end_of_validity", "10 * * * *")
async def assess_ended() -> int:
    """Assesses everyone whose validity is over, batch by batch; how many. Running it twice changes nothing."""
    members = 0
    while batch := await assess_batch():
        members += batch
    return members


@transactional
async def assess_batch() -> int:
    """One batch in one transaction."""
    rows = await database.fetch(LOCK_ENDED, BATCH)
    for row in rows:
        await assess(Stored(row["member_id"], row["level_id"], row["valid_until"]))
    return len(rows)
