"""The plan of one child: pure, from dates alone. It advises; the clinic decides.

Ages are chronological, for a preterm child too. A dose that was given counts, however early, late or far from the one
before; what follows is counted from it. A series goes on where it stopped and never begins again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from membership.vaccinations.judging import Given, judge, live_days, next_free_day
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Rule, Schedule
from membership.vaccinations.vaccines import VACCINES

Key = tuple[str, int]
"""Series and number of a dose."""


class Status(StrEnum):
    UPCOMING = "upcoming"
    """Not yet old enough, or the interval is not over."""
    DUE = "due"
    OVERDUE = "overdue"
    """Past the recommended age; it is caught up."""
    DONE = "done"
    SKIPPED = "skipped"
    """On a doctor's advice."""
    NOT_APPLICABLE = "not_applicable"


OPEN = (Status.UPCOMING, Status.DUE, Status.OVERDUE)


class PlannedDose(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan. `earliest` and `recommended_until` are days of the calendar, both included."""

    series: str
    number: int
    vaccine: str
    """What was given, or what the schedule gives."""
    status: Status
    earliest: date | None = None
    recommended_until: date | None = None
    given_on: date | None = None
    record: str | None = None
    """The record of a dose that was given or skipped."""
    remarks: tuple[Remark, ...] = ()


class Skipped(msgspec.Struct, frozen=True, array_like=True):
    """A dose that a doctor advised against. Never logged."""

    series: str
    number: int
    record: str | None = None


class _Child(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan is made from."""

    schedule: Schedule
    birth_date: date
    sex: str | None
    today: date
    given: dict[Key, Given]
    skipped: dict[Key, Skipped]
    live: list[date]


def plan(
    schedule: Schedule,
    birth_date: date,
    sex: str | None,
    *,
    given: Sequence[Given],
    skipped: Iterable[Skipped],
    today: date,
    wanted: Mapping[str, str] | None = None,
) -> list[PlannedDose]:
    """Every dose of the schedule in its order, with what was given besides it.

    `sex` is `girl`, `boy` or None for not said. `wanted` names, by series, the vaccine whose course she would like
    (`{"JE": "JE-I"}`); once a dose of a series was given, its vaccine decides.
    """
    first, again = _firsts(given)
    child = _Child(
        schedule=schedule,
        birth_date=birth_date,
        sex=sex,
        today=today,
        given=first,
        skipped={(skip.series, skip.number): skip for skip in skipped},
        live=live_days(given),
    )
    lines: list[PlannedDose] = []
    for series, courses in schedule.courses.items():
        course = choose_course(series, courses, first, wanted or {})
        lines += _series(child, course)
        numbers = {rule.number for rule in course}
        extra = [dose for dose in first.values() if dose.series == series and dose.number not in numbers]
        lines += [_done(child, dose) for dose in extra]
    lines += [_done(child, dose) for dose in first.values() if dose.series not in schedule.courses]
    return lines + [_done(child, dose, Remark.TWICE) for dose in again]


def choose_course(
    series: str, courses: Sequence[tuple[Rule, ...]], given: Mapping[Key, Given], wanted: Mapping[str, str]
) -> tuple[Rule, ...]:
    """The course of a series: by what was given first, else by what she wants, else the usual one."""
    doses = sorted((dose for dose in given.values() if dose.series == series), key=lambda dose: dose.number)
    for vaccine in [*(dose.vaccine for dose in doses), wanted.get(series)]:
        for course in courses:
            if any(rule.vaccine == vaccine for rule in course):
                return course
    return courses[0]


def _firsts(given: Sequence[Given]) -> tuple[dict[Key, Given], list[Given]]:
    """The doses by their key, and what stands there a second time."""
    first: dict[Key, Given] = {}
    again: list[Given] = []
    for dose in sorted(given, key=lambda dose: (dose.series, dose.number, dose.given_on)):
        if (dose.series, dose.number) in first:
            again.append(dose)
        else:
            first[dose.series, dose.number] = dose
    return first, again


def _series(child: _Child, course: tuple[Rule, ...]) -> list[PlannedDose]:
    lines: list[PlannedDose] = []
    last: date | None = None
    """From which day the next interval counts: the last dose given, or the day on which it could be."""
    lapsed = False
    """Whether the dose before is given up because of the child's age."""
    for index, rule in enumerate(course):
        key = (rule.series, rule.number)
        if key in child.given:
            line = _done(child, child.given[key])
            last = max(last or line.given_on or date.min, line.given_on or date.min)
            lapsed = False
        elif key in child.skipped:
            line = _line(rule, Status.SKIPPED, record=child.skipped[key].record)
        else:
            line = _pending(child, course, index, last, lapsed=lapsed)
            lapsed = Remark.NOT_AT_THIS_AGE in line.remarks
            if line.earliest is not None:
                last = max(line.earliest, child.today)
        lines.append(line)
    return lines


def _pending(child: _Child, course: tuple[Rule, ...], index: int, last: date | None, *, lapsed: bool) -> PlannedDose:
    rule = course[index]
    if excluded := _excluded(child, rule):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(excluded,))
    catching_up = lapsed and rule.catch_up_age is not None
    age, interval = (rule.catch_up_age, rule.catch_up_interval) if catching_up else (rule.min_age, rule.interval)
    assert age is not None, "checked above"
    own = age.after(child.birth_date)
    if last is not None and interval is not None:
        own = max(own, interval.after(last))
    waits = VACCINES[rule.vaccine].live_injected
    earliest = next_free_day(own, child.live, child.today) if waits else own
    if rule.not_from is not None and max(earliest, child.today) >= rule.not_from.after(child.birth_date):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(Remark.NOT_AT_THIS_AGE,))
    until = _recommended_until(child, course, index)
    return _line(
        rule,
        _status(child.today, earliest, until),
        earliest=earliest,
        recommended_until=until,
        remarks=_pending_remarks(child, rule, earliest, moved=earliest > own),
    )


def _excluded(child: _Child, rule: Rule) -> Remark | None:
    if rule.born_from is not None and child.birth_date < rule.born_from:
        return Remark.FOR_GIRLS
    if rule.only_sex is not None and child.sex != rule.only_sex:
        return Remark.SEX_NOT_SAID if child.sex is None else Remark.FOR_GIRLS
    return None


def _status(today: date, earliest: date, until: date | None) -> Status:
    if today < earliest:
        return Status.UPCOMING
    return Status.OVERDUE if until is not None and today > until else Status.DUE


def _recommended_until(child: _Child, course: tuple[Rule, ...], index: int) -> date | None:
    """The last recommended day; a dose without one of its own has that of the dose that must follow it."""
    rule = course[index]
    before = child.given.get((rule.series, rule.number - 1))
    if rule.recommended_within_days is not None and before is not None:
        return before.given_on + timedelta(days=rule.recommended_within_days)
    limits = (following.recommended_before for following in course[index:])
    limit = next((limit for limit in limits if limit is not None), None)
    return None if limit is None else limit.after(child.birth_date) - timedelta(days=1)


def _pending_remarks(child: _Child, rule: Rule, earliest: date, *, moved: bool) -> tuple[Remark, ...]:
    remarks = []
    if any(series == rule.series and number > rule.number for series, number in child.given):
        remarks.append(Remark.LATER_RECORDED)
    if moved:
        remarks.append(Remark.LIVE_WAITS)
    if rule.test_from is not None and max(earliest, child.today) >= rule.test_from.after(child.birth_date):
        remarks.append(Remark.TEST_FIRST)
    return tuple(remarks)


def _done(child: _Child, dose: Given, *more: Remark) -> PlannedDose:
    return PlannedDose(
        series=dose.series,
        number=dose.number,
        vaccine=dose.vaccine,
        status=Status.DONE,
        given_on=dose.given_on,
        record=dose.record,
        remarks=more or judge(dose, child.birth_date, child.given),
    )


def _line(
    rule: Rule,
    status: Status,
    *,
    earliest: date | None = None,
    recommended_until: date | None = None,
    record: str | None = None,
    remarks: tuple[Remark, ...] = (),
) -> PlannedDose:
    return PlannedDose(
        series=rule.series,
        number=rule.number,
        vaccine=rule.vaccine,
        status=status,
        earliest=earliest,
        recommended_until=recommended_until,
        record=record,
        remarks=remarks,
    )
