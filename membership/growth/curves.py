"""The curve of one indicator as data: the percentiles of the standard, and where this child was measured."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership import babies
from membership.growth import queries, scoring, standards
from membership.growth.content import Measurement
from membership.growth.errors import SexNeeded
from membership.growth.figures import SENTENCES, USUAL, Figure, assess, chart_age
from membership.growth.standards import Indicator, Sex, Standard

Months = Literal[6, 12, 24, 60, 84]
"""How much of the age is shown."""

UNITS: dict[Indicator, str] = {"weight": "kg", "length": "cm", "head": "cm", "bmi": "kg/m²"}

STEP_DAYS: dict[Months, int] = {6: 2, 12: 4, 24: 7, 60: 14, 84: 21}
FIRST_DAYS = 42
"""In the first weeks the curves bend within days (a newborn loses weight first), and are drawn every other day."""
BY_POSTURE: frozenset[Indicator] = frozenset({"length", "bmi"})
"""Their curves break where lying ends and standing begins."""

Measured = Sequence[tuple[UUID, Measurement]]

Point = tuple[int, float]
"""(day on the chart, value in the indicator's unit)"""


class Line(msgspec.Struct, frozen=True):
    """The curve of one percentile, in one piece or, where lying ends and standing begins, in two."""

    percentile: int
    pieces: list[list[Point]]


class CurvePoint(msgspec.Struct, frozen=True):
    """A measurement of the child; `day` is on the chart, of corrected age where `corrected`. `check`: this figure is
    implausible, and the mother has not said yet that it is right."""

    record_id: UUID
    measured_on: date
    day: int
    corrected: bool
    figure: Figure
    check: bool


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. Never logged."""

    nickname: str
    sex: Sex
    indicator: Indicator
    unit: str
    standard: str
    note: str
    """What is to be said of the standard."""
    standing_from_day: int
    months: Months
    lines: list[Line]
    points: list[CurvePoint]
    """In the order of their days; those of the months that are shown."""
    sentence: str

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"Curve({self.indicator})"


async def curve(
    guardian_id: UUID,
    baby_id: UUID,
    indicator: Indicator,
    months: Months | None = None,
    *,
    standard: str | None = None,
) -> Curve:
    """The curve of a baby; `months` None shows as much as its age and its measurements need. Two statements.

    Raises as `babies.open_baby`; `NotBornYet`, `SexNeeded`, `Invalid` (a standard or an indicator that there is not).
    """
    shown_by = standards.chosen(standard)
    baby = await babies.open_baby(guardian_id, baby_id)
    return _curve(baby.details, await queries.measurements(baby), shown_by, indicator, months)


def _curve(
    details: babies.BabyDetails, found: Measured, standard: Standard, indicator: Indicator, months: Months | None
) -> Curve:
    if details.birth_date is None:
        raise babies.NotBornYet
    if details.sex is None:
        raise SexNeeded
    if not standard.has(indicator, details.sex):
        raise Invalid(errors=[FieldError("indicator", f"{standard.name}没有这一项，请换一项看看")])
    points = _points(details, found, standard, indicator)
    today = chart_age(details, clock.today())
    needed = _months([today.day if today else 0, *(point.day for point in points)], standard)
    shown = min(months or needed, longest(standard))
    return Curve(
        nickname=details.nickname,
        sex=details.sex,
        indicator=indicator,
        unit=UNITS[indicator],
        standard=standard.name,
        note=standard.note,
        standing_from_day=standard.standing_from_day,
        months=shown,
        lines=lines(standard, indicator, details.sex, shown),
        points=[point for point in points if point.day <= last_day(shown, standard)],
        sentence=_sentence(details, [each.measured_on for _, each in found]),
    )


def longest(standard: Standard) -> Months:
    """As much as a standard has to show."""
    return next((months for months in STEP_DAYS if months >= standard.last_month), max(STEP_DAYS))


def last_day(months: Months, standard: Standard) -> int:
    """The last day of age that is shown."""
    return min(int(months * standards.DAYS_A_MONTH), standard.last_day)


def lines(standard: Standard, indicator: Indicator, sex: Sex, months: Months) -> list[Line]:
    """The five curves."""
    last, step = last_day(months, standard), STEP_DAYS[months]
    cut = standard.standing_from_day if indicator in BY_POSTURE else last + 1
    spans = [(0, min(last, cut - 1)), *([(cut, last)] if cut <= last else [])]
    spreads = [
        [(day, spread) for day in _days(first, end, step) if (spread := standard.spread(indicator, sex, day))]
        for first, end in spans
    ]
    drawn = [piece for piece in spreads if piece]
    return [
        Line(percentile, [[(day, round(scoring.value_at(spread, z), 3)) for day, spread in piece] for piece in drawn])
        for percentile, z in scoring.PERCENTILES.items()
    ]


def _days(first: int, end: int, step: int) -> list[int]:
    return sorted({*range(first, min(end, FIRST_DAYS), 2), *range(first, end, step), end})


def _points(details: babies.BabyDetails, found: Measured, standard: Standard, indicator: Indicator) -> list[CurvePoint]:
    points = []
    for record_id, measured in found:
        assessed = assess(details, measured, standard)
        for figure in assessed.figures:
            if figure.indicator == indicator and assessed.chart_age is not None:
                at = assessed.chart_age
                check = figure.implausible and not measured.confirmed
                points.append(CurvePoint(record_id, measured.measured_on, at.day, at.corrected, figure, check))
    return points


def _sentence(details: babies.BabyDetails, days: Sequence[date]) -> str:
    """Says of a child that came early why its first points are not drawn any more."""
    is_gone = details.came_early and any(chart_age(details, day) is None for day in days)
    return SENTENCES["gestation_gone"] if is_gone else USUAL


def _months(days: Sequence[int], standard: Standard) -> Months:
    """The least that shows all of them; the most where none does."""
    return next((months for months in STEP_DAYS if max(days) <= last_day(months, standard)), longest(standard))
