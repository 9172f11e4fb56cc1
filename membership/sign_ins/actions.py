"""Signing in: once per business day by the database's clock, however often and wherever she taps."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import transactional, within_transaction
from membership import earning
from membership.sign_ins.queries import NextBonus, next_bonus

# By the time of the statement, not of the transaction: that may have begun before midnight and waited for the row.
TODAY = "(statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"

# One row per member decides: of many taps one moves it to today, and the others find it there. The new day is written
# from the row as it is when the lock is had, so that a streak holds across midnight.
SIGN = f"""
INSERT INTO sign_in_streak AS known (member_id, day, streak) VALUES ($1, {TODAY}, 1)
ON CONFLICT (member_id) DO UPDATE
   SET streak = CASE WHEN known.day = EXCLUDED.day - 1 THEN known.streak + 1 ELSE 1 END, day = EXCLUDED.day
 WHERE known.day < EXCLUDED.day
RETURNING day, streak
"""  # noqa: S608  # only our own constant is filled in

NOTE = "INSERT INTO sign_in (member_id, day, streak, points) VALUES ($1, $2, $3, $4)"

LAST = "SELECT day, streak, points FROM sign_in WHERE member_id = $1 ORDER BY day DESC LIMIT 1"

MOVE_STREAK = """
WITH gone AS (DELETE FROM sign_in_streak WHERE member_id = $1 RETURNING day, streak)
INSERT INTO sign_in_streak AS known (member_id, day, streak) SELECT $2, day, streak FROM gone
ON CONFLICT (member_id) DO UPDATE SET day = EXCLUDED.day, streak = EXCLUDED.streak
 WHERE known.day < EXCLUDED.day
"""


class SignedIn(msgspec.Struct, frozen=True):
    """A day that is signed: what it brought, how many in a row it is, and what the next days lead to by the rules."""

    day: date
    streak: int
    points: int
    next_bonus: NextBonus | None


@transactional
async def sign_in(member_id: UUID) -> SignedIn:
    """Signs today. Again on the same day gives the same answer.

    The next bonus is by the rules that paid the day, or on a later tap by those in force then.
    """
    signed = await database.fetchrow(SIGN, member_id)
    if signed is None:
        return await _last(member_id)
    day, streak = signed["day"], signed["streak"]
    earned = await earning.earn(
        earning.SignIn, member_id, earning.SignIn.Occurrence(streak), key=f"{member_id}:{day}", on=day
    )
    await database.execute(NOTE, member_id, day, streak, earned.points)
    return SignedIn(day, streak, earned.points, next_bonus(earned.rules, streak))


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Gives one member's days to another who turned out to be the same person; a day that both signed stays as it is.

    The caller holds both.
    """
    await database.execute(MOVE_STREAK, from_member, to_member)
    return await database.execute(
        "UPDATE sign_in SET member_id = $2 WHERE member_id = $1"
        " AND day NOT IN (SELECT day FROM sign_in WHERE member_id = $2)",
        from_member,
        to_member,
    )


async def _last(member_id: UUID) -> SignedIn:
    # A statement of its own: it sees the day whose tap it waited for.
    row = await database.fetchrow(LAST, member_id)
    assert row is not None, "whoever moved the streak wrote the day"
    streak = row["streak"]
    return SignedIn(row["day"], streak, row["points"], next_bonus(await earning.in_force(earning.SignIn), streak))
