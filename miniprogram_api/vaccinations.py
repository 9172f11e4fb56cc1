"""Vaccinations of a child and its calendar, for guardians. Every answer says that the clinic decides."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Raw, View
from membership import babies, vaccinations
from miniprogram_api.face import mothers

Series = Literal[
    "HepB",
    "BCG",
    "Polio",
    "DTaP",
    "MenAC",
    "MMR",
    "JE",
    "HepA",
    "HPV",
    "Varicella",
    "Hib",
    "Pneumococcus",
    "Rotavirus",
    "EV71",
    "Influenza",
    "Rabies",
    "COVID-19",
    "YellowFever",
    "Other",
]
"""The last ten are outside of the plan: they are written down beside it, and `vaccine` has to be said."""
Number = Annotated[int, Meta(ge=1, le=12, description="Which dose of the series.", examples=[2])]
VaccineCode = Annotated[str, Meta(min_length=1, max_length=20, examples=["DTaP-IPV-Hib"])]

CANNOT_READ = (babies.BabyNotFound, babies.GuardianOnly, babies.AuthorizationRequired, babies.NotBornYet)


class DoseIn(Body):
    """One dose. `vaccine` is the code of what was given; null: the one that the plan names."""

    series: Series
    number: Number
    vaccine: VaccineCode | None = None


class VisitIn(Body):
    """What she was given on one day."""

    given_on: date
    doses: Annotated[list[DoseIn], Meta(min_length=1, max_length=12)]


class CorrectionIn(Body):
    """What is changed; null stays as it is."""

    given_on: date | None = None
    number: Number | None = None
    vaccine: VaccineCode | None = None


class SkippedIn(Body):
    series: Series
    number: Number


class SkipsIn(Body):
    """What a doctor advised against."""

    doses: Annotated[list[SkippedIn], Meta(min_length=1, max_length=12)]


class PlanIn(Body):
    """`schedule`: the edition to follow from now on; null stays. `courses`: by series, the vaccine whose course is
    to be followed (`{"JE": "JE-I"}`)."""

    schedule: Annotated[str, Meta(max_length=20, examples=["nip-2026"])] | None = None
    courses: Annotated[dict[Annotated[str, Meta(max_length=8)], VaccineCode], Meta(max_length=9)] | None = None


class RemarkOut(View):
    """Something to know or to check with the clinic."""

    code: str
    text: str


class DoseOut(View):
    """One dose. `earliest`: from which day it can be given; `recommended_until`: the last recommended day, both
    included and null where there is none, as of a late dose that waits for its interval. `record` names the record of
    what was given or skipped; what one injection of a combined vaccine counts for has one record. `unrecorded`: a later
    dose is written down and this one is not, or it may have been in a combined vaccine (remark `in_combined`); nothing
    is reckoned from it."""

    series: str
    number: int
    vaccine: str
    name: str
    protects_against: str
    status: vaccinations.Status
    earliest: date | None
    recommended_until: date | None
    given_on: date | None
    record: str | None
    remarks: list[RemarkOut]


class CourseOut(View):
    """A series for which there are several vaccines, and the one that the plan follows."""

    series: str
    vaccine: str
    choices: list[str]


class VaccinationPlanOut(View):
    """The plan. `newer_schedule` is the edition in force when the plan follows an older one; it stays valid."""

    schedule: str
    schedule_title: str
    newer_schedule: str | None
    courses: list[CourseOut]
    doses: list[DoseOut]
    notice: str
    """以接种门诊安排为准。"""


class CalendarEntryOut(View):
    """One dose or one 儿保 visit. `day` is today for what could have been given before."""

    day: date
    kind: Literal["vaccination", "visit"]
    key: str
    name: str
    status: vaccinations.EntryStatus


class CalendarOut(View):
    items: list[CalendarEntryOut]
    notice: str


@mothers.get("/babies/{baby_id}/vaccinations", who="member", refuses=CANNOT_READ)
async def vaccination_plan(caller: Caller, baby_id: UUID) -> VaccinationPlanOut:
    """The vaccination plan: every dose, what was given, what is due, overdue or comes later.

    By the child's chronological age, for a preterm child too. A series is never begun again.
    """
    return await _plan(caller, baby_id)


@mothers.post(
    "/babies/{baby_id}/vaccinations",
    who="member",
    status=201,
    refuses=(*CANNOT_READ, vaccinations.DoseAlreadyRecorded, vaccinations.TooManyVaccinations),
)
async def record_vaccinations(caller: Caller, baby_id: UUID, body: VisitIn, key: IdempotencyKey) -> VaccinationPlanOut:
    """Record what was given on one day; what follows moves, and the answer is the plan as it is now.

    A dose that came too early or too soon is kept, with a remark to ask the clinic. A combined vaccine is recorded
    once, under any of its series, and counts for all; naming the others as well changes nothing.
    """
    doses = [vaccinations.DoseGiven(dose.series, dose.number, dose.vaccine) for dose in body.doses]
    await vaccinations.record(caller.subject, baby_id, body.given_on, doses)
    return await _plan(caller, baby_id)


@mothers.patch(
    "/babies/{baby_id}/vaccinations/{record}",
    who="member",
    refuses=(*CANNOT_READ, vaccinations.VaccinationNotFound, vaccinations.DoseAlreadyRecorded),
)
async def correct_vaccination(caller: Caller, baby_id: UUID, record: str, body: CorrectionIn) -> VaccinationPlanOut:
    """Correct the day, the number or the vaccine of a recorded dose; a combined vaccine goes on counting for all.

    What she recorded of the same injection and the new vaccine does not have in it is kept, as a record of its own.
    """
    correction = vaccinations.Correction(body.given_on, body.number, body.vaccine)
    await vaccinations.correct(caller.subject, baby_id, record, correction)
    return await _plan(caller, baby_id)


@mothers.delete(
    "/babies/{baby_id}/vaccinations/{record}", who="member", refuses=(*CANNOT_READ, vaccinations.VaccinationNotFound)
)
async def remove_vaccination(caller: Caller, baby_id: UUID, record: str) -> None:
    """Remove a record, of a dose given or skipped. The plan is as if it had never been. A combined vaccine goes with
    everything that it counted for."""
    await vaccinations.remove(caller.subject, baby_id, record)


@mothers.post(
    "/babies/{baby_id}/vaccinations/skips",
    who="member",
    refuses=(*CANNOT_READ, vaccinations.DoseAlreadyRecorded, vaccinations.TooManyVaccinations),
)
async def skip_vaccinations(caller: Caller, baby_id: UUID, body: SkipsIn) -> VaccinationPlanOut:
    """Note that a doctor advised against doses: they are not asked for, and hold nothing up.

    Saying so again changes nothing; `DELETE` on the record takes it back.
    """
    await vaccinations.skip(caller.subject, baby_id, [(dose.series, dose.number) for dose in body.doses])
    return await _plan(caller, baby_id)


@mothers.patch("/babies/{baby_id}/vaccinations", who="member", refuses=CANNOT_READ)
async def change_vaccination_plan(caller: Caller, baby_id: UUID, body: PlanIn) -> VaccinationPlanOut:
    """Choose between vaccines of a series, or move the plan to another edition of the schedule.

    What was given stays given. A course is chosen until its first dose was given; then that decides.
    """
    await vaccinations.choose(caller.subject, baby_id, edition=body.schedule, courses=body.courses or {})
    return await _plan(caller, baby_id)


@mothers.get("/babies/{baby_id}/calendar", who="member", refuses=CANNOT_READ)
async def baby_calendar(caller: Caller, baby_id: UUID) -> CalendarOut:
    """Doses and 儿保 visits by day: what was given, what is due, what comes."""
    entries = await vaccinations.calendar_of(caller.subject, baby_id)
    return CalendarOut(
        items=[
            CalendarEntryOut(day=entry.day, kind=entry.kind, key=entry.key, name=entry.name, status=entry.status)
            for entry in entries
        ],
        notice=vaccinations.ALWAYS,
    )


@mothers.get("/babies/{baby_id}/calendar.ics", who="member", refuses=CANNOT_READ, produces="text/calendar")
async def baby_calendar_file(caller: Caller, baby_id: UUID) -> Raw:
    """What is to come, as a file for the phone's calendar. Importing it again moves what has moved.

    A download and no subscription: it holds what is to come and nothing else, so where it replaces the one before, what
    was done or skipped is gone; what a phone has imported, the phone keeps until its owner deletes it. No event is ever
    cancelled by it. The UIDs stay. It does not say which child it is of.
    """
    content = await vaccinations.ics_of(caller.subject, baby_id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="vaccinations.ics"'}
    return Raw(content, "text/calendar; charset=utf-8", headers)


async def _plan(caller: Caller, baby_id: UUID) -> VaccinationPlanOut:
    view = await vaccinations.plan_of(caller.subject, baby_id)
    return VaccinationPlanOut(
        schedule=view.edition,
        schedule_title=view.title,
        newer_schedule=view.newer_edition,
        courses=[
            CourseOut(series=course.series, vaccine=course.vaccine, choices=course.choices) for course in view.courses
        ],
        doses=[_dose(line) for line in view.doses],
        notice=vaccinations.ALWAYS,
    )


def _dose(line: vaccinations.PlannedDose) -> DoseOut:
    return DoseOut(
        series=line.series,
        number=line.number,
        vaccine=line.vaccine,
        name=vaccinations.dose_name(line.vaccine, line.number),
        protects_against=vaccinations.SERIES[line.series],
        status=line.status,
        earliest=line.earliest,
        recommended_until=line.recommended_until,
        given_on=line.given_on,
        record=line.record,
        remarks=[RemarkOut(code=remark.value, text=vaccinations.WORDS[remark]) for remark in line.remarks],
    )
