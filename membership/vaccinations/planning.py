"""The plan of one child: pure, from dates alone. It advises; the clinic decides.

Ages are chronological, for a preterm child too. A dose that was given counts, however early, late or far from the one
before; what follows is counted from it. A series goes on where it stopped and never begins again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from membership.vaccinations.courses import Child, child_of, choose_course, written
from membership.vaccinations.judging import Given, judge
from membership.vaccinations.lines import OPEN, PlannedDose, Skipped, Status
from membership.vaccinations.placing import ahead_of_all
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Rule, Schedule, known_vaccines
from membership.vaccinations.vaccines import OUTSIDE


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
    child = child_of(birth_date, sex, given=given, skipped=skipped, today=today)
    first = [dose for _, dose in sorted(child.given.items())]
    lines: list[PlannedDose] = []
    chosen = _courses(schedule, child, wanted)
    for series, course, ahead in zip(schedule.courses, chosen, ahead_of_all(child, chosen), strict=True):
        lines += [_done(child, each) if isinstance(each, Given) else each for each in written(child, course)]
        lines += ahead
        numbers = {rule.number for rule in course}
        beside = [dose for dose in first if dose.series == series and dose.number not in numbers]
        lines += [_done(child, dose, *_not_in_plan(dose)) for dose in beside]
    lines += [_done(child, dose) for dose in first if dose.series not in schedule.courses]
    again = sorted(child.again, key=_place)
    return lines + [_line(dose, (Remark.TWICE,)) for dose in again]


def open_doses(
    schedule: Schedule,
    birth_date: date,
    sex: str | None,
    *,
    given: Sequence[Given],
    skipped: Iterable[Skipped],
    today: date,
    wanted: Mapping[str, str] | None = None,
    next_until: date | None = None,
) -> list[PlannedDose]:
    """The lines of the plan that are still open, in a quarter of the time: what was given is judged by nobody.

    With `next_until` only the next one of each series, and none at all of some that cannot be given until that day.
    """
    child = child_of(birth_date, sex, given=given, skipped=skipped, today=today)
    lines: list[PlannedDose] = []
    for ahead in ahead_of_all(child, _courses(schedule, child, wanted), next_until):
        still = [line for line in ahead if line.status in OPEN]
        lines += still if next_until is None else still[:1]
    return lines


def _courses(schedule: Schedule, child: Child, wanted: Mapping[str, str] | None) -> list[tuple[Rule, ...]]:
    # Nearly always it is the usual one, and a million plans are made of a morning.
    return [
        choose_course(series, courses, child.given, wanted or {})
        if len(courses) > 1 and (wanted or series in child.last)
        else courses[0]
        for series, courses in schedule.courses.items()
    ]


def _not_in_plan(dose: Given) -> tuple[Remark, ...]:
    """A vaccine of ours once more than the schedules have it. Others are given by their own labels."""
    return (Remark.NOT_IN_PLAN,) if dose.vaccine in known_vaccines(dose.series) else ()


def _place(dose: Given) -> tuple[str, int, date]:
    return dose.series, dose.number, dose.given_on


def _done(child: Child, dose: Given, *more: Remark) -> PlannedDose:
    key = (dose.series, dose.number)
    if key in child.concluded and dose.series not in OUTSIDE:
        more += (Remark.COUNTED_TOGETHER,)
    elif key in child.unclear:
        more += (Remark.PART_UNCLEAR,)
    return _line(dose, (*judge(dose, child.birth_date, child.given), *more))


def _line(dose: Given, remarks: tuple[Remark, ...]) -> PlannedDose:
    return PlannedDose(
        series=dose.series,
        number=dose.number,
        vaccine=dose.vaccine,
        status=Status.DONE,
        given_on=dose.given_on,
        record=dose.record,
        remarks=remarks,
    )
