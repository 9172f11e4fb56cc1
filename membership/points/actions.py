"""The verbs of the ledger. All are steps: points can't move alone."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership.points.errors import NotEnoughPoints
from membership.points.kinds import Kind
from membership.points.posting import (
    TODAY,
    Account,
    expire_overdue,
    live_lots,
    lock,
    lock_many,
    post,
    posted_before,
    take,
)
from membership.points.shapes import NOWHERE, Moved, Posted, Source

OPEN = "INSERT INTO points_account (member_id, balance, debt) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING"

# The one posting that locks and writes in one statement: it reads no lots, the locked row comes as it stands when the
# lock is had, and what was posted before is found by the constraint, which sees more than the statement does. The time
# is the clock's for the same reason: that of the statement lies before the wait.
GRANT = """
WITH account AS MATERIALIZED (
    SELECT balance, debt, least(debt, $2::bigint) AS repaid FROM points_account WHERE member_id = $1 FOR UPDATE
), entry AS (
    INSERT INTO points_entry (
        member_id, kind, key, amount, balance_after, debt_after, rule, store_id, by_member_id, note, created_at
    ) SELECT $1, $3, $4, $2, balance + $2 - repaid, debt - repaid, $7, $8, $9, $10, clock_timestamp() FROM account
    ON CONFLICT (kind, key) DO NOTHING RETURNING id, balance_after, debt_after
), granted AS (
    UPDATE points_account SET balance = entry.balance_after, debt = entry.debt_after FROM entry WHERE member_id = $1
), lot AS (
    INSERT INTO points_lot (member_id, entry_id, granted, remaining, expires_on, spendable_from)
    SELECT $1, id, $2, $2 - repaid, $5::date, coalesce($6::timestamptz, now()) FROM entry, account
    RETURNING id, entry_id, granted - remaining AS repaid
), used AS (
    INSERT INTO points_lot_use (entry_id, lot_id, amount) SELECT entry_id, id, repaid FROM lot WHERE repaid > 0
)
SELECT entry.balance_after, entry.debt_after FROM account LEFT JOIN entry ON true
"""

# Posts nothing while a lot is overdue: its expiry is posted first, so that the statement of the account reads right.
# Spendable by the time of the statement, not of the transaction (now()): that began before it waited for a gift's row
# and for the account, and what was earned in the meantime counts.
SPEND = f"""
WITH lot AS (
    SELECT id, remaining, expires_on, spendable_from <= statement_timestamp() AS spendable
      FROM points_lot WHERE member_id = $1 AND remaining > 0
), live AS (
    SELECT id, remaining, sum(remaining) OVER (ORDER BY expires_on, id) - remaining AS before FROM lot WHERE spendable
), whole AS (
    SELECT coalesce(sum(remaining) FILTER (WHERE spendable), 0)::bigint AS spendable,
           coalesce(min(expires_on) < {TODAY}, false) AS overdue
      FROM lot
), account AS (
    UPDATE points_account SET balance = balance - $2
     WHERE member_id = $1 AND (SELECT spendable >= $2 AND NOT overdue FROM whole)
       AND NOT EXISTS (SELECT FROM points_entry WHERE kind = $3 AND key = $4)
    RETURNING balance
), entry AS (
    INSERT INTO points_entry (
        member_id, kind, key, amount, balance_after, debt_after, rule, store_id, by_member_id, note, created_at
    ) SELECT $1, $3, $4, -$2, balance, 0, $5, $6, $7, $8, statement_timestamp() FROM account RETURNING id
), plan AS (
    SELECT live.id, least(live.remaining, $2 - live.before) AS amount FROM live WHERE live.before < $2
), used AS (
    INSERT INTO points_lot_use (entry_id, lot_id, amount) SELECT entry.id, plan.id, plan.amount FROM entry, plan
), taken AS (
    UPDATE points_lot SET remaining = remaining - plan.amount FROM plan, account WHERE points_lot.id = plan.id
)
SELECT whole.spendable, whole.overdue, account.balance FROM whole LEFT JOIN account ON true
"""  # noqa: S608  # only our own constant is filled in


@within_transaction
async def open_account(member_id: UUID) -> None:
    """Gives a new member her account, empty."""
    await database.execute(OPEN, member_id)


@within_transaction
async def grant(
    member_id: UUID,
    amount: int,
    *,
    kind: Kind,
    key: str,
    expires_on: date | None,
    spendable_from: datetime | None = None,
    source: Source = NOWHERE,
) -> Posted | None:
    """Gives points as a new lot; a debt is repaid from it first. None when (kind, key) was posted before.

    `expires_on`: the last business day on which they can be spent (`expiry_for`). `spendable_from`: the instant from
    which they can; until then they count as pending.
    """
    assert amount > 0, "a grant gives something"
    row = await database.fetchrow(
        GRANT, member_id, amount, kind, key, expires_on, spendable_from, *msgspec.structs.astuple(source)
    )
    assert row is not None, "a member has an account from her first moment on"
    balance, debt = row
    return None if balance is None else Posted(amount, balance, debt)


@within_transaction
async def spend(member_id: UUID, amount: int, *, kind: Kind, key: str, source: Source = NOWHERE) -> Posted:
    """Takes points, from the lots that expire first. Two round trips.

    Raises `NotEnoughPoints`. With a (kind, key) that was posted before it answers that posting.
    """
    assert amount > 0, "a spending takes something"
    arguments = (member_id, amount, kind, key, *msgspec.structs.astuple(source))
    await lock(member_id)
    row = await database.fetchrow(SPEND, *arguments)
    assert row is not None
    if row["overdue"]:
        await expire_overdue([member_id])
        row = await database.fetchrow(SPEND, *arguments)
        assert row is not None
    if row["balance"] is not None:
        return Posted(-amount, row["balance"], 0)
    posted = await posted_before(kind, key)
    if posted is None:
        raise NotEnoughPoints(missing=amount - row["spendable"])
    return posted


@within_transaction
async def move_all(from_member: UUID, to_member: UUID, key: str) -> Moved:
    """Moves everything of one member to another who turned out to be the same person: points, lots, debt.

    Points of one repay the debt of the other. `key` names the merge.
    """
    await lock_many((from_member, to_member))
    await expire_overdue((from_member, to_member))
    accounts = await lock_many((from_member, to_member))
    old, new = accounts[from_member], accounts[to_member]
    lots = await database.execute("UPDATE points_lot SET member_id = $2 WHERE member_id = $1", from_member, to_member)
    if old.balance or old.debt:
        await post(from_member, Kind.MERGE_OUT, key, before=old, after=Account(0, 0), moves=[])
        balance, debt = old.balance + new.balance, old.debt + new.debt
        repaid = min(balance, debt)
        await post(
            to_member,
            Kind.MERGE_IN,
            key,
            before=new,
            after=Account(balance - repaid, debt - repaid),
            moves=take(await live_lots(to_member), repaid),
        )
    return Moved(old.balance, old.debt, lots)
