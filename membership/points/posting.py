"""How an entry comes into the ledger: lock the account, then write entry, lots and account in one statement.

The lock is a statement of its own on purpose: a statement that locks *and* reads lots would, after waiting for the
lock, still read the lots as they were when it began (READ COMMITTED), and two spendings would take the same points.
For the same reason an entry's time is that of its statement and not of its transaction, which may have begun before an
entry that it waited for: so the entries of an account lie in time as they lie in the ledger.

A grant alone (`actions.GRANT`) locks and writes in one: it reads nothing but the row that it locks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from membership.points.kinds import Kind
from membership.points.shapes import NOWHERE, Posted, Source

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

LOCK = "SELECT balance, debt FROM points_account WHERE member_id = $1 FOR UPDATE"
LOCK_MANY = (
    "SELECT member_id, balance, debt FROM points_account WHERE member_id = ANY($1::uuid[])"
    " ORDER BY member_id FOR UPDATE"
)

LIVE_LOTS = """
SELECT lot.id, lot.remaining, entry.kind, entry.key
  FROM points_lot lot JOIN points_entry entry ON entry.id = lot.entry_id
 WHERE lot.member_id = $1 AND lot.remaining > 0
 ORDER BY lot.spendable_from > now(), lot.expires_on, lot.id
"""

POST = """
WITH account AS (
    UPDATE points_account SET balance = $5, debt = $6 WHERE member_id = $1
), entry AS (
    INSERT INTO points_entry (
        member_id, kind, key, amount, balance_after, debt_after, reverses_id, rule, store_id, by_member_id, note,
        created_at
    ) VALUES ($1, $2, $3, $4, $5, $6, $7, $10, $11, $12, $13, statement_timestamp()) RETURNING id
), fresh AS (
    INSERT INTO points_lot (member_id, entry_id, granted, remaining, expires_on, spendable_from)
    SELECT $1, id, $14::bigint, $14::bigint - $15::bigint, $16::date, now() FROM entry WHERE $14::bigint > 0
    RETURNING id, entry_id
), fresh_used AS (
    INSERT INTO points_lot_use (entry_id, lot_id, amount)
    SELECT entry_id, id, $15::bigint FROM fresh WHERE $15::bigint > 0
), moves AS (
    SELECT * FROM unnest($8::bigint[], $9::bigint[]) AS move (lot_id, amount)
), used AS (
    INSERT INTO points_lot_use (entry_id, lot_id, amount)
    SELECT entry.id, moves.lot_id, moves.amount FROM entry, moves
)
UPDATE points_lot SET remaining = remaining - moves.amount
  FROM (SELECT lot_id, sum(amount) AS amount FROM moves GROUP BY lot_id) moves WHERE points_lot.id = moves.lot_id
"""

EXPIRE = f"""
WITH overdue AS (
    SELECT id, member_id, remaining FROM points_lot
     WHERE member_id = ANY($1::uuid[]) AND remaining > 0 AND expires_on < {TODAY}
), account AS (
    UPDATE points_account SET balance = balance - total.points
      FROM (SELECT member_id, sum(remaining) AS points FROM overdue GROUP BY member_id) total
     WHERE points_account.member_id = total.member_id
    RETURNING points_account.member_id, total.points, balance, debt
), entry AS (
    INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after, created_at)
    SELECT member_id, '{Kind.EXPIRY}', gen_random_uuid()::text, -points, balance, debt, statement_timestamp()
      FROM account
    RETURNING id, member_id, amount
), used AS (
    INSERT INTO points_lot_use (entry_id, lot_id, amount)
    SELECT entry.id, overdue.id, overdue.remaining FROM overdue JOIN entry USING (member_id)
), emptied AS (
    UPDATE points_lot SET remaining = 0 FROM overdue WHERE points_lot.id = overdue.id
)
SELECT count(*) AS members, coalesce(-sum(amount), 0)::bigint AS points FROM entry
"""  # noqa: S608  # only our own constants are filled in


class Account(msgspec.Struct, frozen=True):
    """A locked account."""

    balance: int
    debt: int


class Lot(msgspec.Struct, frozen=True):
    """A lot with something in it, and the entry that granted it."""

    id: int
    remaining: int
    kind: str
    key: str


class Fresh(msgspec.Struct, frozen=True):
    """A lot that an entry makes: what it grants, how much of that repays a debt at once, its last business day."""

    granted: int
    repaid: int
    expires_on: date | None


NO_FRESH_LOT = Fresh(0, 0, None)


class Move(msgspec.Struct, frozen=True):
    """Taken from a lot (positive) or returned to it (negative)."""

    lot_id: int
    amount: int


async def lock(member_id: UUID) -> Account:
    """Locks the member's account until the transaction ends."""
    row = await database.fetchrow(LOCK, member_id)
    assert row is not None, "a member has an account from her first moment on"
    return Account(row["balance"], row["debt"])


async def lock_many(member_ids: Sequence[UUID]) -> Mapping[UUID, Account]:
    """Locks several accounts, always in the same order."""
    rows = await database.fetch(LOCK_MANY, list(member_ids))
    return {row["member_id"]: Account(row["balance"], row["debt"]) for row in rows}


async def posted_before(kind: Kind, key: str) -> Posted | None:
    """The entry with this kind and key, if there is one."""
    row = await database.fetchrow(
        "SELECT amount, balance_after, debt_after FROM points_entry WHERE kind = $1 AND key = $2", kind, key
    )
    return Posted(row["amount"], row["balance_after"], row["debt_after"]) if row else None


async def live_lots(member_id: UUID) -> list[Lot]:
    """Her lots with something in them: those that expire first come first, those not yet spendable last."""
    return [_lot(row) for row in await database.fetch(LIVE_LOTS, member_id)]


async def post(
    member_id: UUID,
    kind: Kind,
    key: str,
    *,
    before: Account,
    after: Account,
    moves: Sequence[Move],
    reverses: int | None = None,
    fresh: Fresh = NO_FRESH_LOT,
    source: Source = NOWHERE,
) -> Posted:
    """Writes one entry, what it moves in lots, and the account. The caller holds the lock and has done the sums."""
    amount = (after.balance - after.debt) - (before.balance - before.debt)
    await database.execute(
        POST,
        member_id,
        kind,
        key,
        amount,
        after.balance,
        after.debt,
        reverses,
        [move.lot_id for move in moves],
        [move.amount for move in moves],
        *msgspec.structs.astuple(source),
        *msgspec.structs.astuple(fresh),
    )
    return Posted(amount, after.balance, after.debt)


async def lock_and_expire(member_id: UUID) -> Account:
    """Locks the account and posts the expiry of what is overdue in it."""
    account = await lock(member_id)
    _, points = await expire_overdue([member_id])
    return Account(account.balance - points, account.debt)


async def expire_overdue(member_ids: Sequence[UUID]) -> tuple[int, int]:
    """Posts the expiry of lots whose last day is over, for members whose accounts are locked: (members, points)."""
    row = await database.fetchrow(EXPIRE, list(member_ids))
    assert row is not None
    return row["members"], row["points"]


def take(lots: Sequence[Lot], amount: int) -> list[Move]:
    """Takes `amount`, or as much as there is, from the lots in their order."""
    moves: list[Move] = []
    for lot in lots:
        if amount == 0:
            break
        moves.append(Move(lot.id, min(lot.remaining, amount)))
        amount -= moves[-1].amount
    return moves


def total(moves: Iterable[Move]) -> int:
    return sum(move.amount for move in moves)


def _lot(row: asyncpg.Record) -> Lot:
    return Lot(row["id"], row["remaining"], row["kind"], row["key"])
