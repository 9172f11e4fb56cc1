"""One series of a child, dose by dose: when each can be given, by what was given before it.

A dose that was given counts, however early, late or far from the one before; what follows is counted from it. A series
goes on where it stopped and never begins again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from membership.vaccinations.judging import Given, live_days, next_free_day
from membership.vaccinations.lines import Key, PlannedDose, Skipped, Status
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Rule
from membership.vaccinations.vaccines import LIVE_INJECTED


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


def child_of(
    birth_date: date, sex: str | None, *, given: Sequence[Given], skipped: Iterable[Skipped], today: date
) -> Child:
    first: dict[Key, Given] = {}
    again: list[Given] = []
    last: dict[str, int] = {}
    for dose in given:
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
        live=live_days(given),
        last=last,
    )


def choose_course(
    series: str, courses: Sequence[tuple[Rule, ...]], given: Mapping[Key, Given], wanted: Mapping[str, str]
) -> tuple[Rule, ...]:
    """The course of a series: by what was given first, else by what she wants, else the usual one."""
    if len(courses) > 1:
        doses = sorted((number, dose.vaccine) for (of, number), dose in given.items() if of == series)
        for vaccine in [*(vaccine for _, vaccine in doses), wanted.get(series)]:
            for course in courses:
                if any(rule.vaccine == vaccine for rule in course):
                    return course
    return courses[0]


def walk(child: Child, course: tuple[Rule, ...], until: date | None = None) -> Iterator[PlannedDose | Given]:
    """Dose by dose: what was given as it is, and a line for everything else. Who needs no more of them stops.

    It ends before the first dose for which the child is too young until that day.
    """
    days = None if until is None else (until - child.birth_date).days
    last: date | None = None
    """From which day the next interval counts: the last dose given, or the day on which it could be."""
    lapsed = False
    """Whether the dose before is given up because of the child's age."""
    for rule in course:
        key = (rule.series, rule.number)
        given = child.given.get(key)
        if given is not None:
            yield given
            last = given.given_on if last is None else max(last, given.given_on)
            lapsed = False
        elif days is not None and days < rule.never_before_days:
            return
        elif key in child.skipped:
            yield _line(rule, Status.SKIPPED, record=child.skipped[key].record)
        else:
            line = _pending(child, rule, last, lapsed=lapsed)
            yield line
            lapsed = Remark.NOT_AT_THIS_AGE in line.remarks
            if line.earliest is not None:
                last = max(line.earliest, child.today)


def _pending(child: Child, rule: Rule, last: date | None, *, lapsed: bool) -> PlannedDose:
    if excluded := _excluded(child, rule):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(excluded,))
    catching_up = lapsed and rule.catch_up_age is not None
    age, interval = (rule.catch_up_age, rule.catch_up_interval) if catching_up else (rule.min_age, rule.interval)
    assert age is not None, "checked above"
    own = age.after(child.birth_date)
    if last is not None and interval is not None:
        own = max(own, interval.after(last))
    waits = child.live and rule.vaccine in LIVE_INJECTED
    earliest = next_free_day(own, child.live, child.today) if waits else own
    if rule.not_from is not None and max(earliest, child.today) >= rule.not_from.after(child.birth_date):
        return _line(rule, Status.NOT_APPLICABLE, remarks=(Remark.NOT_AT_THIS_AGE,))
    until = _recommended_until(child, rule)
    return _line(
        rule,
        _status(child.today, earliest, until),
        earliest=earliest,
        recommended_until=until,
        remarks=_pending_remarks(child, rule, earliest, moved=earliest > own),
    )


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
    if child.last.get(rule.series, 0) > rule.number:
        remarks.append(Remark.LATER_RECORDED)
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
