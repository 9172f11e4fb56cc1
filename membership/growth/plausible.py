"""What is more often a slip of the pen than a child: kept all the same, and the mother is asked. Pure.

By the z-score where there is one. Where the sex is not said, what would be asked about of a girl and of a boy alike:
the wider bounds of the two. Before term no standard says anything, and absolute bounds do.
"""

from collections.abc import Mapping
from typing import get_args

from membership.growth import scoring
from membership.growth.standards import Indicator, Sex, Standard

BEFORE_TERM: Mapping[Indicator, tuple[float, float]] = {"weight": (0.3, 6.0), "length": (24, 60), "head": (17, 42)}
"""In kg and cm. Set on 2026-11-22: wide enough for the smallest child of 22 weeks that lived and for the largest one of
40, and no wider, because what is to be found is a slip of the decimal point or of the unit (pounds, 斤, inches)."""


def is_slip_before_term(values: Mapping[Indicator, float]) -> bool:
    """Of the values of a day before the corrected age begins."""
    return any(not low <= values.get(indicator, low) <= high for indicator, (low, high) in BEFORE_TERM.items())


def is_slip_of_either_sex(values: Mapping[Indicator, float], standard: Standard, day: int) -> bool:
    """Of the values of a day of age."""
    return any(_is_slip(indicator, value, standard, day) for indicator, value in values.items())


def _is_slip(indicator: Indicator, value: float, standard: Standard, day: int) -> bool:
    sexes: tuple[Sex, ...] = get_args(Sex)
    spreads = [spread for sex in sexes if (spread := standard.spread(indicator, sex, day)) is not None]
    return bool(spreads) and all(
        scoring.is_implausible(indicator, scoring.z_score(indicator, spread, value)) for spread in spreads
    )
