"""Closing a month: once it is over, its sums are written down, and never changed."""

from datetime import date

import msgspec

from foundation import database, jobs
from foundation.transactions import transactional, within_transaction
from membership.finance.months import after, begins
from membership.finance.movements import movements

# By the database's clock. What began before the month ended and has not committed may still post into it: an entry
# bears the time at which its transaction began.
NEXT = """
WITH next AS (
    SELECT coalesce((SELECT (max(month) + interval '1 month')::date FROM finance_close),
                    (SELECT date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')::date
                       FROM points_entry ORDER BY created_at LIMIT 1)) AS month
), ends AS (
    SELECT month, (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS at FROM next WHERE month IS NOT NULL
)
SELECT month FROM ends
 WHERE at <= now() AND NOT EXISTS (
    SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < ends.at
 )
"""

CLOSE = f"""
WITH moved AS (
    SELECT * FROM ({movements("$2", "$3")}) movement
)
INSERT INTO finance_close (month, net)
SELECT $1::date, coalesce((SELECT net FROM finance_close ORDER BY month DESC LIMIT 1), 0)
           + coalesce((SELECT sum(points) FROM moved), 0)
"""  # noqa: S608  # our own statement

WRITE_MOVEMENTS = f"""
INSERT INTO finance_month (month, kind, store_id, rule, entries, points)
SELECT month, kind, store_id, rule, entries, points FROM ({movements("$1", "$2")}) movement
"""  # noqa: S608  # our own statement

OUTSTANDING = """
SELECT expires_on, pending, sum(points)::bigint AS points FROM (
    SELECT lot.expires_on, lot.spendable_from >= {at} AS pending, lot.remaining AS points
      FROM points_lot lot JOIN points_entry issued ON issued.id = lot.entry_id AND issued.created_at < {at}
     WHERE lot.remaining > 0
    UNION ALL
    SELECT lot.expires_on, lot.spendable_from >= {at}, used.amount
      FROM points_entry entry JOIN points_lot_use used ON used.entry_id = entry.id
      JOIN points_lot lot ON lot.id = used.lot_id
      JOIN points_entry issued ON issued.id = lot.entry_id AND issued.created_at < {at}
     WHERE entry.created_at >= {at}
) held GROUP BY 1, 2 HAVING sum(points) <> 0
"""
"""What the lots held at an instant, given as SQL: what remains now of those granted by then, and what was taken since.
(That what remains follows from what was taken is the ledger's own invariant.)"""

WRITE_OUTSTANDING = f"""
INSERT INTO finance_expiry (month, expires_on, pending, points)
SELECT $1::date, expires_on, pending, points FROM ({OUTSTANDING.format(at="$2")}) lots
"""  # noqa: S608  # our own statement


class Closed(msgspec.Struct, frozen=True):
    """What was closed just now."""

    months: list[date]


@jobs.by_the_clock("finance.closing", "40 * * * *")
async def close_months() -> Closed:
    """Closes every month that is over, the oldest first. Running it twice changes nothing."""
    months = []
    while (month := await close_next()) is not None:
        months.append(month)
    return Closed(months)


@transactional
async def close_next() -> date | None:
    """The oldest month that is over and open, in one transaction."""
    return await close_oldest()


@within_transaction
async def close_oldest() -> date | None:
    """Closes the oldest month that is over and open; None when there is none, or somebody may still post into it."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtext('finance.closing'))")
    month: date | None = await database.fetchval(NEXT)
    if month is None:
        return None
    began, ended = begins(month), begins(after(month))
    await database.execute(CLOSE, month, began, ended)
    await database.execute(WRITE_MOVEMENTS, began, ended)
    await database.execute(WRITE_OUTSTANDING, month, ended)
    return month


async def last_closed() -> date | None:
    """The newest month whose books are closed."""
    month: date | None = await database.fetchval("SELECT max(month) FROM finance_close")
    return month
