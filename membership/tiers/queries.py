"""Reads: where a member stands, and what she may look forward to."""

from datetime import date, timedelta
from uuid import UUID

import msgspec

from foundation import database
from membership.tiers.explaining import Forecast, LevelView, NextLevel, forecast, next_level, paid_forecast, view
from membership.tiers.ledger import DAYS, TODAY, read_days
from membership.tiers.levels import load_levels
from membership.tiers.paid import NOT_OVER, paid_on, read_periods
from membership.tiers.reckoning import Held, after, lapse

# The windows reach back from today, or from the end of a validity that the clock has not come by yet.
_RECENT = (
    DAYS
    % f"""
    member_id = standing.member_id
    AND occurred_on > (least({TODAY}, standing.valid_until) - make_interval(months => $2))::date
"""
)
STANDING = f"""
SELECT standing.level_id, standing.valid_until, standing.level_after_id, standing.growth, {TODAY} AS today,
       ({_RECENT}) AS days, ({NOT_OVER % ("$1", TODAY)}) AS paid
  FROM tier_standing standing WHERE standing.member_id = $1
"""  # noqa: S608  # only our own constants are filled in


class Standing(msgspec.Struct, frozen=True):
    """Where a member stands."""

    level: LevelView
    benefits: list[str]
    growth: int
    """All the growth value she has earned; it is never spent."""
    valid_until: date | None
    """The last business day of the level; null for everyone's level."""
    is_paid: bool
    """Whether she bought the level; what she earned by herself is lower."""
    next_level: NextLevel | None
    """Null on the highest."""
    forecast: Forecast | None
    """Null for everyone's level."""


async def standing(member_id: UUID) -> Standing:
    """Where she stands today. One query, and one more when the levels were not read lately."""
    levels = await load_levels()
    row = await database.fetchrow(STANDING, member_id, levels.longest_window_months)
    assert row is not None, "a member has a standing from her first moment on"
    today, ledger = row["today"], read_days(row["days"])
    held, level_after = Held(levels.by_code[row["level_id"]], row["valid_until"]), levels.by_code[row["level_after_id"]]
    if held.valid_until is not None and held.valid_until < today:
        held = lapse(levels, ledger, held, today)
        level_after = after(levels, ledger, held)
    paid = paid_on(levels, read_periods(row["paid"]), today)
    if paid is not None and paid[0].rank > held.level.rank:
        bought = Held(*paid)
        return Standing(
            level=view(bought.level),
            benefits=bought.level.benefits,
            growth=row["growth"],
            valid_until=bought.valid_until,
            is_paid=True,
            next_level=next_level(levels, ledger, bought, today),
            forecast=paid_forecast(
                bought.level, paid[1], lapse(levels, ledger, held, paid[1] + timedelta(days=1)).level
            ),
        )
    return Standing(
        level=view(held.level),
        benefits=held.level.benefits,
        growth=row["growth"],
        valid_until=held.valid_until,
        is_paid=False,
        next_level=next_level(levels, ledger, held, today),
        forecast=forecast(ledger, held, level_after),
    )


async def find_level(code: str) -> LevelView | None:
    """A level by its code."""
    level = (await load_levels()).by_code.get(code)
    return None if level is None else view(level)
