"""Doors: the only ways to what is known of a baby.

Each checks the reader's right and the mother's standing authorization in the statement that reads, so that leaving the
family, ending a share and taking back the authorization act on the very next read of everybody.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec
import structlog

from foundation import clock, database
from foundation.secrets import Unreadable
from foundation.transactions import within_transaction
from membership import authorizations
from membership.authorizations import AuthorizationRequired, Purpose
from membership.babies import ages
from membership.babies.details import BabyDetails, Status
from membership.babies.errors import BabyNotFound, GuardianOnly
from membership.babies.records import COLUMNS, BabyRecord, record
from membership.babies.stages import StageView, for_relative, view_on

Role = Literal["mother", "guardian", "relative"]

FIRST = UUID(int=0)

log = structlog.get_logger("babies")

_SERVICE = authorizations.STANDING.format(member="baby.member_id", purpose="'service'")
# A share ends for ever with either place in the family, his to whom it was given or hers who gave it: whoever comes
# back has another place, and she has to say it again. It does not end with a ban of the mother:
# that is about one person's membership, and the child is not banned. Her own sessions are over; its other guardian and
# the relatives go on reading. Jobs stop sending to her: their statements below ask for an active mother.
SEEN = f"""
WITH seen (baby_id, role) AS (
  SELECT id, 'mother' FROM baby WHERE member_id = $1
  UNION ALL
  SELECT share.baby_id, share.role
    FROM family_person person
    JOIN baby_share share ON share.person_id = person.id
    JOIN baby ON baby.id = share.baby_id AND baby.member_id <> $1
    JOIN family_person mother ON mother.id = share.giver_id AND mother.left_at IS NULL
     AND mother.member_id = baby.member_id
   WHERE person.member_id = $1 AND person.left_at IS NULL)
SELECT {COLUMNS}, seen.role, {_SERVICE} AS stands
  FROM seen JOIN baby ON baby.id = seen.baby_id AND baby.status = 'open'
"""  # noqa: S608  # our own constants
ONE_SEEN = f"{SEEN} WHERE baby.id = $2"
ALL_SEEN = f"{SEEN} ORDER BY seen.role <> 'mother', baby.member_id, baby.place"

HELD = f"SELECT {COLUMNS} FROM baby WHERE id = $1 AND status <> 'destroyed' FOR NO KEY UPDATE"  # noqa: S608  # as above
LOCK = "SELECT true FROM baby WHERE id = $1 AND status = 'open' FOR NO KEY UPDATE"

_STANDS_FOR = authorizations.STANDING.format(member="baby.member_id", purpose="$1")
# `service` is what a profile is kept for; every other purpose is a use of what is kept, and ends with it.
_MAY_BE_USED = f"(SELECT {_SERVICE} AND ($1 = 'service' OR {_STANDS_FOR}))"
# A page first and its conditions after, each a question about one row: a page costs its rows however many others there
# are. As a join and a condition, the planner at some sizes reads all mothers and authorizations for every page.
PAGE = f"""
SELECT {COLUMNS}, (SELECT mother.status = 'active' FROM member mother WHERE mother.id = baby.member_id)
                  AND {_MAY_BE_USED} AS stands
  FROM (SELECT * FROM baby WHERE id > $2 AND status = 'open' ORDER BY id LIMIT $3) baby
 ORDER BY baby.id
"""  # noqa: S608  # our own constants
THEIRS = f"""
SELECT {COLUMNS} FROM baby JOIN member mother ON mother.id = baby.member_id AND mother.status = 'active'
 WHERE baby.member_id = ANY($2::uuid[]) AND baby.status = 'open' AND {_MAY_BE_USED}
 ORDER BY baby.id
"""  # noqa: S608  # our own constants
_SINCE = "coalesce($3::timestamptz, 'infinity')"
_USED_SINCE = [
    authorizations.STANDING_SINCE.format(member="baby.member_id", purpose=purpose, since=_SINCE)
    for purpose in ("'service'", "$1")
]
FOR_STAFF = f"""
SELECT {COLUMNS}, {" AND ".join(_USED_SINCE)} AS stands FROM baby WHERE id = $2 AND status = 'open'
"""  # noqa: S608  # as above


class Glimpse(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader may see of a baby; `details` and `gestation` are None for a relative. Never logged."""

    id: UUID
    role: Role
    status: Status
    nickname: str
    age: ages.Age | None
    """None for a pregnancy."""
    gestation: ages.Gestation | None
    stage: StageView
    """Of today; as much of it as he may see."""
    details: BabyDetails | None

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"Glimpse({self.id})"


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """A baby for a screen of its own. Never logged and never sent: it holds the keys."""

    glimpse: Glimpse
    baby: BabyRecord | None
    """For a guardian; a relative gets no keys."""
    babies: list[BabyRecord]
    """Every baby of which this reader is a guardian."""

    def __repr__(self) -> str:
        """Names nobody, as above."""
        return f"Sight({self.glimpse.id})"


async def open_baby(reader_id: UUID, baby_id: UUID) -> BabyRecord:
    """A baby with its health data, for a guardian. One statement.

    Raises `BabyNotFound` (a stranger's too), `GuardianOnly` for a relative, `AuthorizationRequired`.
    """
    role, found = await _seen(reader_id, baby_id)
    if role == "relative":
        raise GuardianOnly
    return found


async def open_babies(guardian_id: UUID) -> list[BabyRecord]:
    """Every baby with its health data that this guardian may see: hers in the order in which she made them, then what
    is shared with him. None without an authorization. One statement."""
    rows = await database.fetch(ALL_SEEN, guardian_id)
    return [record(row) for row in rows if row["stands"] and row["role"] != "relative"]


async def glimpse(reader_id: UUID, baby_id: UUID) -> Glimpse:
    """What the reader may see of one. One statement. Raises `BabyNotFound`, `AuthorizationRequired`."""
    role, found = await _seen(reader_id, baby_id)
    return glimpse_of(found, role)


async def look(reader_id: UUID, baby_id: UUID) -> Sight:
    """For a screen: what the reader may see of one, and what he may read on from. One statement. Raises as
    `glimpse`."""
    rows = await database.fetch(ALL_SEEN, reader_id)
    role, found = _admitted(next((row for row in rows if row["id"] == baby_id), None))
    read = [row for row in rows if row["stands"] and row["role"] != "relative"]
    return Sight(
        glimpse=glimpse_of(found, role), baby=None if role == "relative" else found, babies=list(readable(read))
    )


async def babies_of(reader_id: UUID) -> list[Glimpse]:
    """What the reader may see of all, her own first; nothing of a mother whose authorization does not stand. One
    statement."""
    rows = await database.fetch(ALL_SEEN, reader_id)
    return [glimpse_of(record(row), row["role"]) for row in rows if row["stands"]]


@within_transaction
async def hold_baby(guardian_id: UUID, baby_id: UUID) -> BabyRecord:
    """A step: `open_baby` with the row locked until the commit, for whoever writes about the baby.

    Raises as `open_baby`.
    """
    # Locked first and looked at afterwards: what was withdrawn, ended or put away while we waited is seen.
    await database.fetchval(LOCK, baby_id)
    return await open_baby(guardian_id, baby_id)


@within_transaction
async def hold_to_replay(baby_id: UUID) -> BabyRecord | None:
    """A step, for whoever takes away once more in a restored database: with the row locked, put away or not, whatever
    her authorization is there. Nobody is shown anything of it. None: it is destroyed."""
    return next(readable(await database.fetch(HELD, baby_id)), None)


async def open_page(purpose: Purpose, after_id: UUID, limit: int) -> tuple[list[BabyRecord], UUID | None]:
    """For jobs: those of the next `limit` babies by id whose mothers are active and stand by their authorization for
    the service and the purpose, and where the next page begins (None: that was the last). A pregnancy that ended is in
    none. One statement."""
    rows = await database.fetch(PAGE, purpose, after_id, limit)
    return list(readable([row for row in rows if row["stands"]])), rows[-1]["id"] if len(rows) == limit else None


async def open_batch(purpose: Purpose, after_id: UUID = FIRST, limit: int = 1000) -> list[BabyRecord]:
    """The same, for whoever needs no place to go on from: as many, if there are; fewer than `limit` are the last. One
    statement, and others for those who may not be read."""
    found: list[BabyRecord] = []
    next_after: UUID | None = after_id
    while next_after is not None and len(found) < limit:
        page, next_after = await open_page(purpose, next_after, limit - len(found))
        found += page
    return found


async def open_theirs(purpose: Purpose, mothers: Collection[UUID]) -> list[BabyRecord]:
    """For jobs: all babies of these mothers, by id, as far as `open_batch` would open them. One statement."""
    return list(readable(await database.fetch(THEIRS, purpose, list(mothers))))


async def open_for_staff(baby_id: UUID, purpose: Purpose, since: datetime | None = None) -> BabyRecord:
    """For `disclosures`, which has asked who may look. `since`: by an authorization that stood then already.

    Raises `BabyNotFound`, `AuthorizationRequired`.
    """
    row = await database.fetchrow(FOR_STAFF, purpose, baby_id, since)
    if row is None:
        raise BabyNotFound
    if not row["stands"]:
        raise AuthorizationRequired
    return record(row)


def glimpse_of(found: BabyRecord, role: Role) -> Glimpse:
    details, sees_all = found.details, role != "relative"
    stage = view_on(details, clock.today())
    return Glimpse(
        id=found.id,
        role=role,
        status=details.status,
        nickname=details.nickname,
        age=stage.age,
        gestation=stage.gestation if sees_all else None,
        stage=stage if sees_all else for_relative(stage),
        details=details if sees_all else None,
    )


async def _seen(reader_id: UUID, baby_id: UUID) -> tuple[Role, BabyRecord]:
    return _admitted(await database.fetchrow(ONE_SEEN, reader_id, baby_id))


def _admitted(row: asyncpg.Record | None) -> tuple[Role, BabyRecord]:
    if row is None:
        raise BabyNotFound
    if not row["stands"]:
        # Only the mother can do something about it, and to everybody else there is nothing any more.
        raise AuthorizationRequired if row["role"] == "mother" else BabyNotFound
    return row["role"], record(row)


def readable(rows: Sequence[asyncpg.Record]) -> Iterator[BabyRecord]:
    """For jobs: one damaged row must not keep all others from what is due."""
    for row in rows:
        try:
            yield record(row)
        except Unreadable:
            log.error("baby_unreadable", baby=str(row["id"]))
