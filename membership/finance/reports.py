"""Reads: what was issued, redeemed, expired, by month, store or rule. Closed months from their sums, the rest live."""

from datetime import date
from enum import StrEnum

import asyncpg
import msgspec

from foundation import database
from membership.finance.closing import last_closed
from membership.finance.errors import ReportTooLong
from membership.finance.months import after, begins, require_range
from membership.finance.movements import SUMS, movements

MOST_ROWS = 20_000


class By(StrEnum):
    """What a row stands for, beside its month."""

    MONTH = "month"
    STORE = "store"
    RULE = "rule"


KEYS = {
    By.MONTH: ("NULL::text", "NULL::text", "NULL::text", "month"),
    By.STORE: ("store.code", "store.name", "NULL::text", "month, store.code, store.name"),
    By.RULE: ("NULL::text", "NULL::text", "rule", "month, rule"),
}

REPORT = f"""
WITH moved AS (
    SELECT month, kind, store_id, rule, points FROM finance_month WHERE month BETWEEN $1 AND $2
    UNION ALL
    SELECT month, kind, store_id, rule, points FROM ({movements("$3", "$4")}) live
)
SELECT month, {{store_code}} AS store_code, {{store_name}} AS store_name, {{rule}} AS rule,
       {SUMS}, sum(points)::bigint AS net
  FROM moved LEFT JOIN store ON store.id = store_id
 GROUP BY {{keys}} ORDER BY {{keys}} LIMIT $5
"""  # noqa: S608  # our own constants


class PointsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a month moved (in a store, by a rule), in points, signed as in the ledger.

    `store_*` and `rule` are None where the report does not tell them apart, and where there is none. What `expired` is
    told by the store and rule that had issued it. `opening` and `closing` are given by month only.
    """

    month: date
    store_code: str | None
    store_name: str | None
    rule: str | None
    issued: int
    adjusted: int
    redeemed: int
    given_back: int
    taken_back: int
    expired: int
    moved: int
    net: int
    opening: int | None
    closing: int | None
    closed: bool


async def points_report(since: date, until: date, by: By) -> list[PointsRow]:
    """A row per month (and store or rule) in which something moved, 20,000 at most.

    Raises `MonthsOutOfRange`, `ReportTooLong`.
    """
    require_range(since, until)
    last = await last_closed()
    live = since if last is None else max(since, after(last))
    store_code, store_name, rule, keys = KEYS[by]
    rows = await database.fetch(
        REPORT.format(store_code=store_code, store_name=store_name, rule=rule, keys=keys),
        since,
        # Not further than the months that were closed a moment ago: one that is closed meanwhile is read live.
        min(until, last) if last is not None else date.min,
        begins(live),
        begins(after(until)),
        MOST_ROWS + 1,
    )
    if len(rows) > MOST_ROWS:
        raise ReportTooLong
    opening = await outstanding_before(since) if by is By.MONTH else None
    return _with_balances(rows, opening, last)


async def outstanding_before(month: date) -> int:
    """All points ever posted before a month, less all that were taken."""
    row = await database.fetchrow(
        "SELECT month, net FROM finance_close WHERE month < $1 ORDER BY month DESC LIMIT 1", month
    )
    since = None if row is None else begins(after(row["month"]))
    live: int = await database.fetchval(
        "SELECT coalesce(sum(amount), 0)::bigint FROM points_entry"
        " WHERE created_at < $1 AND ($2::timestamptz IS NULL OR created_at >= $2)",
        begins(month),
        since,
    )
    return live + (0 if row is None else row["net"])


def _with_balances(rows: list[asyncpg.Record], opening: int | None, last: date | None) -> list[PointsRow]:
    shown = []
    for row in rows:
        closing = None if opening is None else opening + row["net"]
        closed = last is not None and row["month"] <= last
        shown.append(PointsRow(**dict(row), opening=opening, closing=closing, closed=closed))
        opening = closing
    return shown
