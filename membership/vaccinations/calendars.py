"""The calendar of a child: doses and 儿保 visits, as a list and as a file for the phone's calendar."""

import importlib
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock
from membership import babies
from membership.vaccinations import sheets
from membership.vaccinations.lines import OPEN, PlannedDose, Status
from membership.vaccinations.queries import born_on, day_of, planned
from membership.vaccinations.vaccines import VACCINES
from membership.vaccinations.visits import Visit, visits

EntryStatus = Literal["upcoming", "due", "overdue", "done", "past"]


class CalendarEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on one day. Never logged."""

    day: date
    """When it was done, or when it can be; today for what could have been before."""
    kind: Literal["vaccination", "visit"]
    key: str
    """`HepB-2`, `visit-8m`: the same for ever."""
    name: str
    status: EntryStatus
    """`past` is a visit whose day is over; whether she went is not kept."""


async def calendar_of(reader_id: UUID, baby_id: UUID) -> list[CalendarEntry]:
    """Everything by day, for a guardian. Two statements. Raises as `babies.open_baby`, and `NotBornYet`."""
    baby = await babies.open_baby(reader_id, baby_id)
    today = clock.today()
    lines = planned(baby, await sheets.read(baby), today)
    entries = [_dose(line, today) for line in lines if line.status in (*OPEN, Status.DONE)]
    entries += [_visit(visit, today) for visit in visits(born_on(baby))]
    return sorted(entries, key=lambda entry: entry.day)


async def ics_of(reader_id: UUID, baby_id: UUID) -> bytes:
    """The same as an iCalendar file: what is still to come. Nothing in it says which child. As `calendar_of`."""
    coming = [entry for entry in await calendar_of(reader_id, baby_id) if entry.status not in ("done", "past")]
    # The library takes 7 MB that a process which is never asked for a calendar can do without.
    writer = importlib.import_module("membership.vaccinations.ics")
    written: bytes = writer.write(baby_id, coming)
    return written


def dose_name(vaccine: str, number: int) -> str:
    """乙肝疫苗 第2剂"""
    return f"{VACCINES[vaccine].name} 第{number}剂"


def _dose(line: PlannedDose, today: date) -> CalendarEntry:
    done = line.status == Status.DONE
    return CalendarEntry(
        day=line.given_on or today if done else day_of(line, today),
        kind="vaccination",
        key=f"{line.series}-{line.number}",
        name=dose_name(line.vaccine, line.number),
        status=line.status.value,  # type: ignore[arg-type]  # the caller picked the statuses that an entry can have
    )


def _visit(visit: Visit, today: date) -> CalendarEntry:
    return CalendarEntry(
        day=visit.day,
        kind="visit",
        key=f"visit-{visit.code}",
        name=visit.name,
        status="past" if visit.day < today else "upcoming",
    )
