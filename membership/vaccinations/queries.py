"""Reads: the plan, and what comes next."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from foundation import clock
from membership import babies
from membership.vaccinations import sheets
from membership.vaccinations.courses import choose_course
from membership.vaccinations.lines import PlannedDose, Status
from membership.vaccinations.planning import open_doses, plan
from membership.vaccinations.schedules import in_force
from membership.vaccinations.sheets import Sheet
from membership.vaccinations.vaccines import VACCINES
from membership.vaccinations.visits import visits

SOON = timedelta(days=366)
"""What is a year away or more is no next visit: of it the plan tells."""

SHEET = "(SELECT content_sealed FROM vaccination_sheet WHERE baby_id = {baby})"
"""For a statement that reads more than this: `.format(baby="$1")`; its value goes to `next_from`."""


class Course(msgspec.Struct, frozen=True):
    """A series that can be done with either of several vaccines."""

    series: str
    vaccine: str
    """The one whose course the plan follows."""
    choices: list[str]


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """A child's plan. Never logged."""

    edition: str
    title: str
    newer_edition: str | None
    """The edition in force, when the plan was made from an older one."""
    courses: list[Course]
    doses: list[PlannedDose]


class NextThing(msgspec.Struct, frozen=True, kw_only=True):
    """What comes next: doses, a visit, or both on one day. What is past its recommended age is counted and no more: it
    may have been given and not written down, and would hide for ever what comes. Never logged."""

    day: date | None
    """Today, when it is due already. None when nothing else comes within a year."""
    vaccines: list[str]
    """Chinese names."""
    visit: str | None
    overdue: int
    """How many series have a dose that is past its recommended age: each is one vaccine to the mother, whose first
    missing dose has to come before any other."""


async def plan_of(reader_id: UUID, baby_id: UUID) -> PlanView:
    """The plan, for a guardian. Two statements. Raises as `babies.open_baby`, and `NotBornYet`."""
    return await plan_for(await babies.open_baby(reader_id, baby_id))


async def plan_for(baby: babies.BabyRecord) -> PlanView:
    """The plan of a baby that the caller has opened. One statement. Raises `NotBornYet`."""
    today = clock.today()
    return _view(baby, await sheets.read(baby), today)


def next_from(baby: babies.BabyRecord, sealed: bytes | None) -> NextThing | None:
    """What comes next for a baby that was opened, from the value of `SHEET` that was read together with other things.
    None for a pregnancy, and when nothing is late and nothing comes within a year."""
    if baby.details.birth_date is None:
        return None
    today = clock.today()
    visit = next((visit for visit in visits(born_on(baby)) if visit.day >= today), None)
    # What comes after the visit, or after another dose of its series, is not what comes next; nor is it overdue.
    until = visit.day if visit is not None else today + SOON
    found = still_open(baby, sheets.open_sheet(baby, sealed), today, next_until=until)
    lines = [line for line in found if line.is_pressing and day_of(line, today) <= until]
    doses = [(day_of(line, today), line) for line in lines if line.status != Status.OVERDUE]
    days = [day for day, _ in doses] + ([] if visit is None else [visit.day])
    if not days and not lines:
        return None
    first = min(days, default=None)
    return NextThing(
        day=first,
        vaccines=[VACCINES[line.vaccine].name for day, line in doses if day == first],
        visit=visit.name if visit is not None and visit.day == first else None,
        overdue=sum(line.status == Status.OVERDUE for line in lines),
    )


def planned(baby: babies.BabyRecord, sheet: Sheet, today: date) -> list[PlannedDose]:
    """The lines of a baby's plan. Raises `NotBornYet`."""
    return plan(
        sheet.schedule(),
        born_on(baby),
        baby.details.sex,
        given=sheet.given,
        skipped=sheet.skipped,
        today=today,
        wanted=sheet.wanted,
    )


def still_open(
    baby: babies.BabyRecord, sheet: Sheet, today: date, *, next_until: date | None = None
) -> list[PlannedDose]:
    """Those of them that are open, as `planning.open_doses`. Raises `NotBornYet`."""
    return open_doses(
        sheet.schedule(),
        born_on(baby),
        baby.details.sex,
        given=sheet.given,
        skipped=sheet.skipped,
        today=today,
        wanted=sheet.wanted,
        next_until=next_until,
    )


def born_on(baby: babies.BabyRecord) -> date:
    """Raises `NotBornYet`."""
    if baby.details.birth_date is None:
        raise babies.NotBornYet
    return baby.details.birth_date


def day_of(line: PlannedDose, today: date) -> date:
    """The day on which an open dose stands in the calendar: today when it could have been before."""
    assert line.earliest is not None, "an open dose can be given some day"
    return max(line.earliest, today)


def _view(baby: babies.BabyRecord, sheet: Sheet, today: date) -> PlanView:
    schedule, newest = sheet.schedule(), in_force(today).code
    first = {(dose.series, dose.number): dose for dose in sheet.given}
    courses = [
        Course(
            series=series,
            vaccine=choose_course(series, choices, first, sheet.wanted)[0].vaccine,
            choices=[course[0].vaccine for course in choices],
        )
        for series, choices in schedule.courses.items()
        if len(choices) > 1
    ]
    return PlanView(
        edition=schedule.code,
        title=schedule.title,
        newer_edition=newest if newest != schedule.code else None,
        courses=courses,
        doses=planned(baby, sheet, today),
    )
