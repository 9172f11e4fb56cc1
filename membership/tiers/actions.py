"""The verbs of the tiers. All are steps: a level moves only with the purchase that moves it."""

from datetime import date
from uuid import UUID

import asyncpg

from foundation import database
from foundation.transactions import within_transaction
from membership.tiers.ledger import TODAY
from membership.tiers.levels import Level, Rate, load_levels
from membership.tiers.paid import NOT_OVER, move_paid, paid_on, read_periods
from membership.tiers.standings import assess, held_on, lock

OPEN = """
INSERT INTO tier_standing (member_id, level_id, level_after_id, growth)
SELECT $1, code, code, 0 FROM tier_level WHERE rank = 0 ON CONFLICT DO NOTHING
"""
RATE = f"""
SELECT level_id, coalesce(valid_until < {TODAY}, false) AS overdue, $2::date < {TODAY} AS past,
       ({NOT_OVER % ("$1", "$2")}) AS paid
  FROM tier_standing WHERE member_id = $1
"""  # noqa: S608  # only our own constants are filled in
RECORD = """
INSERT INTO growth_entry (member_id, key, occurred_on, growth, amount_fen, purchases)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING
"""


@within_transaction
async def open_standing(member_id: UUID) -> None:
    """Puts a new member on everyone's level."""
    await database.execute(OPEN, member_id)


@within_transaction
async def rate_of(member_id: UUID | None, on: date) -> Rate:
    """Points per yuan at the level she held on a business day, as known now; everyone's for a person we don't know.

    The level is the higher of what she had earned and what she had bought for that day.
    """
    levels = await load_levels()
    row = await database.fetchrow(RATE, member_id, on) if member_id is not None else None
    if member_id is None or row is None:
        return levels.base.rate
    earned = await _earned(member_id, on, row, levels.by_code[row["level_id"]])
    paid = paid_on(levels, read_periods(row["paid"]), on)
    return (paid[0] if paid is not None and paid[0].rank > earned.rank else earned).rate


async def _earned(member_id: UUID, on: date, row: asyncpg.Record, stored: Level) -> Level:
    if row["past"]:  # a till that was offline: her ledger says what she was on that day
        return (await held_on(member_id, on)).level
    if row["overdue"]:  # the validity ended and the clock has not come by yet
        return (await assess((await lock([member_id]))[member_id])).level
    return stored


@within_transaction
async def record(member_id: UUID, *, key: str, occurred_on: date, growth: int, amount_fen: int, purchases: int) -> None:
    """Adds signed differences to the growth ledger and moves the level at once. The same key again changes nothing.

    `occurred_on` is the business day of the purchase; a return gives the day of the purchase that it takes back, so
    that a promotion which rested on it falls.
    """
    stored = (await lock([member_id]))[member_id]
    if await database.execute(RECORD, member_id, key, occurred_on, growth, amount_fen, purchases):
        await assess(stored)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> None:
    """Gives one member's growth and paid levels to another who turned out to be the same person; assesses both."""
    standings = await lock([from_member, to_member])
    await database.execute("UPDATE growth_entry SET member_id = $2 WHERE member_id = $1", from_member, to_member)
    await move_paid(from_member, to_member)
    for member_id in (from_member, to_member):
        await assess(standings[member_id], merged=True)
