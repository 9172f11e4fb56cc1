"""By the clock: posts the expiry of lots whose last day is over."""

import msgspec

from foundation import database, jobs
from foundation.transactions import transactional
from membership.points.posting import TODAY, expire_overdue

BATCH = 500

# Accounts that are locked at the moment are skipped: their own step expires first, and the next run comes in an hour.
LOCK_OVERDUE = f"""
SELECT member_id FROM points_account
 WHERE member_id IN (SELECT member_id FROM points_lot WHERE remaining > 0 AND expires_on < {TODAY}
                     ORDER BY expires_on LIMIT $1)
 ORDER BY member_id FOR UPDATE SKIP LOCKED
"""  # noqa: S608  # only our own constant is filled in


class Expired(msgspec.Struct, frozen=True):
    """What was posted: how many members lost points, and how many points."""

    members: int
    points: int


@jobs.by_the_clock("points.expiry", "5 * * * *")
async def expire() -> Expired:
    """Expires everything that is overdue, batch by batch. Running it twice changes nothing."""
    members = points = 0
    while True:
        batch = await expire_batch()
        if batch.members == 0:
            return Expired(members, points)
        members, points = members + batch.members, points + batch.points


@transactional
async def expire_batch() -> Expired:
    """One batch in one transaction."""
    rows = await database.fetch(LOCK_OVERDUE, BATCH)
    return Expired(*await expire_overdue([row["member_id"] for row in rows]))
