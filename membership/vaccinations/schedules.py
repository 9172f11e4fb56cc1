"""Schedules: what the state recommends, edition by edition. The figures stand in `figures/*.csv` with their sources."""

import csv
import re
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec

from foundation.clock import add_months

MOST_DAYS = 100 * 366

_AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)d)?")


class Span(msgspec.Struct, frozen=True):
    """An age or an interval: calendar months (clamped to the month's end), then days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        # A plan asks this a hundred times, and nearly every span is of months or of days alone.
        reached = add_months(day, self.months) if self.months else day
        return reached + timedelta(days=self.days) if self.days else reached

    @property
    def at_least_days(self) -> int:
        """It is never shorter, from whatever day."""
        return max(0, self.months * 30 + self.months * 7 // 16 - 3) + self.days


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One dose of a schedule; the columns are explained in `figures/README.md`."""

    series: str
    number: int
    vaccine: str
    min_age: Span
    recommended_before: Span | None
    limit: Span | None = None
    """The same, or for a dose without one that of the dose that must follow it."""
    never_before_days: int = 0
    """No child younger than so many days gets this or what follows it in its course: quicker to ask than an age."""
    interval: Span | None
    """From the dose before in its series."""
    recommended_within_days: int | None
    only_sex: str | None
    born_from: date | None
    test_from: Span | None
    not_from: Span | None
    catch_up_age: Span | None
    catch_up_interval: Span | None


class Schedule(msgspec.Struct, frozen=True):
    """One edition."""

    code: str
    title: str
    in_force_from: date
    """Doses given from this day on are judged by it; the first edition judges everything before, too."""
    courses: dict[str, list[tuple[Rule, ...]]]
    """By series: its courses, the usual one first."""
    rules: dict[tuple[str, int, str], Rule]
    """By series, number and vaccine. A vaccine that is given by its own label has none."""


def span(text: str) -> Span:
    """`13y6m`, `0d`; `24h` ends with the day after. Raises ValueError."""
    if text == "24h":
        return Span(days=2)  # only days are known: the day of birth and the next are both within it
    match = _AGE.fullmatch(text)
    if match is None or not text:
        raise ValueError(text)
    years, months, days = (int(part or 0) for part in match.groups())
    return Span(years * 12 + months, days)


@cache
def schedules() -> tuple[Schedule, ...]:
    """Every edition, the oldest first."""
    return (
        _read("nip-2021", "国家免疫规划疫苗儿童免疫程序及说明（2021年版）", date(2021, 2, 1)),
        # Its ages for DTaP (2, 4 and 6 months) came into force at the beginning of 2025, before the edition that
        # prints them. A dose of that time must be judged by them.
        _read("nip-2026", "国家免疫规划疫苗儿童免疫程序及说明（2026年版）", date(2025, 1, 1)),
    )


def schedule(code: str) -> Schedule | None:
    """The edition of this code."""
    return next((edition for edition in schedules() if edition.code == code), None)


def in_force(day: date) -> Schedule:
    """The edition by which a dose of this day is judged, and from which a plan of this day is made."""
    editions = schedules()
    return next((edition for edition in reversed(editions) if edition.in_force_from <= day), editions[0])


@cache
def known_vaccines(series: str) -> frozenset[str]:
    """The vaccines that some edition gives for a series."""
    return frozenset(vaccine for edition in schedules() for of, _, vaccine in edition.rules if of == series)


def _read(code: str, title: str, in_force_from: date) -> Schedule:
    file = resources.files(__package__) / "figures" / f"{code.replace('-', '_')}.csv"
    rules = [_rule(row) for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    courses: dict[str, list[tuple[Rule, ...]]] = {}
    for rule in rules:
        if rule.number == 1:  # another course of the series begins
            courses.setdefault(rule.series, []).append(())
        courses[rule.series][-1] += (rule,)
    courses = {series: [_with_limits(course) for course in those] for series, those in courses.items()}
    by_vaccine = {(rule.series, rule.number, rule.vaccine): rule for rule in rules}
    return Schedule(code, title, in_force_from, courses, by_vaccine)


def _with_limits(course: tuple[Rule, ...]) -> tuple[Rule, ...]:
    limited: list[Rule] = []
    limit, soonest = None, MOST_DAYS
    for rule in reversed(course):
        limit = rule.recommended_before or limit
        soonest = min(soonest, *(age.at_least_days for age in (rule.min_age, rule.catch_up_age) if age is not None))
        limited.insert(0, msgspec.structs.replace(rule, limit=limit, never_before_days=soonest))
    return tuple(limited)


def _rule(row: dict[str, str]) -> Rule:
    def spanned(column: str) -> Span | None:
        return span(row[column]) if row[column] else None

    days, months = row["min_interval_days"], row["min_interval_months"]
    catch_up, within = row["catch_up_interval_months"], row["recommended_within_days"]
    return Rule(
        series=row["series"],
        number=int(row["dose"]),
        vaccine=row["vaccine"],
        min_age=span(row["min_age"]),
        recommended_before=spanned("recommended_before"),
        interval=Span(int(months or 0), int(days or 0)) if days or months else None,
        recommended_within_days=int(within) if within else None,
        only_sex=row["only"] or None,
        born_from=date.fromisoformat(row["born_from"]) if row["born_from"] else None,
        test_from=spanned("test_from"),
        not_from=spanned("not_from"),
        catch_up_age=spanned("catch_up_age"),
        catch_up_interval=Span(int(catch_up)) if catch_up else None,
    )
