"""One series of a child, dose by dose: when each can be given, by what was given before it.

A dose that was given counts, however early, late or far from the one before; what follows is counted from it. A series
goes on where it stopped and never begins again. One before it that is not written down is asked for, and nothing is
reckoned from it.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from membership.vaccinations.combined import counted
from membership.vaccinations.judging import Given, live_days
from membership.vaccinations.lines import OPEN, Key, PlannedDose, Skipped, Status
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Rule
from membership.vaccinations.vaccines import LIVE_INJECTED, most_number


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan is made from."""

    birth_date: date
    sex: str | None
    today: date
    given: dict[Key, Given]
    """The first of each."""
    again: list[Given]
    """What stands there once more."""
    skipped: dict[Key, Skipped]
    live: list[date]
    last: dict[str, int]
    """By series: the highest number that was given."""
    concluded: frozenset[Key]
    unclear: frozenset[Key]
    asked: Mapping[str, date]
    """As `combined.Counted`."""


class Waits(msgspec.Struct, frozen=True):
    """An injected live vaccine that could be given from `day` on, if there were no others."""

    day: date


Walk = Generator[PlannedDose | Waits, date, None]
"""After a `Waits` it is sent the day from which that vaccine can be given."""


def child_of(
    birth_date: date, sex: str | None, *, given: Sequence[Given], skipped: Iterable[Skipped], today: date
) -> Child:
    first: dict[Key, Given] = {}
    again: list[Given] = []
    last: dict[str, int] = {}
    every = counted(given)
    for dose in every.given:
        series, number = key = dose.series, dose.number
        if last.get(series, 0) < number:
            last[series] = number
        other = first.setdefault(key, dose)
        if other is not dose:
            earlier = dose.given_on < other.given_on
            again.append(other if earlier else dose)
            first[key] = dose if earlier else other
    return Child(
        birth_date=birth_date,
        sex=sex,
        today=today,
        given=first,
        again=again,
        skipped={(skip.series, skip.number): skip for skip in skipped},
        live=live_days(every.given),
        last=last,
        concluded=every.concluded,
        unclear=every.unclear,
        asked=every.asked,
    )


def choose_course(
    series: str, courses: Sequence[tuple[Rule, ...]], given: Mapping[Key, Given], wanted: Mapping[str, str]
) -> tuple[Rule, ...]:
    """The course of a series: by what was given first, else by what she wants, else the usual one."""
    if len(courses) > 1:
        doses = [given.get((series, number)) for number in range(1, most_number(series) + 1)]
        for vaccine in [*(dose.vaccine for dose in doses if dose is not None), wanted.get(series)]:
            for course in courses:
                if any(rule.vaccine == vaccine for rule in course):
                    return course
    return courses[0]


def written(child: Child, course: tuple[Rule, ...]) -> list[PlannedDose | Given]:
    """A course up to its last dose that was given: what was given as it is, and a line for everything else."""
    return [_until_now(child, rule) for rule in course[: child.last.get(course[0].series, 0)]]


def ahead(child: Child, course: tuple[Rule, ...], begun: int, days: int | None = None) -> Walk:
    """A line for each dose after the last one given, which has the number `begun`. Who needs no more of them stops.

    It ends before the first dose for which the child is too young until so many `days` old.
    """
    series = course[0].series
    last = _last_day(child, series, begun) if begun else None
    """From which day the next interval counts: the last dose given, or the day on which it could be."""
    asked = child.asked.get(series)
    """When one of those that follow may have been given."""
    if asked is not None:
        last = asked if last is None else max(last, asked)
    lapsed = False
    """Whether the dose before is given up because of the child's age."""
    for rule in course[begun:]:
        if days is not None and days < rule.never_before_days:
            return
        if unasked := _unasked(child, rule):
            yield unasked
        elif asked is not None and rule.min_age.after(child.birth_date) <= child.today:
            yield _unrecorded(child, rule, Remark.IN_COMBINED)
        else:
            own = _own_day(child, rule, last, lapsed=lapsed)
            line = _pending(child, rule, own, (yield Waits(own)) if rule.vaccine in LIVE_INJECTED else own)
            yield line if asked is None else _asked_for(line)
            lapsed = line.earliest is None
            if line.earliest is not None:
                last = max(line.earliest, child.today)


def _until_now(child: Child, rule: Rule) -> PlannedDose | Given:
    return child.given.get((rule.series, rule.number)) or _unasked(child, rule) or _unrecorded(child, rule)


def _unasked(child: Child, rule: Rule) -> PlannedDose | None:
    skipped = child.skipped.get((rule.series, rule.number))
    if skipped is not None:
        return _line(rule, Status.SKIPPED, record=skipped.record)
    excluded = _excluded(child, rule)
    return _line(rule, Status.NOT_APPLICABLE, remarks=(excluded,)) if excluded else None


def _last_day(child: Child, series: str, begun: int) -> date:
    day = child.given[series, begun].given_on
    for number in range(1, begun):
        dose = child.given.get((series, number))
        if dose is not None and dose.given_on > day:
            day = dose.given_on
    return day


def _unrecorded(child: Child, rule: Rule, why: Remark = Remark.LATER_RECORDED) -> PlannedDose:
    if _too_old(child, rule, child.today):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(Remark.NOT_AT_THIS_AGE,))
    return _line(rule, Status.UNRECORDED, remarks=(why,))


def _asked_for(line: PlannedDose) -> PlannedDose:
    if line.status not in OPEN:
        return line
    return msgspec.structs.replace(line, remarks=(*line.remarks, Remark.IN_COMBINED))


def _own_day(child: Child, rule: Rule, last: date | None, *, lapsed: bool) -> date:
    """From which day it can be given, by its own series alone."""
    catching_up = lapsed and rule.catch_up_age is not None
    age, interval = (rule.catch_up_age, rule.catch_up_interval) if catching_up else (rule.min_age, rule.interval)
    assert age is not None, "checked above"
    own = age.after(child.birth_date)
    return own if last is None or interval is None else max(own, interval.after(last))


def _pending(child: Child, rule: Rule, own: date, earliest: date) -> PlannedDose:
    if _too_old(child, rule, max(earliest, child.today)):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(Remark.NOT_AT_THIS_AGE,))
    until = _recommended_until(child, rule)
    return _line(
        rule,
        _status(child.today, earliest, until),
        earliest=earliest,
        # Of what is late and waits for its interval the recommended time is over before it begins.
        recommended_until=None if until is not None and until < earliest else until,
        remarks=_pending_remarks(child, rule, earliest, moved=earliest > own),
    )


def _too_old(child: Child, rule: Rule, day: date) -> bool:
    return rule.not_from is not None and day >= rule.not_from.after(child.birth_date)


def _excluded(child: Child, rule: Rule) -> Remark | None:
    if rule.born_from is not None and child.birth_date < rule.born_from:
        return Remark.FOR_GIRLS
    if rule.only_sex is not None and child.sex != rule.only_sex:
        return Remark.SEX_NOT_SAID if child.sex is None else Remark.FOR_GIRLS
    return None


def _status(today: date, earliest: date, until: date | None) -> Status:
    if today < earliest:
        return Status.UPCOMING
    return Status.OVERDUE if until is not None and today > until else Status.DUE


def _recommended_until(child: Child, rule: Rule) -> date | None:
    """The last recommended day."""
    if rule.recommended_within_days is not None:
        before = child.given.get((rule.series, rule.number - 1))
        if before is not None:
            return before.given_on + timedelta(days=rule.recommended_within_days)
    return None if rule.limit is None else rule.limit.after(child.birth_date) - timedelta(days=1)


def _pending_remarks(child: Child, rule: Rule, earliest: date, *, moved: bool) -> tuple[Remark, ...]:
    remarks = []
    if moved:
        remarks.append(Remark.LIVE_WAITS)
    if rule.test_from is not None and max(earliest, child.today) >= rule.test_from.after(child.birth_date):
        remarks.append(Remark.TEST_FIRST)
    return tuple(remarks)


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
