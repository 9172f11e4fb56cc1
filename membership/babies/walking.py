"""By the clock: after midnight in Shanghai every baby is looked at, for the stage that it enters today.

Which baby enters one stands in sealed days, so all are opened, in batches of one transaction each. How far the walk
came is written with the batch: a worker that is killed loses one batch, another goes on from there, and two at once
take turns.
"""

from datetime import date
from uuid import UUID

import msgspec
import structlog

from foundation import clock, database, jobs
from foundation.transactions import transactional
from membership.babies import doors, entering
from membership.babies.doors import FIRST
from membership.babies.records import BabyRecord
from membership.babies.stages import stage_on

BATCH = 2000
"""Opening so many takes some 60 ms, for which the worker's other jobs wait."""
WALK = "babies.walk"
TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
# A question for each, as a page of babies is: as a list the planner at some sizes reads the whole table for it.
NEW = """
SELECT mark FROM unnest($1::uuid[]) AS mark WHERE (SELECT true FROM baby_stage WHERE id = mark) IS NULL
"""

log = structlog.get_logger("babies")


class Walk(msgspec.Struct, frozen=True):
    day: date


class Walked(msgspec.Struct, frozen=True):
    """What one batch did."""

    babies: int
    entered: int
    finished: bool


# A minute past: to a clock that is a little behind, midnight would still be yesterday.
@jobs.by_the_clock("babies.stages", "1 16 * * *")
@transactional
async def begin() -> bool:
    """Begins the walk of the day, once; whether it had not begun before."""
    await database.execute(f"DELETE FROM stage_walk WHERE day < {TODAY} - 1")  # noqa: S608  # our own constant
    day = await database.fetchval(
        f"INSERT INTO stage_walk (day, after_id, finished) VALUES ({TODAY}, $1, false)"  # noqa: S608  # as above
        " ON CONFLICT (day) DO NOTHING RETURNING day",
        FIRST,
    )
    if day is not None:
        await jobs.enqueue(WALK, Walk(day))
    return day is not None


@jobs.job(WALK)
async def walk(job: Walk) -> None:
    """Goes on with the walk of that day until it is finished; of a day that was walked, nothing happens."""
    babies = entered = 0
    while True:
        batch = await walk_batch(job.day)
        babies, entered = babies + batch.babies, entered + batch.entered
        if batch.finished:
            break
    log.info("stages_walked", day=str(job.day), babies=babies, entered=entered)


@transactional
async def walk_batch(day: date) -> Walked:
    """The next babies. Who comes at the same time waits for this batch and takes the one after it."""
    walked = await database.fetchrow("SELECT after_id, finished FROM stage_walk WHERE day = $1 FOR UPDATE", day)
    if walked is None or walked["finished"]:
        return Walked(0, 0, finished=True)
    found, next_after = await doors.open_page("service", walked["after_id"], BATCH)
    entered = await entering.enter(await _not_known(found))
    await database.execute(
        "UPDATE stage_walk SET after_id = coalesce($2, after_id), finished = $2 IS NULL WHERE day = $1", day, next_after
    )
    return Walked(len(found), entered, finished=next_after is None)


async def _not_known(found: list[BabyRecord]) -> list[BabyRecord]:
    """Those of whom it is not recorded that they are in their stage: few, except in the first night."""
    today = clock.today()
    marks: dict[UUID, BabyRecord] = {entering.mark(baby.id, stage_on(baby.details, today)): baby for baby in found}
    return [marks[row["mark"]] for row in await database.fetch(NEW, list(marks))]
