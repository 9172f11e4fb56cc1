"""How much a baby drinks: the table by age, the share that is formula, and what of one product a household needs. Pure.

Volumes are hundredths of a millilitre, which a percentage of whole millilitres is; days are ordinals
(`date.toordinal`).
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Generic, TypeVar

import msgspec

from foundation.clock import add_months
from membership.babies import BabyDetails

T = TypeVar("T")

NEVER = date.max.toordinal() + 1


class Spread(msgspec.Struct, Generic[T], frozen=True):
    """The same thing if she drinks little, as expected, and much."""

    least: T
    expected: T
    most: T


class Band(msgspec.Struct, frozen=True):
    """From this age on: so many millilitres a day."""

    months: int
    days: int
    ml: Spread[int]

    def begins(self, birth: date) -> date:
        return add_months(birth, self.months) + timedelta(days=self.days)


class Need(msgspec.Struct, frozen=True):
    """How much is drunk a day. Before the first span, nothing."""

    spans: tuple[tuple[int, int, int], ...]
    """(from this day, to the day before this, so much), in their order and without a gap; the last has no end."""

    @classmethod
    def of(cls, steps: Sequence[tuple[int, int]]) -> "Need":
        """From each of these days on so much, in their order."""
        ends = [*(begins for begins, _ in steps[1:]), NEVER]
        return cls(tuple((begins, end, rate) for (begins, rate), end in zip(steps, ends, strict=True)))

    def on(self, day: int) -> int:
        return next((rate for begins, ends, rate in self.spans if begins <= day < ends), 0)

    def between(self, first: int, until: int) -> int:
        """What is drunk from the first day to the day before `until`."""
        total = 0
        for begins, ends, rate in self.spans:
            days = min(ends, until) - max(begins, first)
            if days > 0:
                total += days * rate
        return total

    def ends(self, first: int, amount: int, last: int) -> int:
        """The first day from `first` on for which the amount does not suffice; `last` if it suffices longer."""
        for begins, ends, rate in self.spans:
            begin = max(begins, first)
            if ends <= begin or not rate:
                continue
            lasts = amount // rate
            if begin + lasts < ends:
                return min(begin + lasts, last)
            amount -= (ends - begin) * rate
        return last

    def times(self, factor: Fraction) -> "Need":
        above, below = factor.numerator, factor.denominator
        return Need(tuple((begins, ends, rate * above // below) for begins, ends, rate in self.spans))


# What a guardian has not said is not guessed: the range is wide instead.
UNSAID_FEEDING = Spread(50, 100, 100)
UNSAID_SHARE = Spread(25, 50, 75)


def formula_percent(details: BabyDetails) -> Spread[int]:
    """How much of what the baby drinks is formula."""
    match details.feeding:
        case "breast":
            return Spread(0, 0, 0)
        case "formula":
            return Spread(100, 100, 100)
        case "mixed":
            share = details.formula_share_percent
            return UNSAID_SHARE if share is None else Spread(share, share, share)
        case None:
            return UNSAID_FEEDING


def need_of(details: BabyDetails, begins: date, today: date) -> Spread[Need]:
    """What a born baby needs a day, from a day on."""
    assert details.birth_date is not None, "who is not born drinks nothing"
    percent, birth, first = formula_percent(details), details.birth_date, begins.toordinal()
    steps = [(band.begins(birth).toordinal(), band.ml) for band in bands(today)]
    # The step in which the first day lies begins with it.
    steps = [step for step, after in zip(steps, [*steps[1:], None], strict=True) if after is None or after[0] > first]
    steps[0] = (max(steps[0][0], first), steps[0][1])
    return Spread(
        Need.of([(day, ml.least * percent.least) for day, ml in steps]),
        Need.of([(day, ml.expected * percent.expected) for day, ml in steps]),
        Need.of([(day, ml.most * percent.most) for day, ml in steps]),
    )


def together(needs: Iterable[Need]) -> Need:
    """Of several who drink from one can."""
    each = list(needs)
    if len(each) == 1:
        return each[0]
    days = sorted({begins for need in each for begins, _, _ in need.spans})
    return Need.of([(day, sum(need.on(day) for need in each)) for day in days])


def all_together(needs: Iterable[Spread[Need]]) -> Spread[Need]:
    each = list(needs)
    return Spread(
        together(need.least for need in each),
        together(need.expected for need in each),
        together(need.most for need in each),
    )


def bands(day: date) -> tuple[Band, ...]:
    """The edition that is used on a day, the youngest age first; before the first edition, that one."""
    every = _editions()
    return next((found for since, found in reversed(every) if since <= day), every[0][1])


@cache
def _editions() -> tuple[tuple[date, tuple[Band, ...]], ...]:
    text = (resources.files(__package__) / "figures" / "intake.csv").read_text(encoding="utf-8")
    editions: dict[date, list[Band]] = {}
    for row in csv.DictReader(text.splitlines()):
        ml = Spread(int(row["least_ml"]), int(row["expected_ml"]), int(row["most_ml"]))
        band = Band(int(row["from_months"]), int(row["from_days"]), ml)
        editions.setdefault(date.fromisoformat(row["in_force_from"]), []).append(band)
    return tuple((since, tuple(found)) for since, found in sorted(editions.items()))
