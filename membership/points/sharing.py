"""Several who earn into one account: what each brought, what goes with him, who answers for goods that come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from foundation.transactions import within_transaction
from membership import members
from membership.points.kinds import Kind
from membership.points.posting import Account, expire_overdue, live_lots, lock_many, post, take
from membership.points.queries import BEYOND_ALL, LAST_CHARACTER, EntryId
from membership.points.returning import take_back
from membership.points.shapes import Source

SPENDINGS = (Kind.REDEMPTION, Kind.REDEMPTION_CANCELLED, Kind.ORDER_RETURNED)
"""What a relative spends, less what came back of it."""

MONTH = "date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'"

# Not what came back of an order (it reverses an entry): that was the account's before he spent it.
BROUGHT = "entry.by_member_id IS NOT NULL AND entry.reverses_id IS NULL"

MOVE = f"""
WITH moved AS (
    UPDATE points_lot lot SET member_id = $2 FROM points_entry entry
     WHERE entry.id = lot.entry_id AND lot.member_id = $1 AND lot.remaining > 0 AND {BROUGHT}
       AND entry.by_member_id = ANY($3::uuid[])
    RETURNING lot.id, lot.remaining
), noted AS (
    INSERT INTO points_lot_move (lot_id, from_member_id, to_member_id, amount) SELECT id, $1, $2, remaining FROM moved
)
SELECT coalesce(sum(remaining), 0)::bigint FROM moved
"""  # noqa: S608  # only our own constant is filled in

GRANTED = """
SELECT lot.member_id, move.from_member_id, move.amount
  FROM points_entry entry JOIN points_lot lot ON lot.entry_id = entry.id
  LEFT JOIN points_lot_move move ON move.lot_id = lot.id
 WHERE entry.kind = $1 AND entry.key >= $2 AND entry.key <= $2 || $3 AND starts_with(entry.key, $2)
 ORDER BY entry.id DESC
"""

ALONG = ":along"
"""Ends the key of what is taken back from the one who took the lots along, beside what the account still owes."""

# Of this grant alone: the keys of another part of the same receipt may begin as its keys do, and go on with a name.
TAKEN_ALONG = """
SELECT coalesce(-sum(amount), 0)::bigint FROM points_entry
 WHERE kind = $1 AND key >= $2 AND key <= $2 || $3 AND starts_with(key, $2)
   AND substr(key, length($2) + 1) ~ ('^[0-9]+' || $4 || '$')
"""

SHARES = f"""
WITH self AS (SELECT * FROM unnest($2::uuid[], $3::uuid[]) AS self (member_id, self_id)),
moved AS (
    SELECT self.member_id, sum(amount) FILTER (WHERE kind <> ALL($4::text[]) AND kind <> '{Kind.FAMILY_OUT}') AS earned,
           -sum(amount) FILTER (WHERE kind = ANY($4::text[])) AS spent
      FROM self JOIN points_entry entry ON entry.by_member_id = self.self_id
     WHERE entry.member_id = $1 AND entry.created_at >= {MONTH}
     GROUP BY self.member_id
), live AS (
    SELECT self.member_id, sum(lot.remaining) AS remaining
      FROM points_lot lot JOIN points_entry entry ON entry.id = lot.entry_id
      JOIN self ON self.self_id = entry.by_member_id
     WHERE lot.member_id = $1 AND lot.remaining > 0 AND {BROUGHT}
     GROUP BY self.member_id
)
SELECT self.member_id, coalesce(moved.earned, 0)::bigint AS earned, coalesce(moved.spent, 0)::bigint AS spent,
       coalesce(live.remaining, 0)::bigint AS remaining
  FROM (SELECT DISTINCT member_id FROM self) self LEFT JOIN moved USING (member_id) LEFT JOIN live USING (member_id)
"""  # noqa: S608  # only our own constants are filled in


class Taker(msgspec.Struct, frozen=True):
    """Who takes along what he brought: `selves` are all members he ever was, `key` names his leaving."""

    member_id: UUID
    selves: Sequence[UUID]
    key: str


class FamilyShare(msgspec.Struct, frozen=True):
    """What one relative did in an account this calendar month, and what of his earnings is still there."""

    earned_this_month: int
    spent_this_month: int
    remaining: int


class RelativeEntry(msgspec.Struct, frozen=True):
    """A line that somebody else than the account's owner earned or spent."""

    id: int
    by_member: UUID
    kind: Kind
    note: str | None
    amount: int
    created_at: datetime


@within_transaction
async def share_out(account_id: UUID, takers: Sequence[Taker]) -> dict[UUID, int]:
    """Gives each his lots that are not used up, with their own expiry; how many points each takes along.

    A debt of his own is repaid from them. What of his is spent, or repaid a debt of the account, stays gone.
    """
    everybody = [account_id, *(taker.member_id for taker in takers)]
    await lock_many(everybody)
    await expire_overdue(everybody)
    accounts = dict(await lock_many(everybody))
    taken = {}
    for taker in takers:
        taken[taker.member_id] = amount = await database.fetchval(MOVE, account_id, taker.member_id, list(taker.selves))
        if amount:
            account = accounts[account_id]
            accounts[account_id] = Account(account.balance - amount, account.debt)
            await _post_both(account_id, account, taker, accounts[taker.member_id], amount)
    return taken


async def _post_both(account_id: UUID, account: Account, taker: Taker, his: Account, amount: int) -> None:
    await post(
        account_id,
        Kind.FAMILY_OUT,
        taker.key,
        before=account,
        after=Account(account.balance - amount, account.debt),
        moves=[],
        source=Source(by_member=taker.member_id),
    )
    repaid = min(his.debt, amount)
    await post(
        taker.member_id,
        Kind.FAMILY_IN,
        taker.key,
        before=his,
        after=Account(his.balance + amount - repaid, his.debt - repaid),
        moves=take(await live_lots(taker.member_id), repaid),
    )


@within_transaction
async def take_back_where_held(
    member_id: UUID, amount: int, *, kind: Kind, key: str, granted_kind: Kind, granted_key_prefix: str, source: Source
) -> None:
    """Takes back what a member was given, wherever it is now: in her own account, or in the one she earned it into.

    When she has left that account since, what she took along is taken from her, and the rest from the account: those
    who used the points answer for them. The caller keeps her from leaving meanwhile (`families.account_of`), and one
    grant from being taken back twice at once; `key` is the prefix and a number. The source's `by_member` is
    filled in here.
    """
    lots = await database.fetch(GRANTED, granted_kind, granted_key_prefix, LAST_CHARACTER)
    moved = [row for row in lots if row["from_member_id"] is not None]
    holder = next((row["member_id"] for row in lots if row["from_member_id"] is None), member_id)

    async def take_from(account_id: UUID, part: int, part_key: str) -> None:
        await take_back(
            account_id,
            part,
            kind=kind,
            key=part_key,
            granted_kind=granted_kind,
            granted_key_prefix=granted_key_prefix,
            source=msgspec.structs.replace(source, by_member=None if account_id == member_id else member_id),
        )

    if not moved:
        await take_from(holder, amount, key)
        return
    home = (await members.share(moved[0]["from_member_id"])).id
    taker = moved[0]["member_id"]
    await lock_many((home, taker))
    before = await database.fetchval(TAKEN_ALONG, kind, granted_key_prefix, LAST_CHARACTER, ALONG)
    along = min(amount, sum(row["amount"] for row in moved) - before)
    if along:
        await take_from(taker, along, key + ALONG)
    if amount > along:
        await take_from(home, amount - along, key)


async def spent_this_month(account_id: UUID, by_member: UUID) -> int:
    """How many points of an account a relative spent since the calendar month began, less what he gave back."""
    spent: int = await database.fetchval(
        "SELECT coalesce(-sum(amount), 0)::bigint FROM points_entry WHERE by_member_id = $2 AND member_id = $1"  # noqa: S608  # ours
        f" AND kind = ANY($3::text[]) AND created_at >= {MONTH}",
        account_id,
        by_member,
        list(SPENDINGS),
    )
    return spent


async def shares_of(account_id: UUID, selves: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, FamilyShare]:
    """What each of these relatives did in the account; `selves` says under which ids. One query."""
    pairs = [(member_id, each) for member_id, ids in selves.items() for each in ids]
    rows = await database.fetch(
        SHARES, account_id, [pair[0] for pair in pairs], [pair[1] for pair in pairs], list(SPENDINGS)
    )
    return {row["member_id"]: FamilyShare(row["earned"], row["spent"], row["remaining"]) for row in rows}


async def entries_by_relatives(
    account_id: UUID, query: PageQuery, only: Sequence[UUID] | None = None
) -> Page[RelativeEntry]:
    """What others than its owner earned and spent in an account, the newest first; `only` these when given.

    Raises `Invalid` (cursor).
    """
    (before,) = read_cursor(query.cursor, EntryId) if query.cursor else (BEYOND_ALL,)
    rows = await database.fetch(
        "SELECT id, by_member_id, kind, note, amount, created_at FROM points_entry"
        " WHERE member_id = $1 AND id < $2 AND by_member_id IS NOT NULL"
        " AND ($4::uuid[] IS NULL OR by_member_id = ANY($4::uuid[])) ORDER BY id DESC LIMIT $3",
        account_id,
        before,
        query.limit + 1,
        None if only is None else list(only),
    )
    shown = [RelativeEntry(row[0], row[1], Kind(row[2]), row[3], row[4], row[5]) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)
