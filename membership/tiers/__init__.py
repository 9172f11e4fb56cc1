"""Tiers: the level a member stands on, by what she bought in windows of time.

A level is data: conditions over amount, number of purchases and growth value, in rolling or calendar windows, all or
any of them. A member is promoted at once and holds the level for its validity; at the end she is assessed anew. The
growth ledger is never spent, so redeeming never demotes. Her level follows from the set of her growth entries and
the calendar alone, not from the order in which they came: a promotion that rested on goods since returned is gone.
A level may also be bought for some time (who sells it says so with `set_paid`); the higher of the two counts.
"""

from membership.tiers.actions import move_all, open_standing, rate_of, record
from membership.tiers.explaining import Forecast, LevelView, Missing, NextLevel
from membership.tiers.levels import Rate
from membership.tiers.paid import set_paid
from membership.tiers.queries import Standing, find_level, standing

__all__ = [
    "Forecast",
    "LevelView",
    "Missing",
    "NextLevel",
    "Rate",
    "Standing",
    "find_level",
    "move_all",
    "open_standing",
    "rate_of",
    "record",
    "set_paid",
    "standing",
]
