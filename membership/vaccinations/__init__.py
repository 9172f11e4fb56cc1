"""Vaccinations: a child's plan by the national schedule, what was given, 儿保 visits, reminders.

The plan is advice from dates alone, and every answer says that the clinic decides (`ALWAYS`). Schedules are dated
tables with their sources (`figures/README.md`); a plan remembers the edition it was made from, and a dose is judged by
the edition of its own day, so nobody is told to begin again. What was given counts, and what follows moves.
"""

from membership.vaccinations import jobs  # noqa: F401  # registers what the clock calls
from membership.vaccinations.calendars import CalendarEntry, EntryStatus, calendar_of, dose_name, ics_of
from membership.vaccinations.errors import DoseAlreadyRecorded, TooManyVaccinations, VaccinationNotFound
from membership.vaccinations.lines import PlannedDose, Status
from membership.vaccinations.queries import SHEET, Course, NextThing, PlanView, next_from, plan_for, plan_of
from membership.vaccinations.recording import Correction, DoseGiven, Written, choose, correct, record, remove, skip
from membership.vaccinations.remarks import ALWAYS, GIVEN, WORDS, Remark
from membership.vaccinations.vaccines import OUTSIDE, SERIES, VACCINES

__all__ = [
    "ALWAYS",
    "GIVEN",
    "OUTSIDE",
    "SERIES",
    "SHEET",
    "VACCINES",
    "WORDS",
    "CalendarEntry",
    "Correction",
    "Course",
    "DoseAlreadyRecorded",
    "DoseGiven",
    "EntryStatus",
    "NextThing",
    "PlanView",
    "PlannedDose",
    "Remark",
    "Status",
    "TooManyVaccinations",
    "VaccinationNotFound",
    "Written",
    "calendar_of",
    "choose",
    "correct",
    "dose_name",
    "ics_of",
    "next_from",
    "plan_for",
    "plan_of",
    "record",
    "remove",
    "skip",
]
