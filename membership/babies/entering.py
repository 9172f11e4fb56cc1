"""Entering a stage: recorded once, in the transaction that brings it about, and told to others by a job.

Nothing stands in clear: a row is a keyed hash of baby and stage, and a job seals whom it names, for a job of this night
with a baby's name is a birth date. What is told is looked at again when it is told, with the baby held: whoever ended,
put away or withdrew in between has the last word.
"""

import base64
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from foundation import clock, database, jobs
from foundation.secrets import HOUSE, place, vault
from foundation.transactions import transactional, within_transaction
from membership import authorizations
from membership.authorizations import Purpose
from membership.babies import doors, hearers
from membership.babies.records import COLUMNS, BabyRecord
from membership.babies.stages import PREGNANT, Stage, began_on, stage_on

STAGES_ENTERED = "babies.stages_entered"
MOST_IN_A_JOB = 200
"""Telling of so many takes a fifth of a second. In the first night of a million babies a job for each would be a queue
of hours."""

_STANDS = authorizations.STANDING.format(member="baby.member_id", purpose="'service'")
_MAY = f"""baby JOIN member mother ON mother.id = baby.member_id AND mother.status = 'active'
 WHERE baby.status = 'open' AND {_STANDS}"""
# The lock makes what ends meanwhile wait, or wins the wait for it: what ended never enters a stage.
ENTER = f"""
WITH held AS (
  SELECT baby.id AS baby_id, entering.mark FROM unnest($1::uuid[], $2::uuid[]) AS entering (baby_id, mark), {_MAY}
     AND baby.id = entering.baby_id
   ORDER BY baby.id FOR SHARE OF baby)
INSERT INTO baby_stage (id, baby_id, heard) SELECT mark, baby_id, false FROM held
ON CONFLICT (id) DO NOTHING RETURNING baby_id
"""  # noqa: S608  # our own constants
ONE = f"SELECT {COLUMNS} FROM {_MAY} AND baby.id = $1"  # noqa: S608  # as above
HEARD_FIRST = "UPDATE baby_stage SET heard = true WHERE id = $1 AND NOT heard"


class StagesEntered(msgspec.Struct, frozen=True):
    """The job: to look which stages these babies are in. Sealed by the house."""

    babies: str

    @classmethod
    def of(cls, babies: Sequence[UUID]) -> "StagesEntered":
        sealed = vault().house.seal(_PLACE, msgspec.json.encode(babies).decode())
        return cls(base64.b64encode(sealed).decode())

    def opened(self) -> list[UUID]:
        """Raises `secrets.Unreadable`."""
        return msgspec.json.decode(vault().house.unseal(_PLACE, base64.b64decode(self.babies)), type=list[UUID])


_PLACE = place("pgqueuer", "payload", STAGES_ENTERED, HOUSE)


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """What is heard. Never logged."""

    baby: BabyRecord
    stage: Stage
    began_on: date | None
    """The first day of the stage: long ago when the baby was added in the middle of it."""

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"Entered({self.baby.id})"


Hearer = Callable[[Entered], Awaitable[None]]

_hearers: list[tuple[Purpose, Hearer]] = []


def on_stage_entered(purpose: Purpose) -> Callable[[Hearer], Hearer]:
    """Registers a step that hears of every stage that a baby enters, if its mother authorized the purpose.

    Called once for each baby and stage, within one transaction that holds the baby. What it sends later must be looked
    at again then: a pregnancy can end in between. The module that registers belongs to `server.parts.JOBS`, or to the
    front page of its feature.
    """

    def register(hearer: Hearer) -> Hearer:
        _hearers.append((purpose, hearer))
        return hearer

    return register


def mark(baby_id: UUID, stage: Stage) -> UUID:
    """The id of the row that says that this baby entered this stage."""
    return UUID(bytes=vault().index("baby_stage", f"{baby_id}:{stage}")[:16])


@within_transaction
async def enter(babies: Iterable[BabyRecord]) -> int:
    """A step: records the stages of today that they have not been in before, and has them told; how many.

    Nothing for a baby that nobody may read: ended, put away, without the authorization, of a mother who is not active.
    """
    marks = {mark(baby.id, stage_on(baby.details, clock.today())): baby.id for baby in babies}
    if not marks:
        return 0
    rows = await database.fetch(ENTER, list(marks.values()), list(marks))
    entered = [row["baby_id"] for row in rows]
    parts = [entered[first : first + MOST_IN_A_JOB] for first in range(0, len(entered), MOST_IN_A_JOB)]
    await jobs.enqueue_many(STAGES_ENTERED, [StagesEntered.of(part) for part in parts])
    return len(rows)


@hearers.on_changed
async def changed(baby: BabyRecord) -> None:
    """A step: a baby was added, born or changed, and may be in another stage."""
    await enter([baby])


@hearers.on_destroyed
@within_transaction
async def forget(baby_id: UUID) -> None:
    """A step: the baby is gone."""
    await database.execute("DELETE FROM baby_stage WHERE baby_id = $1", baby_id)


@within_transaction
async def forget_pregnancy(baby_id: UUID) -> None:
    """A step: a year after the birth nothing says any more that there were stages before it."""
    marks = [mark(baby_id, stage) for stage in ("trying", *PREGNANT)]
    await database.execute("DELETE FROM baby_stage WHERE id = ANY($1)", marks)


@jobs.job(STAGES_ENTERED)
async def hear(job: StagesEntered) -> None:
    """Tells of each, whatever becomes of the others; what failed fails the job, which runs again."""
    failed: Exception | None = None
    for baby_id in job.opened():
        try:
            await tell_entered(baby_id)
        except Exception as error:
            failed = error
    if failed is not None:
        raise failed


@transactional
async def tell_entered(baby_id: UUID) -> bool:
    """Tells everybody of the stage that the baby is in now, the first time; whether it was the first."""
    await database.fetchval(doors.LOCK, baby_id)
    for baby in doors.readable(await database.fetch(ONE, baby_id)):
        stage = stage_on(baby.details, clock.today())
        if not await database.execute(HEARD_FIRST, mark(baby_id, stage)):
            return False
        entered = Entered(baby=baby, stage=stage, began_on=began_on(baby.details, stage))
        for purpose, hearer in _hearers:
            if await authorizations.stands(baby.member_id, purpose):
                await hearer(entered)
        return True
    return False
