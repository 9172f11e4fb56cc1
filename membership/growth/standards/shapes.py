"""What a standard is made of."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

Indicator = Literal["weight", "length", "head", "bmi"]
"""Weight in kg; length (lying) or height (standing) in cm; head circumference in cm; BMI in kg/m²."""

INDICATORS: tuple[Indicator, ...] = get_args(Indicator)

Sex = Literal["girl", "boy"]


class Lms(NamedTuple):
    """The spread of an indicator on one day: the power that makes it normal, the median, the variation."""

    l: float  # noqa: E741 - its name in every paper
    m: float
    s: float


class Marks(NamedTuple):
    """The spread of an indicator on one day by some of its values: those that have these z-scores, rising."""

    zs: Sequence[float]
    values: Sequence[float]


Spread = Lms | Marks


class Rows(NamedTuple):
    """Of one indicator and sex: `width` numbers for each age in one flat row, a tenth of what tuples take."""

    days: "memoryview[float]"
    numbers: "memoryview[float]"
    width: int

    def on(self, day: int) -> Sequence[float] | None:
        """The numbers of a day, between two ages interpolated; None for a day outside of the table."""
        if not self.days[0] <= day <= self.days[-1]:
            return None
        place = bisect_right(self.days, day) - 1
        here = self._at(place)
        if self.days[place] == day:
            return here
        share = (day - self.days[place]) / (self.days[place + 1] - self.days[place])
        return [low + (high - low) * share for low, high in zip(here, self._at(place + 1), strict=True)]

    def _at(self, place: int) -> Sequence[float]:
        return self.numbers[place * self.width : (place + 1) * self.width].tolist()


class Table(msgspec.Struct, frozen=True):
    """The figures by indicator and sex: L, M and S, or the values of the z-scores `zs`."""

    rows: Mapping[tuple[Indicator, Sex], Rows]
    zs: tuple[float, ...] | None

    def spread(self, indicator: Indicator, sex: Sex, day: int) -> Spread | None:
        """Of one day of age; None for what is not in the table."""
        rows = self.rows.get((indicator, sex))
        numbers = rows.on(day) if rows is not None else None
        if numbers is None:
            return None
        return Lms(*numbers) if self.zs is None else Marks(self.zs, numbers)


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """A standard by name. Its lengths are of standing children from `standing_from_day` on, before of lying ones."""

    code: str
    name: str
    """As it is shown to a mother."""
    note: str
    """What is to be said of it at the foot of a picture."""
    last_month: int
    """The last completed month of age that it speaks of."""
    last_day: int
    """The last day of age that is in its table."""
    standing_from_day: int
    table: Callable[[], Table]
    """Read when it is first asked for: most processes never are."""

    def spread(self, indicator: Indicator, sex: Sex, day: int) -> Spread | None:
        """Of one day of age; None before birth, after `last_day`, and for an indicator that it does not have."""
        return self.table().spread(indicator, sex, day) if 0 <= day <= self.last_day else None

    def has(self, indicator: Indicator, sex: Sex) -> bool:
        return (indicator, sex) in self.table().rows
