"""Authorizations that are about to run out or have a newer text, for whoever keeps something by them and tells her.

One whose text has a newer one that asks anew is among them: nobody reads by it any more, but what was kept by it goes
only some time after its end.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from foundation import clock, database
from foundation.transactions import within_transaction
from membership.authorizations.models import Purpose

_TICKED = """EXISTS (SELECT FROM authorized_purpose ticked WHERE ticked.authorization_id = given.id
  AND ticked.withdrawn_at IS NULL AND ticked.purpose = $1)"""
_RUNS = "given.ended_at IS NULL AND given.valid_until > now()"
_COLUMNS = "given.id, given.member_id, given.valid_until"
ENDING = f"""
SELECT {_COLUMNS} FROM given_authorization given
 WHERE given.valid_until < $2 AND (given.valid_until, given.id) > ($3, $4) AND {_RUNS} AND {_TICKED}
 ORDER BY given.valid_until, given.id LIMIT $5
"""  # noqa: S608  # our own constants
# By the morning after the publication, and for two weeks, in which a morning may fail; `asks_anew` as in `COUNTS`.
NEWS_DAYS = 14
OUTDATED = f"""
SELECT {_COLUMNS} FROM given_authorization given
 WHERE (given.valid_until, given.id) > ($2, $3) AND {_RUNS} AND {_TICKED}
   AND given.text_id < (SELECT max(version) FROM authorization_text WHERE asks_anew AND published_at <= now()
                           AND published_at > now() - make_interval(days => $5))
 ORDER BY given.valid_until, given.id LIMIT $4
"""  # noqa: S608  # as above
# Whoever renews, refuses or takes back changes this row: she waits for us, or we for her, and see then what she did.
HOLD = f"""
SELECT {_COLUMNS} FROM given_authorization given
 WHERE given.id = ANY($2::uuid[]) AND {_RUNS} AND {_TICKED} ORDER BY given.id FOR SHARE
"""  # noqa: S608  # as above


class Ending(msgspec.Struct, frozen=True):
    """An authorization that was not taken back or replaced, and until when."""

    id: UUID
    member_id: UUID
    valid_until: datetime

    @property
    def day(self) -> date:
        """The Shanghai day on which it ends."""
        return clock.business_day(self.valid_until)


async def ending(purpose: Purpose, before: datetime, after: Ending | None, limit: int) -> list[Ending]:
    """The next that were given for the purpose and end before an instant, by their end."""
    return [Ending(**row) for row in await database.fetch(ENDING, purpose, before, *_since(after), limit)]


async def outdated(purpose: Purpose, after: Ending | None, limit: int) -> list[Ending]:
    """The next that were given for the purpose by a text of which a newer one lately asks anew, by their end."""
    return [Ending(**row) for row in await database.fetch(OUTDATED, purpose, *_since(after), limit, NEWS_DAYS)]


def _since(after: Ending | None) -> tuple[datetime, UUID]:
    return (clock.now(), UUID(int=0)) if after is None else (after.valid_until, after.id)


@within_transaction
async def hold_ending(purpose: Purpose, found: Sequence[Ending]) -> list[Ending]:
    """A step: those of them of which that still holds, and does so until the commit."""
    rows = await database.fetch(HOLD, purpose, [each.id for each in found])
    return [Ending(**row) for row in rows]
