"""Combined vaccines: one injection counts for every series that is in it, though it is written down under one.

What was not written down is concluded anew with every reading and never stored: so it goes with the record that it
comes from, and gives way to whatever she writes down herself.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from membership.vaccinations.judging import Given
from membership.vaccinations.lines import Key
from membership.vaccinations.vaccines import COMBINED, OUTSIDE, VACCINES, most_number


class Counted(msgspec.Struct, frozen=True):
    """What was given, with what is concluded from it. Never logged."""

    given: Sequence[Given]
    concluded: frozenset[Key] = frozenset()
    """Those of `given` that nobody wrote down. Their `record` is that of the injection."""
    unclear: frozenset[Key] = frozenset()
    """Written down, and of something else in it nobody knows which dose it was."""
    asked: Mapping[str, date] = {}
    """By series of which more may have been given than is known: the last day of such an injection."""


def counted(given: Sequence[Given]) -> Counted:
    """Of one day and one combined vaccine all is one injection. What stands of a series on that day stands for it."""
    if COMBINED.isdisjoint([dose.vaccine for dose in given]):
        return Counted(given)
    injections: dict[tuple[date, str], Given] = {}
    for dose in given:
        if dose.vaccine in COMBINED:
            injections.setdefault((dose.given_on, dose.vaccine), dose)
    every = list(given)
    concluded, unclear, asked = set[Key](), set[Key](), dict[str, date]()
    for (day, vaccine), first in sorted(injections.items()):
        for series in VACCINES[vaccine].series:
            of_it = [dose for dose in every if dose.series == series]
            if any(dose.given_on == day for dose in of_it):
                continue
            waiting = {on for on, other in injections if on >= day and series in VACCINES[other].series}
            number = _number(series, first, of_it, waiting)
            if number is None:
                unclear.add((first.series, first.number))
                if not _left_room(of_it, day):
                    asked[series] = day
            else:
                concluded.add((series, number))
                every.append(Given(series, number, vaccine, day, first.record))
    return Counted(every, frozenset(concluded), frozenset(unclear), asked)


def _number(series: str, first: Given, of_it: Sequence[Given], waiting: set[date]) -> int | None:
    """The one after those given before. None when it is unclear: that one stands there of a later day, or a series
    goes on of which nothing is known. `waiting`: the days from this one on on which it was in an injection."""
    before = _before(of_it, first.given_on)
    if before == 0 and first.number > 1 and series not in OUTSIDE and not _fills_up(of_it, waiting):
        return None
    number = before + 1
    taken = number > most_number(series) or any(dose.number == number for dose in of_it)
    return None if taken else number


def _before(of_it: Sequence[Given], day: date) -> int:
    return max((dose.number for dose in of_it if dose.given_on < day), default=0)


def _left_room(of_it: Sequence[Given], day: date) -> bool:
    """Whether a later one was numbered so that one of this day comes before it: then nothing after it is in doubt."""
    return any(dose.given_on > day and dose.number > _before(of_it, day) + 1 for dose in of_it)


def _fills_up(of_it: Sequence[Given], waiting: set[date]) -> bool:
    """Whether the injections before the first dose that is known are as many as the numbers below it."""
    if not of_it:
        return False
    known = min(of_it, key=lambda dose: dose.given_on)
    return len([day for day in waiting if day < known.given_on]) == known.number - 1


def of_one_injection(one: Given, other: Given) -> bool:
    """Whether both were written down of the same injection."""
    return one.vaccine in COMBINED and (one.vaccine, one.given_on) == (other.vaccine, other.given_on)
