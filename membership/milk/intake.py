"""How much a baby drinks: the table by age, the share that is formula, and what of one product a household needs. Pure.

Volumes are hundredths of a millilitre, which a percentage of whole millilitres is; days are ordinals
(`date.toordinal`).
"""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Generic, TypeVar

import msgspec

from foundation.clock import add_months
from membership.babies import BabyDetails

T = TypeVar("T")


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
    """How much is drunk a day: from each of these days on, in their order. Before the first, nothing."""

    steps: tuple[tuple[int, int], ...]

    def on(self, day: int) -> int:
        return next((rate for begins, rate in reversed(self.steps) if begins <= day), 0)

    def between(self, first: int, until: int) -> int:
        """What is drunk from the first day to the day before `until`."""
        return sum(
            rate * days
            for begins, ends, rate in self._spans(until)
            if (days := min(ends, until) - max(begins, first)) > 0
        )

    def ends(self, first: int, amount: int, last: int) -> int:
        """The first day from `first` on for which the amount does not suffice; `last` if it suffices longer."""
        for begins, ends, rate in self._spans(last):
            begin = max(begins, first)
            if ends <= begin or not rate:
                continue
            lasts = amount // rate
            if begin + lasts < ends:
                return min(begin + lasts, last)
            amount -= (ends - begin) * rate
        return last

    def times(self, factor: Fraction) -> "Need":
        return Need(tuple((begins, int(rate * factor)) for begins, rate in self.steps))

    def _spans(self, last: int) -> list[tuple[int, int, int]]:
        """(begins, ends, rate); the last span ends no earlier than `last`."""
        ends = [begins for begins, _ in self.steps[1:]] + [max(last, self.steps[-1][0])] if self.steps else []
        return [(begins, end, rate) for (begins, rate), end in zip(self.steps, ends, strict=True)]


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
        Need(tuple((day, ml.least * percent.least) for day, ml in steps)),
        Need(tuple((day, ml.expected * percent.expected) for day, ml in steps)),
        Need(tuple((day, ml.most * percent.most) for day, ml in steps)),
    )


def together(needs: Iterable[Need]) -> Need:
    """Of several who drink from one can."""
    each = list(needs)
    days = sorted({begins for need in each for begins, _ in need.steps})
    return Need(tuple((day, sum(need.on(day) for need in each)) for day in days))


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
