"""The levels as data: what each takes and gives."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from foundation import database
from foundation.clock import add_months

KEEP_SECONDS = 30.0
"""How old this process's copy of the levels may be."""

Metric = Literal["amount_fen", "purchases", "growth"]


class Condition(msgspec.Struct, frozen=True):
    """At least so much of a metric in a window that ends on the day of the assessment.

    A rolling window is the last `months` months; a calendar window is the part of the calendar that the day lies in:
    its year (12 months), half-year (6), quarter (3) or month (1).
    """

    metric: Metric
    at_least: int
    """Fen, a number of purchases, or growth value."""
    window: Literal["rolling", "calendar"]
    months: int

    def begins(self, day: date) -> date:
        """The first day of the window that ends on `day`."""
        if self.window == "calendar":
            return date(day.year, (day.month - 1) // self.months * self.months + 1, 1)
        return add_months(day, -self.months) + timedelta(days=1)


class Rate(msgspec.Struct, frozen=True):
    """Points per yuan at a level, as an exact fraction."""

    level_code: str
    numerator: int
    denominator: int


class Level(msgspec.Struct, frozen=True):
    """A level. Rank 0 is everyone's: it has no conditions and never ends."""

    code: str
    name: str
    rank: int
    rate_numerator: int
    rate_denominator: int
    match: Literal["all", "any"]
    conditions: list[Condition]
    validity_months: int
    benefits: list[str]

    @property
    def rate(self) -> Rate:
        return Rate(self.code, self.rate_numerator, self.rate_denominator)

    def valid_until(self, day: date) -> date | None:
        """The last day on which the level holds when it was reached on `day`.

        A level of calendar windows holds to the end of the calendar year, or the year would be judged by a part of it.
        """
        if self.rank == 0:
            return None
        end = add_months(day, self.validity_months)
        calendar = all(condition.window == "calendar" for condition in self.conditions)
        return date(end.year, 12, 31) if calendar else end


class Levels:
    """All levels, lowest first."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self.ordered = sorted(levels, key=lambda level: level.rank)
        self.base = self.ordered[0]
        self.by_code = {level.code: level for level in self.ordered}
        windows = [condition.months for level in self.ordered for condition in level.conditions]
        self.longest_window_months = max(windows, default=0)

    def above(self, level: Level) -> Level | None:
        """The next higher level."""
        return next((other for other in self.ordered if other.rank > level.rank), None)


_copy: tuple[float, Levels] | None = None


async def load_levels() -> Levels:
    """The levels; at most half a minute old."""
    global _copy  # noqa: PLW0603  # one copy per process: the levels are the same for everybody
    if _copy is None or _copy[0] < time.monotonic():
        encoded = await database.fetchval("SELECT jsonb_agg(to_jsonb(tier_level)) FROM tier_level")
        _copy = (time.monotonic() + KEEP_SECONDS, Levels(msgspec.json.decode(encoded, type=list[Level])))
    return _copy[1]
