"""How long the cans last: what came and when, what is drunk, and the first day for which it does not suffice. Pure.

A can lasts from the end of the one before. Nobody tells when a can is opened and how much a child really drinks, so the
answer is a range of days and a word for how far it can be trusted. Whoever bought for some time shows her own pace by
it, which is worth more than the table.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from membership.milk.intake import Need, Spread

Confidence = Literal["high", "medium", "low"]

UNOPENED_DAYS = 7
"""So long after it was bought at the latest the first can is opened, as we suppose for the latest day."""
PACE_PURCHASES = 3
PACE_DAYS = 28
"""Purchases on so many days, so far apart, show a pace."""
PACE_SPREAD = (Fraction(85, 100), Fraction(1), Fraction(115, 100))
OLD_NEWS_DAYS = 60
"""After so long without a purchase or a word of hers, what we reckon is hardly worth anything."""
FAR_DAYS = 365
"""What is expected to last longer ends on no day that anybody could name."""
LONGEST_DAYS = 730
"""A can is not kept longer, so no day is named beyond."""


class Supply(msgspec.Struct, frozen=True):
    """What came on a day (an ordinal), in hundredths of a millilitre made up."""

    day: int
    amount: int


class Said(msgspec.Struct, frozen=True):
    """What she said that she has on a day. Where she did not say how full the open can is, the amounts differ."""

    day: int
    amount: Spread[int]

    @property
    def is_exact(self) -> bool:
        return self.amount.least == self.amount.most


class RunsOut(msgspec.Struct, frozen=True, kw_only=True):
    """The first day for which it does not suffice: if she drinks much, as expected, and if she drinks little."""

    earliest: date
    expected: date
    latest: date
    confidence: Confidence
    left: int
    """What should be left today, in hundredths of a millilitre made up."""


def at_her_pace(need: Spread[Need], bought: Sequence[Supply]) -> Spread[Need] | None:
    """What she needs as far as her purchases tell, within what is usual; None as long as they don't.

    `bought`: all of it, in the order of the days.
    """
    if len({supply.day for supply in bought}) < PACE_PURCHASES:
        return None
    first, last = bought[0].day, bought[-1].day
    usual = need.expected.between(first, last)
    if last - first < PACE_DAYS or not usual:
        return None
    drunk = sum(supply.amount for supply in bought if supply.day < last)
    drunk = min(max(drunk, need.least.between(first, last)), need.most.between(first, last))
    pace = Fraction(drunk, usual)
    return Spread(*(need.expected.times(pace * factor) for factor in PACE_SPREAD))


def runs_out(
    need: Spread[Need], said: Said | None, supplies: Sequence[Supply], today: date, *, certain: bool, paced: bool
) -> RunsOut | None:
    """None when nothing is known to be there, or nobody drinks it.

    `supplies`: what came, or came after she said what she has, in the order of the days. `certain`: that the need is
    not a guess; `paced`: that it is as her purchases showed.
    """
    start = said if said is not None else _nothing(supplies)
    if start is None or not need.expected.between(start.day, today.toordinal() + LONGEST_DAYS):
        return None
    now = today.toordinal()
    last = now + LONGEST_DAYS
    # Her pace is what she drank until now for certain; what varies is what she will drink.
    before = Spread(need.expected, need.expected, need.expected) if paced else need
    slack = UNOPENED_DAYS if said is None and not paced else 0
    since, left = _walk(need.expected, Supply(start.day, start.amount.expected), supplies)
    most = _walk(before.most, Supply(start.day, start.amount.least), supplies)
    least = _walk(before.least, Supply(start.day, start.amount.most), supplies, slack)
    days = (need.most.ends(*most, last), need.expected.ends(since, left, last), need.least.ends(*least, last))
    news = max([start.day, *(supply.day for supply in supplies)])
    is_guess = now - news > OLD_NEWS_DAYS or days[2] < now or days[1] - now > FAR_DAYS
    earliest, expected, latest = (date.fromordinal(day) for day in sorted(days))
    return RunsOut(
        earliest=earliest,
        expected=expected,
        latest=latest,
        confidence=_confidence(certain and not is_guess, paced or (said is not None and said.is_exact)),
        left=max(0, left - need.expected.between(since, now)),
    )


def _nothing(supplies: Sequence[Supply]) -> Said | None:
    return Said(supplies[0].day, Spread(0, 0, 0)) if supplies else None


def _walk(need: Need, start: Supply, supplies: Sequence[Supply], slack: int = 0) -> tuple[int, int]:
    """(the day from which it is drunk, how much there is) after the last supply.

    Whoever had nothing left before a can came opens it at once, or so many days later.
    """
    since, left = start.day, start.amount
    for supply in supplies:
        left = max(0, left - need.between(since, supply.day))
        since = max(since, supply.day) if left else supply.day + slack
        left += supply.amount
    return since, left


def _confidence(is_sound: bool, is_measured: bool) -> Confidence:
    if not is_sound:
        return "low"
    return "high" if is_measured else "medium"
