"""Which level a member stands on: a function of her ledger and the day, and of nothing else.

The past is replayed on the corrected ledger: every day with purchases may promote, every end of a validity assesses
anew. So a sale that arrives late, a return, or two members who become one lead to the same level in whatever order
they were told.
"""

from datetime import date, timedelta

import msgspec

from membership.tiers.ledger import Ledger
from membership.tiers.levels import Level, Levels


class Held(msgspec.Struct, frozen=True):
    """A level and the last day on which it holds; None for everyone's level."""

    level: Level
    valid_until: date | None


def replay(levels: Levels, ledger: Ledger, on: date) -> Held:
    """Where she stands on a day. The ledger is her whole one."""
    held = Held(levels.base, None)
    for day in ledger.days:
        if day > on:
            break
        held = lapse(levels, ledger, held, day)
        best = highest_met(levels, ledger, day)
        if best.rank > held.level.rank:
            held = Held(best, best.valid_until(day))
    return lapse(levels, ledger, held, on)


def lapse(levels: Levels, ledger: Ledger, held: Held, day: date) -> Held:
    """What is held on `day`, after every end of a validity before it: then the highest level met at that end."""
    while held.valid_until is not None and held.valid_until < day:
        level = highest_met(levels, ledger, held.valid_until)
        held = Held(level, level.valid_until(held.valid_until))
    return held


def after(levels: Levels, ledger: Ledger, held: Held) -> Level:
    """The level after the present validity, as things stand."""
    if held.valid_until is None:
        return held.level
    return lapse(levels, ledger, held, held.valid_until + timedelta(days=1)).level


def highest_met(levels: Levels, ledger: Ledger, day: date) -> Level:
    """The highest level whose conditions are met in the windows that end on `day`."""
    return next(level for level in reversed(levels.ordered) if is_met(level, ledger, day))


def is_met(level: Level, ledger: Ledger, day: date) -> bool:
    if level.rank == 0:
        return True
    combine = all if level.match == "all" else any
    return combine(ledger.have(condition, day) >= condition.at_least for condition in level.conditions)
