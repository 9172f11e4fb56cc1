"""Where a value lies among children of that sex and age: z-scores and percentiles, pure.

z = ((y/M)^L − 1)/(L·S), or ln(y/M)/S where L = 0. Weight and BMI have long tails: beyond ±3 a z-score is counted in
steps as wide as the one from 2 to 3 (WHO's restriction). A standard that gives marks
instead (percentiles, standard deviations) is read between them.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from membership.growth.standards import Indicator, Marks, Spread

Posture = Literal["lying", "standing"]

RESTRICTED: frozenset[Indicator] = frozenset({"weight", "bmi"})

PERCENTILES = {3: -1.8807936081512509, 15: -1.0364333894937898, 50: 0.0, 85: 1.0364333894937898, 97: 1.8807936081512509}
"""The curves that are drawn, with their z-scores."""

IMPLAUSIBLE: dict[Indicator, tuple[float, float]] = {
    "length": (-6, 6),
    "weight": (-6, 5),
    "bmi": (-5, 5),
    "head": (-5, 5),
}
"""WHO's flags: a z-score outside of these is more often a slip of the pen than a child."""

POSTURE_CM = 0.7
"""By so much is a child longer lying than standing."""


def z_score(indicator: Indicator, spread: Spread, value: float) -> float:
    """Of a value above 0, in the indicator's unit."""
    if isinstance(spread, Marks):
        return _between(spread.values, spread.zs, value)
    lms = spread
    z = math.log(value / lms.m) / lms.s if lms.l == 0 else ((value / lms.m) ** lms.l - 1) / (lms.l * lms.s)
    if indicator not in RESTRICTED or -3 <= z <= 3:
        return z
    edge = math.copysign(3, z)
    at_edge = value_at(lms, edge)
    step = abs(at_edge - value_at(lms, math.copysign(2, z)))
    return edge + (value - at_edge) / step


def value_at(spread: Spread, z: float) -> float:
    """The value that has a z-score within ±3, in the indicator's unit."""
    if isinstance(spread, Marks):
        return _between(spread.zs, spread.values, z)
    lms = spread
    return lms.m * math.exp(lms.s * z) if lms.l == 0 else lms.m * float((1 + lms.l * lms.s * z) ** (1 / lms.l))


def _between(places: Sequence[float], marks: Sequence[float], place: float) -> float:
    """Where `place` lies among `places`, told in `marks`; beyond the outermost, in steps as wide as the last."""
    number = min(max(bisect_right(places, place) - 1, 0), len(places) - 2)
    share = (place - places[number]) / (places[number + 1] - places[number])
    return marks[number] + (marks[number + 1] - marks[number]) * share


def percentile(z: float) -> Decimal:
    """How many of a hundred children are below, one digit; from 0.1 to 99.9: beyond nobody knows."""
    share = math.erfc(-z / math.sqrt(2)) * 50
    return Decimal(f"{min(max(share, 0.1), 99.9):.1f}")


def rounded(z: float) -> Decimal:
    """Two digits, as WHO's own software shows it."""
    return Decimal(f"{z:.2f}") + 0  # the sum has no minus zero


def is_implausible(indicator: Indicator, z: float) -> bool:
    """Whether the mother is asked to look at it again."""
    low, high = IMPLAUSIBLE[indicator]
    return not low <= z <= high


def as_charted(length_cm: float, posture: Posture | None, *, standing: bool) -> float:
    """The length as the standard measures on that day, `standing` or not; None was measured as the standard does."""
    if posture is None or (posture == "standing") == standing:
        return length_cm
    return length_cm - POSTURE_CM if standing else length_cm + POSTURE_CM
