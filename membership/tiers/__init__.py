"""Tiers: the level a member stands on, by what she bought in windows of time.

A level is data: conditions over amount, number of purchases and growth value, in rolling or calendar windows, all or
any of them. A member is promoted at once and holds the level for its validity; at the end she is assessed anew. The
growth ledger is never spent, so redeeming never demotes. Her level follows from the set of her growth entries and
the calendar alone, not from the order in which they came: a promotion that rested on goods since returned is gone.
"""

from membership.tiers.actions import move_all, open_standing, rate_of, record
from membership.tiers.explaining import Forecast, LevelView, Missing, NextLevel
from membership.tiers.levels import Rate
from membership.tiers.queries import Standing, standing

__all__ = [
    "Forecast",
    "LevelView",
    "Missing",
    "NextLevel",
    "Rate",
    "Standing",
    "move_all",
    "open_standing",
    "rate_of",
    "record",
    "standing",
]
