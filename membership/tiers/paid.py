"""Levels that were bought: from which day to which they hold. The higher of earned and bought is what counts."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership.tiers.levels import Level, Levels

SET = """
INSERT INTO paid_standing (id, member_id, level_id, begins_on, ends_on) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET begins_on = EXCLUDED.begins_on, ends_on = EXCLUDED.ends_on
"""

# Every period that is not over, of a member; a handful at most.
NOT_OVER = """
SELECT coalesce(jsonb_agg(jsonb_build_array(level_id, begins_on, ends_on)), '[]')
  FROM paid_standing WHERE member_id = %s AND ends_on >= %s
"""


class PaidPeriod(msgspec.Struct, frozen=True, array_like=True):
    """A level that holds from a business day to another, both included."""

    level_code: str
    begins_on: date
    ends_on: date


@within_transaction
async def set_paid(sale_id: UUID, member_id: UUID, level_code: str, begins_on: date, ends_on: date) -> None:
    """She holds a level on these business days because she bought it, whatever she earned; once more changes the days.

    Days that end before they begin take it away.
    """
    if ends_on < begins_on:
        await database.execute("DELETE FROM paid_standing WHERE id = $1", sale_id)
        return
    await database.execute(SET, sale_id, member_id, level_code, begins_on, ends_on)


async def move_paid(from_member: UUID, to_member: UUID) -> None:
    """What was bought for one who turned out to be the other."""
    await database.execute("UPDATE paid_standing SET member_id = $2 WHERE member_id = $1", from_member, to_member)


def read_periods(encoded: str) -> list[PaidPeriod]:
    """From what `NOT_OVER` selects."""
    return msgspec.json.decode(encoded, type=list[PaidPeriod])


def paid_on(levels: Levels, periods: list[PaidPeriod], day: date) -> tuple[Level, date] | None:
    """The highest level that is bought for a day, and the last day of it without a gap; None where none is."""
    held = [period for period in periods if period.begins_on <= day <= period.ends_on]
    if not held:
        return None
    level = max((levels.by_code[period.level_code] for period in held), key=lambda level: level.rank)
    end = max(period.ends_on for period in held if period.level_code == level.code)
    for period in sorted(periods, key=lambda period: period.begins_on):
        if period.level_code == level.code and (period.begins_on - end).days <= 1:
            end = max(end, period.ends_on)
    return level, end
