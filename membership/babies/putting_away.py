"""Writes: putting a baby away, by one tap and without a question; and the destruction that follows.

A pregnancy that ended and a profile that is not wanted any more are one verb: nobody has to say which, and no row tells
later. From the commit on no door opens it and no job finds it, so no message is made of it. For seven days a mistaken
tap can be taken back; then the key is destroyed, and with it everything that was sealed.
"""

from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import transactional, within_transaction
from membership import authorizations, members
from membership.babies import doors, hearers, said
from membership.babies.errors import BabyNotFound, OnlyTheMother, TooManyBabies
from membership.babies.hearers import Destruction
from membership.babies.models import MOST_BABIES
from membership.babies.records import COLUMNS, record
from membership.babies.writing import hers, require_one_plan

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
KEEP_HIDDEN_DAYS = 7
BATCH = 200

_HIDE = f"UPDATE baby SET status = 'hidden', place = NULL, hidden_on = {TODAY} WHERE status = 'open'"  # noqa: S608  # our own
HIDE_ONE = f"{_HIDE} AND id = $2 AND member_id = $1"
HIDE_SOME = f"{_HIDE} AND id = ANY($1::uuid[])"
BRING_BACK = """
UPDATE baby SET status = 'open', hidden_on = NULL, place = free.place
  FROM (SELECT place FROM generate_series(1, $3::int) place
         WHERE NOT EXISTS (SELECT FROM baby taken WHERE taken.member_id = $1 AND taken.place = place.place)
         ORDER BY place LIMIT 1) free
 WHERE id = $2 AND member_id = $1 AND status = 'hidden'
   AND (SELECT count(*) FROM baby others WHERE others.member_id = $1 AND others.status = 'open') < $3
"""
_STANDS = authorizations.STANDING.format(member="$1", purpose="'service'")
# What is due is as good as destroyed, although the clock has not come round yet.
STILL_THERE = f"""
SELECT {COLUMNS}, hidden_on + $2::int - 1 AS until, {_STANDS} AS stands FROM baby
 WHERE member_id = $1 AND status = 'hidden' AND hidden_on > {TODAY} - $2::int ORDER BY hidden_on DESC, id
"""  # noqa: S608  # our own constants
DUE = f"SELECT id FROM baby WHERE status = 'hidden' AND hidden_on <= {TODAY} - $1::int ORDER BY id LIMIT $2"  # noqa: S608  # as above


class PutAway(msgspec.Struct, frozen=True):
    """One that can be brought back, and the last day on which it can. `nickname` is None where she needs none to tell
    it from others, and while her authorization does not stand. Never logged."""

    id: UUID
    until: date
    nickname: str | None

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"PutAway({self.id})"


async def put_away_babies(member_id: UUID) -> list[PutAway]:
    """What a mistaken tap has hidden and can be taken back, the last first. One statement."""
    rows = await database.fetch(STILL_THERE, member_id, KEEP_HIDDEN_DAYS)
    named = len(rows) > 1
    return [
        PutAway(row["id"], row["until"], record(row).details.nickname if named and row["stands"] else None)
        for row in rows
    ]


@transactional
async def put_away(member_id: UUID, baby_id: UUID) -> None:
    """Hides a baby of hers from everybody at once and lines it up for destruction. Again: nothing happens.

    Needs no authorization: to stop is always possible. Raises `BabyNotFound`, and `OnlyTheMother` for another guardian
    or a relative who sees it.
    """
    if await hide(HIDE_ONE, member_id, baby_id) or await _status(member_id, baby_id) is not None:
        return
    await doors.glimpse(member_id, baby_id)
    raise OnlyTheMother


@transactional
async def bring_back(member_id: UUID, baby_id: UUID) -> None:
    """Takes back a tap, as long as nothing was destroyed; of a baby that is there, nothing happens.

    Raises `BabyNotFound`, `TooManyBabies`, `AlreadyTrying`, `AuthorizationRequired`.
    """
    await members.hold_one(member_id)  # it takes a place
    if await database.execute(BRING_BACK, member_id, baby_id, MOST_BABIES):
        baby = await doors.open_baby(member_id, baby_id)
        if baby.details.trying:
            require_one_plan(baby.details, [each for each in await hers(member_id) if each.id != baby_id])
        await said.seen([baby_id], there=True)
        await hearers.tell_changed(baby)
        return
    status = await _status(member_id, baby_id)
    if status == "hidden":
        raise TooManyBabies
    if status != "open":
        raise BabyNotFound


@within_transaction
async def hide(statement: str, *arguments: object) -> int:
    """Hides what one of the statements above means, because she did something; how many."""
    hidden = await hide_unsaid(statement, *arguments)
    await said.seen(hidden, there=False)
    return len(hidden)


@within_transaction
async def hide_unsaid(statement: str, *arguments: object) -> list[UUID]:
    """Hides what a statement means, without a stone, and has taken back what was said of it; which ones.

    For what a restored database comes to by itself.
    """
    hidden = [row["id"] for row in await database.fetch(f"{statement} RETURNING id", *arguments)]
    if hidden:
        await hearers.tell_put_away(hidden)
    return hidden


@within_transaction
async def destroy_all(member_id: UUID) -> int:
    """Destroys the keys of all of hers now, hidden or not; how many. For an erasure; the caller holds her."""
    rows = await database.fetch(
        "SELECT id FROM baby WHERE member_id = $1 AND status <> 'destroyed' ORDER BY id FOR NO KEY UPDATE", member_id
    )
    for row in rows:
        await destroy(row["id"], "erased")
    return len(rows)


@within_transaction
async def destroy_one(baby_id: UUID, destruction: Destruction) -> bool:
    """Destroys one now, whatever state it is in; False when it is destroyed, or none. For a tombstone."""
    there = await database.fetchval(
        "SELECT true FROM baby WHERE id = $1 AND status <> 'destroyed' FOR NO KEY UPDATE", baby_id
    )
    if there:
        await destroy(baby_id, destruction)
    return bool(there)


async def destroy_due() -> int:
    """Destroys what was put away seven days ago; how many."""
    total = 0
    while rows := await database.fetch(DUE, KEEP_HIDDEN_DAYS, BATCH):
        for row in rows:
            total += await _destroy_if_due(row["id"])
    return total


@transactional
async def _destroy_if_due(baby_id: UUID) -> int:
    """Whether it was: somebody may have brought it back meanwhile."""
    due = await database.fetchval(
        f"SELECT true FROM baby WHERE id = $1 AND status = 'hidden' AND hidden_on <= {TODAY} - $2::int"  # noqa: S608  # as above
        " FOR NO KEY UPDATE",
        baby_id,
        KEEP_HIDDEN_DAYS,
    )
    if due:
        await destroy(baby_id, "put_away")
    return int(bool(due))


@within_transaction
async def destroy(baby_id: UUID, destruction: Destruction) -> None:
    """Whoever keeps something about it deletes that; its shares and its key go. The row stays and says nothing."""
    await hearers.tell_destroyed(baby_id)
    await hearers.tell_recorders(baby_id, destruction)
    await database.execute("DELETE FROM baby_share WHERE baby_id = $1", baby_id)
    await database.execute(
        "UPDATE baby SET status = 'destroyed', place = NULL, hidden_on = NULL, data_key = NULL, details_sealed = NULL"
        " WHERE id = $1",
        baby_id,
    )


async def _status(member_id: UUID, baby_id: UUID) -> str | None:
    status: str | None = await database.fetchval(
        "SELECT status FROM baby WHERE id = $2 AND member_id = $1", member_id, baby_id
    )
    return status
