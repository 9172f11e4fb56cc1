"""Babies whose authorization is gone: nobody can read them, so after a while there is no ground to keep them."""

from foundation import database
from foundation.transactions import transactional
from membership import authorizations
from membership.babies.doors import FIRST
from membership.babies.putting_away import HIDE_SOME, hide_unsaid

WITHDRAWN_DAYS = 30
"""After she took it back, or gave another without it: time to change her mind."""
EXPIRED_DAYS = 180
"""After it ran out: nobody has to remember a date to keep a child's curve."""
PAGE = 5000

_STANDS = authorizations.STANDING.format(member="{}", purpose="'service'")

# What still holds, or did not long ago: of an authorization that named the service, its end and its days of grace.
LAPSED = f"""
SELECT page.id, NOT {_STANDS.format("page.member_id")} AND NOT EXISTS (
    SELECT FROM given_authorization given
      JOIN authorized_purpose ticked ON ticked.authorization_id = given.id AND ticked.purpose = 'service'
     WHERE given.member_id = page.member_id
       AND least(given.ended_at + make_interval(days => $2), ticked.withdrawn_at + make_interval(days => $2),
                 given.valid_until + make_interval(days => $3)) > now()) AS lapsed
  FROM (SELECT id, member_id FROM baby WHERE status = 'open' AND id > $1 ORDER BY id LIMIT $4) page
 ORDER BY page.id
"""  # noqa: S608  # our own constants
# She may have authorized again a moment ago.
PUT_AWAY = f"{HIDE_SOME} AND NOT {_STANDS.format('baby.member_id')}"


async def put_away_lapsed() -> int:
    """Puts away what lapsed; how many."""
    total, after = 0, FIRST
    while page := await database.fetch(LAPSED, after, WITHDRAWN_DAYS, EXPIRED_DAYS, PAGE):
        after = page[-1]["id"]
        total += await _put_away([row["id"] for row in page if row["lapsed"]])
    return total


@transactional
async def _put_away(babies: list[object]) -> int:
    # No stones, of which the year after a new letter would lay a million: a restored database comes to the same by the
    # authorizations that it has and the stones of those that were taken back. Until it does, the doors are shut, and
    # her days to take it back begin anew: that is to her good.
    return len(await hide_unsaid(PUT_AWAY, babies)) if babies else 0
