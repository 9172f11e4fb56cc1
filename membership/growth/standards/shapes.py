"""What a standard is made of."""

from collections.abc import Callable, Mapping
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


class Table(msgspec.Struct, frozen=True):
    """L, M and S by day of age, day 0 first: three numbers a day in one flat row, a tenth of what tuples take."""

    rows: Mapping[tuple[Indicator, Sex], "memoryview[float]"]

    def lms(self, indicator: Indicator, sex: Sex, day: int) -> Lms | None:
        """Of one day of age; None for a day that is not in the table."""
        row = self.rows[indicator, sex]
        if not 0 <= day * 3 < len(row):
            return None
        return Lms(row[day * 3], row[day * 3 + 1], row[day * 3 + 2])


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """A standard by name. `last_day` of age is the last that it can be asked for; from `standing_from_day` on its
    lengths are of standing children, before of lying ones."""

    code: str
    name: str
    """As it is shown to a mother."""
    last_day: int
    standing_from_day: int
    table: Callable[[], Table]
    """Read when it is first asked for: most processes never are."""

    def lms(self, indicator: Indicator, sex: Sex, day: int) -> Lms | None:
        """Of one day of age; None before birth and after `last_day`."""
        return self.table().lms(indicator, sex, day) if day <= self.last_day else None
