"""By the clock: tells members in time that points of theirs are about to expire."""

from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from foundation import database, jobs
from foundation.transactions import transactional
from membership import notifications
from membership.points.posting import TODAY

HORIZONS_DAYS = (30, 7)
"""The longest first; each is told once. A horizon ends where the next one begins, so that nobody hears both at once."""

BATCH = 500
KIND = "points_expiring"
POINTS_PAGE = "/pages/points/index"
BEFORE_ALL = UUID(int=0)

# Day by day, because of all days in a month there are few on which anything expires.
DAYS = f"""
SELECT day, day - {TODAY} AS days_left
  FROM (SELECT {TODAY} + offset_days AS day FROM generate_series($1::int, $2::int) AS offset_days) days
 WHERE EXISTS (SELECT FROM points_lot WHERE expires_on = day AND remaining > 0)
"""  # noqa: S608  # only our own constant is filled in

OWNERS = """
SELECT member_id, sum(remaining)::bigint AS points FROM points_lot
 WHERE expires_on = $1 AND remaining > 0 AND member_id > $2 GROUP BY member_id ORDER BY member_id LIMIT $3
"""


class Reminded(msgspec.Struct, frozen=True):
    """How many members were told something new."""

    members: int


class _Batch(msgspec.Struct, frozen=True):
    told: int
    last: UUID | None
    """Whom the next batch comes after; None when this was the last."""


@jobs.by_the_clock("points.reminders", "0 2 * * *")
async def remind() -> Reminded:
    """At ten in the morning: what expires within 30 days, and again within 7. Running it twice tells nothing twice.

    A day without a run is made up for on the next: the message says how many days are left then.
    """
    told = 0
    for horizon, next_one in zip(HORIZONS_DAYS, (*HORIZONS_DAYS[1:], -1), strict=True):
        for row in await database.fetch(DAYS, next_one + 1, horizon):
            told += await _remind_of(row, horizon)
    return Reminded(told)


async def _remind_of(day: asyncpg.Record, horizon: int) -> int:
    told, after = 0, BEFORE_ALL
    while True:
        batch = await remind_batch(day["day"], day["days_left"], horizon, after)
        told += batch.told
        if batch.last is None:
            return told
        after = batch.last


@transactional
async def remind_batch(day: date, days_left: int, horizon: int, after: UUID) -> _Batch:
    """Some members in one transaction. Locks nothing: what she spends meanwhile she knows of."""
    rows = await database.fetch(OWNERS, day, after, BATCH)
    told = await notifications.notify_all(KIND, [_message(row, day, days_left, horizon) for row in rows]) if rows else 0
    return _Batch(told, rows[-1]["member_id"] if len(rows) == BATCH else None)


def _message(row: asyncpg.Record, day: date, days_left: int, horizon: int) -> notifications.Message:
    left = f"还有 {days_left} 天" if days_left else "就是今天"
    return notifications.Message(
        member_id=row["member_id"],
        key=f"{row['member_id']}:{day}:{horizon}",
        title="积分快到期啦" if horizon == HORIZONS_DAYS[0] else "积分马上到期",
        body=f"您有 {row['points']} 积分将在 {day.month} 月 {day.day} 日后过期，{left}，去商城挑份喜欢的好礼吧。",
        link=POINTS_PAGE,
    )
