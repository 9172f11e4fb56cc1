"""The plan of one child: pure, from dates alone. It advises; the clinic decides.

Ages are chronological, for a preterm child too. A dose that was given counts, however early, late or far from the one
before; what follows is counted from it. A series goes on where it stopped and never begins again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from membership.vaccinations.courses import Child, child_of, choose_course, walk
from membership.vaccinations.judging import Given, judge
from membership.vaccinations.lines import OPEN, PlannedDose, Skipped, Status
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Schedule


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
    for series, courses in schedule.courses.items():
        course = choose_course(series, courses, child.given, wanted or {})
        lines += [_done(child, each) if isinstance(each, Given) else each for each in walk(child, course)]
        numbers = {rule.number for rule in course}
        lines += [_done(child, dose) for dose in first if dose.series == series and dose.number not in numbers]
    lines += [_done(child, dose) for dose in first if dose.series not in schedule.courses]
    return lines + [_done(child, dose, Remark.TWICE) for dose in sorted(child.again, key=_place)]


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
    for series, courses in schedule.courses.items():
        for each in walk(child, choose_course(series, courses, child.given, wanted or {}), next_until):
            if isinstance(each, PlannedDose) and each.status in OPEN:
                lines.append(each)
                if next_until is not None:
                    break
    return lines


def _place(dose: Given) -> tuple[str, int, date]:
    return dose.series, dose.number, dose.given_on


def _done(child: Child, dose: Given, *more: Remark) -> PlannedDose:
    return PlannedDose(
        series=dose.series,
        number=dose.number,
        vaccine=dose.vaccine,
        status=Status.DONE,
        given_on=dose.given_on,
        record=dose.record,
        remarks=more or judge(dose, child.birth_date, child.given),
    )
