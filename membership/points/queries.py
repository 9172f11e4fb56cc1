"""Reads of the ledger: what a member has, and the statement of her account."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.points.kinds import Kind
from membership.points.posting import TODAY

# Lots whose last day is over no longer count, even before the job has posted their expiry.
SUMMARY = f"""
SELECT account.debt, lot.expires_on,
       coalesce(sum(lot.remaining) FILTER (WHERE lot.spendable_from <= now()), 0)::bigint AS spendable,
       coalesce(sum(lot.remaining) FILTER (WHERE lot.spendable_from > now()), 0)::bigint AS pending
  FROM points_account account
  LEFT JOIN points_lot lot ON lot.member_id = account.member_id AND lot.remaining > 0
       AND (lot.expires_on IS NULL OR lot.expires_on >= {TODAY})
 WHERE account.member_id = $1
 GROUP BY account.debt, lot.expires_on
 ORDER BY lot.expires_on
"""  # noqa: S608  # only our own constant is filled in

ENTRIES = """
SELECT id, kind, amount, balance_after, debt_after, created_at FROM points_entry
 WHERE member_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
"""

# A range for the index, which no other order of text than ours narrows exactly, and a test for what is right.
HOLDER = """
SELECT lot.member_id FROM points_entry entry JOIN points_lot lot ON lot.entry_id = entry.id
 WHERE entry.kind = $1 AND entry.key >= $2::text AND entry.key <= $2::text || $3::text
   AND starts_with(entry.key, $2::text)
 ORDER BY entry.id DESC LIMIT 1
"""
LAST_CHARACTER = "\U0010ffff"

BEYOND_ALL = 2**63 - 1
EntryId = Annotated[int, msgspec.Meta(ge=0, le=BEYOND_ALL)]


class ExpiringLot(msgspec.Struct, frozen=True):
    """Points that can be spent up to and including a day."""

    points: int
    expires_on: date


class PointsSummary(msgspec.Struct, frozen=True):
    """What a member has. `balance` can be spent now; `pending` can later; `debt` is repaid by the next earnings."""

    balance: int
    debt: int
    pending: int
    expiring: list[ExpiringLot]
    """Of the balance, what expires: soonest first, one item per day."""


class EntryView(msgspec.Struct, frozen=True):
    """One line of the statement. `amount` is signed; balance and debt as they were after it."""

    id: int
    kind: Kind
    amount: int
    balance_after: int
    debt_after: int
    created_at: datetime


async def summary(member_id: UUID) -> PointsSummary:
    """What she has now. One query."""
    rows = await database.fetch(SUMMARY, member_id)
    return PointsSummary(
        balance=sum(row["spendable"] for row in rows),
        debt=rows[0]["debt"] if rows else 0,
        pending=sum(row["pending"] for row in rows),
        expiring=[
            ExpiringLot(row["spendable"], row["expires_on"])
            for row in rows
            if row["spendable"] and row["expires_on"] is not None
        ],
    )


async def holder_of(kind: Kind, key_prefix: str) -> UUID | None:
    """The member in whose account the lots of a grant are now; None when nothing was granted under such a key.

    After a merge that is the one she turned out to be, and not necessarily who bought: a family's account may hold it.
    """
    member_id: UUID | None = await database.fetchval(HOLDER, kind, key_prefix, LAST_CHARACTER)
    return member_id


async def entries(member_id: UUID, query: PageQuery) -> Page[EntryView]:
    """Her statement, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, EntryId) if query.cursor else (BEYOND_ALL,)
    rows = await database.fetch(ENTRIES, member_id, before, query.limit + 1)
    shown = [EntryView(row[0], Kind(row[1]), row[2], row[3], row[4], row[5]) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)
