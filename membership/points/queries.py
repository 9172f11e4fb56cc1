"""Reads of the ledger: what a member has, and the statement of her account."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from membership.points.kinds import Kind
from membership.points.posting import TODAY

# Lots whose last day is over no longer count, even before the job has posted their expiry.
SUMMARY = f"""
SELECT account.debt, lot.expires_on, CASE WHEN lot.spendable_from > now() THEN lot.spendable_from END AS arrives_at,
       coalesce(sum(lot.remaining), 0)::bigint AS points
  FROM points_account account
  LEFT JOIN points_lot lot ON lot.member_id = account.member_id AND lot.remaining > 0
       AND (lot.expires_on IS NULL OR lot.expires_on >= {TODAY})
 WHERE account.member_id = $1
 GROUP BY account.debt, lot.expires_on, arrives_at
 ORDER BY lot.expires_on, arrives_at
"""  # noqa: S608  # only our own constant is filled in

# A range for the index, which no other order of text than ours narrows exactly, and a test for what is right.
HOLDER = """
SELECT lot.member_id FROM points_entry entry JOIN points_lot lot ON lot.entry_id = entry.id
 WHERE entry.kind = $1 AND entry.key >= $2::text AND entry.key <= $2::text || $3::text
   AND starts_with(entry.key, $2::text)
 ORDER BY entry.id DESC LIMIT 1
"""
LAST_CHARACTER = "\U0010ffff"

SPENDABLE = f"""
SELECT coalesce(sum(lot.remaining), 0)::bigint FROM points_lot lot
 WHERE lot.member_id = {{}} AND lot.remaining > 0 AND lot.spendable_from <= now()
   AND (lot.expires_on IS NULL OR lot.expires_on >= {TODAY})
"""  # noqa: S608  # only our own constant is filled in
"""What a member can spend now, as SQL, for who reads it together with something else; the braces stand for her id."""
OWES = "EXISTS (SELECT FROM points_account WHERE member_id = {} AND debt > 0)"
"""Whether she has a debt, as SQL in the same way."""

BEYOND_ALL = 2**63 - 1
EntryId = Annotated[int, msgspec.Meta(ge=0, le=BEYOND_ALL)]


class ExpiringLot(msgspec.Struct, frozen=True):
    """Points that can be spent up to and including a day."""

    points: int
    expires_on: date


class ArrivingLot(msgspec.Struct, frozen=True):
    """Points that can be spent from an instant on."""

    points: int
    spendable_from: datetime


class PointsSummary(msgspec.Struct, frozen=True):
    """What a member has. `balance` can be spent now; `pending` can later; `debt` is repaid by the next earnings."""

    balance: int
    debt: int
    pending: int
    expiring: list[ExpiringLot]
    """Of the balance, what expires: soonest first, one item per day."""
    arriving: list[ArrivingLot] = []
    """What is pending, and from when it can be spent: soonest first."""


async def summary(member_id: UUID) -> PointsSummary:
    """What she has now. One query."""
    rows = await database.fetch(SUMMARY, member_id)
    here = [row for row in rows if row["arrives_at"] is None]
    arriving: dict[datetime, int] = {}
    for row in rows:
        if row["arrives_at"] is not None:
            arriving[row["arrives_at"]] = arriving.get(row["arrives_at"], 0) + row["points"]
    return PointsSummary(
        balance=sum(row["points"] for row in here),
        debt=rows[0]["debt"] if rows else 0,
        pending=sum(arriving.values()),
        expiring=[ExpiringLot(row["points"], row["expires_on"]) for row in here if row["expires_on"] is not None],
        arriving=[ArrivingLot(arriving[instant], instant) for instant in sorted(arriving)],
    )


async def holder_of(kind: Kind, key_prefix: str) -> UUID | None:
    """The member in whose account the lots of a grant are now; None when nothing was granted under such a key.

    After a merge that is the one she turned out to be, and not necessarily who bought: a family's account may hold it.
    """
    member_id: UUID | None = await database.fetchval(HOLDER, kind, key_prefix, LAST_CHARACTER)
    return member_id
