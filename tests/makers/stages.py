"""Makers: what was heard of stages, and the walk over all babies."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import msgspec

from foundation import clock, database
from membership.authorizations import Purpose
from membership.babies import Entered, Stage, entering, walking


@contextmanager
def hearing(purpose: Purpose = "service") -> Iterator[list[tuple[UUID, Stage, date | None]]]:
    """What is heard meanwhile: (baby, stage, its first day)."""
    heard: list[tuple[UUID, Stage, date | None]] = []

    async def hear(entered: Entered) -> None:
        heard.append((entered.baby.id, entered.stage, entered.began_on))

    before = list(entering._hearers)
    entering.on_stage_entered(purpose)(hear)
    try:
        yield heard
    finally:
        entering._hearers[:] = before


async def entered(baby_id: UUID) -> dict[UUID, bool]:
    """The recorded stages of a baby by their marks, and whether they were told."""
    rows = await database.fetch("SELECT id, heard FROM baby_stage WHERE baby_id = $1", baby_id)
    return {row["id"]: row["heard"] for row in rows}


async def queued() -> dict[int, entering.StagesEntered]:
    """The jobs about stages by their ids."""
    rows = await database.fetch("SELECT id, payload FROM pgqueuer WHERE entrypoint = $1", entering.STAGES_ENTERED)
    return {row["id"]: msgspec.json.decode(row["payload"], type=entering.StagesEntered) for row in rows}


async def jobs_of(baby_id: UUID) -> int:
    """How many jobs about its stages are queued."""
    return sum(job.opened().count(baby_id) for job in (await queued()).values())


async def drop_jobs_of(baby_id: UUID) -> None:
    """Those that are about it alone."""
    dropped = [job_id for job_id, job in (await queued()).items() if job.opened() == [baby_id]]
    await database.execute("DELETE FROM pgqueuer WHERE id = ANY($1)", dropped)


async def walk_anew(day: date | None = None, *, after_id: UUID = walking.FIRST) -> date:
    """As if tonight's walk had not begun yet."""
    day = day or clock.today()
    await database.execute(
        "INSERT INTO stage_walk (day, after_id, finished) VALUES ($1, $2, false)"
        " ON CONFLICT (day) DO UPDATE SET after_id = $2, finished = false",
        day,
        after_id,
    )
    return day
