"""Makers: what a child was given."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

import time_machine

from foundation import clock, database
from membership import babies, vaccinations
from membership.vaccinations import DoseGiven, PlannedDose

LONG_AGO = date(2000, 1, 1)
QUIET_DAY = date(2027, 3, 15)


async def give(guardian_id: UUID, baby_id: UUID, given_on: date, *doses: tuple[str, int]) -> None:
    """Records doses of one day, with the vaccines that the plan names."""
    await vaccinations.record(guardian_id, baby_id, given_on, [DoseGiven(*dose) for dose in doses])


async def lines(guardian_id: UUID, baby_id: UUID) -> dict[tuple[str, int], PlannedDose]:
    """The plan by series and number."""
    plan = await vaccinations.plan_of(guardian_id, baby_id)
    return {(line.series, line.number): line for line in plan.doses}


async def catch_up(guardian_id: UUID, baby_id: UUID, until: date | None = None) -> None:
    """Gives what could be given up to a day (yesterday), each at its earliest, so that nothing old is open."""
    until = until or clock.today() - timedelta(days=1)
    while ready := [
        line
        for line in (await lines(guardian_id, baby_id)).values()
        if line.earliest is not None and line.earliest <= until and _is_next(line)
    ]:
        line = min(ready, key=lambda line: line.earliest or LONG_AGO)
        await give(guardian_id, baby_id, line.earliest or until, (line.series, line.number))


def _is_next(line: PlannedDose) -> bool:
    return line.status in (vaccinations.Status.DUE, vaccinations.Status.OVERDUE)


async def opened(guardian_id: UUID, baby_id: UUID) -> babies.BabyRecord:
    return await babies.open_baby(guardian_id, baby_id)


async def next_of(baby: babies.BabyRecord) -> vaccinations.NextThing | None:
    """What comes next for it, as the home screen reads it."""
    sheet = await database.fetchval(f"SELECT {vaccinations.SHEET.format(baby='$1')}", baby.id)
    return vaccinations.next_from(baby, sheet)


def a_quiet_day() -> Iterator[date]:
    """For a fixture: this day is today, because at some ends of months nobody becomes three months old."""
    with time_machine.travel(datetime.combine(QUIET_DAY, time(9, 30), clock.SHANGHAI), tick=True):
        yield QUIET_DAY
