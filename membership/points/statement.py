"""The statement of an account: line by line, and month by month. A month is one of the Asia/Shanghai calendar."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.points.kinds import Flow, Kind, kinds_of
from membership.points.queries import BEYOND_ALL, EntryId

# The page is cut before anything is joined, so that it costs the same however long the account is.
LINES = """
SELECT line.id, line.kind, line.key, line.amount, line.balance_after, line.debt_after, line.created_at, line.rule,
       coalesce(line.note, undone.note), line.by_member_id, store.name, lot.expires_on,
       CASE WHEN lot.spendable_from > line.created_at THEN lot.spendable_from END AS spendable_from,
       coalesce(lot.spendable_from > now(), false) AS pending
  FROM (SELECT * FROM points_entry
         WHERE member_id = $1 AND created_at >= $2 AND created_at < $3 AND (created_at, id) < ($4, $5)
         ORDER BY created_at DESC, id DESC LIMIT $6) line
  LEFT JOIN points_entry undone ON undone.id = line.reverses_id
  LEFT JOIN store ON store.id = coalesce(line.store_id, undone.store_id)
  LEFT JOIN points_lot lot ON lot.entry_id = line.id
 ORDER BY line.created_at DESC, line.id DESC
"""

# Two short walks along the index per month: what moved in it, and the last line up to its end.
MONTHS = """
WITH span AS (
    SELECT date_trunc('month', min(created_at) AT TIME ZONE 'Asia/Shanghai') AS first_month,
           coalesce($2::date, date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai'))::timestamp AS last_month
      FROM points_entry WHERE member_id = $1
), month AS (
    SELECT day::date AS first_day, day AT TIME ZONE 'Asia/Shanghai' AS starts,
           (day + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS ends
      FROM span, generate_series(greatest(first_month, last_month - make_interval(months => $3::int - 1)),
                                 last_month, interval '1 month') AS day
     WHERE first_month IS NOT NULL
)
SELECT month.first_day, moved.*, closing.balance_after, closing.debt_after
  FROM month
 CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE kind = ANY($4::text[])), 0)::bigint AS earned,
           coalesce(sum(amount) FILTER (WHERE kind = ANY($5::text[])), 0)::bigint AS returned,
           coalesce(-sum(amount) FILTER (WHERE kind = ANY($6::text[])), 0)::bigint AS spent,
           coalesce(-sum(amount) FILTER (WHERE kind = ANY($7::text[])), 0)::bigint AS expired,
           coalesce(-sum(amount) FILTER (WHERE kind = ANY($8::text[])), 0)::bigint AS taken_back,
           coalesce(sum(amount) FILTER (WHERE kind = ANY($9::text[])), 0)::bigint AS moved,
           count(*) FILTER (WHERE kind = ANY($6::text[]))
               - count(*) FILTER (WHERE kind = ANY($5::text[])) AS redemptions
      FROM points_entry WHERE member_id = $1 AND created_at >= month.starts AND created_at < month.ends
 ) moved
 CROSS JOIN LATERAL (
    SELECT balance_after, debt_after FROM points_entry WHERE member_id = $1 AND created_at < month.ends
     ORDER BY created_at DESC, id DESC LIMIT 1
 ) closing
 ORDER BY month.first_day DESC
"""
FLOWS = (Flow.EARNED, Flow.RETURNED, Flow.SPENT, Flow.EXPIRED, Flow.TAKEN_BACK, Flow.MOVED)
"""In the order of the statement's parameters."""

EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

MONTHS_OF_A_YEAR = 12


class StatementQuery(PageQuery, frozen=True):
    """Which lines; without a month, all of them."""

    month: (
        Annotated[
            str,
            msgspec.Meta(
                pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\\n)", description="Asia/Shanghai.", examples=["2026-11"]
            ),
        ]
        | None
    ) = None


class EntryView(msgspec.Struct, frozen=True):
    """One line of the statement. `amount` is signed; balance and debt as they were after it.

    `key` names what happened (see the kind); `rule`, `note` and store are its `Source`, of what gives a spending back
    that of the spending. `expires_on` and `spendable_from` are those of the points it brought;
    `spendable_from` is None for points that were there at once, and `pending` says whether they still wait.
    """

    id: int
    kind: Kind
    key: str
    amount: int
    balance_after: int
    debt_after: int
    created_at: datetime
    rule: str | None
    note: str | None
    by_member: UUID | None
    store_name: str | None
    expires_on: date | None
    spendable_from: datetime | None
    pending: bool


class MonthView(msgspec.Struct, frozen=True):
    """What moved in a month, in points, none of it negative but `moved` (merges and families); what she had at its end.

    closing_balance − closing_debt = that of the month before + earned + returned + moved − spent − expired −
    taken_back. `redemptions` counts them, less those given back.
    """

    first_day: date
    earned: int
    returned: int
    spent: int
    expired: int
    taken_back: int
    moved: int
    redemptions: int
    closing_balance: int
    closing_debt: int


async def entries(member_id: UUID, query: StatementQuery) -> Page[EntryView]:
    """Her statement, the newest first. Raises `Invalid` (cursor)."""
    since, until = _month(query.month) if query.month else (EVER, NEVER)
    before = read_cursor(query.cursor, Instant, EntryId) if query.cursor else (NEVER, BEYOND_ALL)
    rows = await database.fetch(LINES, member_id, since, until, *before, query.limit + 1)
    shown = [_line(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return Page(items=shown, next_cursor=write_cursor(shown[-1].created_at, shown[-1].id) if more else None)


async def months(member_id: UUID, query: PageQuery) -> Page[MonthView]:
    """Month by month from this one back to her first, quiet ones too. One query. Raises `Invalid` (cursor)."""
    (last,) = read_cursor(query.cursor, date) if query.cursor else (None,)
    found = await _months(member_id, last, query.limit + 1)
    shown = found[: query.limit]
    return Page(items=shown, next_cursor=write_cursor(found[-1].first_day) if len(found) > query.limit else None)


async def months_of_year(member_id: UUID, year: int) -> list[MonthView]:
    """January to December (or from her first month on); empty before she had any points. One query."""
    return (await _months(member_id, date(year, 12, 1), MONTHS_OF_A_YEAR))[::-1]


async def _months(member_id: UUID, last: date | None, most: int) -> list[MonthView]:
    rows = await database.fetch(MONTHS, member_id, last, most, *(kinds_of(flow) for flow in FLOWS))
    return [MonthView(*row) for row in rows]


def _month(month: str) -> tuple[datetime, datetime]:
    """When it begins and ends."""
    first = date.fromisoformat(f"{month}-01")
    return clock.start_of_day(first), clock.start_of_day(clock.add_months(first, 1))


def _line(row: asyncpg.Record) -> EntryView:
    return EntryView(row[0], Kind(row[1]), *row[2:])
