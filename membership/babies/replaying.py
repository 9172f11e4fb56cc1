"""Steps: what she took away stays so in a restored database, and what she brought back is not destroyed there."""

from datetime import datetime

from foundation import clock, database, stones
from foundation.transactions import within_transaction
from membership import authorizations, members
from membership.babies import hearers
from membership.babies.putting_away import BRING_BACK
from membership.babies.records import COLUMNS, record
from membership.babies.said import SEEN, SHARED, Seen, Shared

HIDE_AGAIN = """
UPDATE baby SET status = 'hidden', place = NULL, hidden_on = $2
  FROM (SELECT id, status FROM baby WHERE id = $1 AND status <> 'destroyed' FOR NO KEY UPDATE) before
 WHERE baby.id = before.id RETURNING before.status
"""
HIDDEN = f"""
SELECT {COLUMNS}, (SELECT count(*) FROM baby hers WHERE hers.member_id = baby.member_id) AS babies
  FROM baby WHERE id = $1 AND status = 'hidden'
"""  # noqa: S608  # our own constant
STOP = "DELETE FROM baby_share WHERE baby_id = $1 AND person_id = $2"
SHOW_LESS = "UPDATE baby_share SET role = 'relative' WHERE baby_id = $1 AND person_id = $2 AND role = 'guardian'"


@stones.replays(SEEN)
@within_transaction
async def see_again(said: Seen, at: datetime) -> bool:
    """Puts it away once more, since the day on which she did it: the seven days go on. Or brings it back once more,
    which the restored database would destroy. What is destroyed stays so."""
    if said.there:
        return await _bring_back(said)
    before: str | None = await database.fetchval(HIDE_AGAIN, said.baby_id, clock.business_day(at))
    if before == "open":
        await hearers.tell_put_away([said.baby_id])
    return before == "open"


async def _bring_back(said: Seen) -> bool:
    """Whatever the number of her babies: she did it when there was room."""
    mother = await database.fetchval("SELECT member_id FROM baby WHERE id = $1", said.baby_id)
    if mother is None:
        return False
    await members.hold_one(mother)  # it takes a place
    row = await database.fetchrow(HIDDEN, said.baby_id)
    if row is None or not await database.execute(BRING_BACK, row["member_id"], said.baby_id, row["babies"]):
        return False
    if await authorizations.stands(row["member_id"], "service"):
        await hearers.tell_changed(record(row))
    return True


@stones.replays(SHARED)
@within_transaction
async def share_again(said: Shared, at: datetime) -> bool:
    """Takes a share away once more, or what is more than she said last; gives nothing, as nothing else is given again
    that a backup has lost."""
    if said.role == "guardian":
        return False
    return bool(await database.execute(STOP if said.role is None else SHOW_LESS, said.baby_id, said.person_id))
