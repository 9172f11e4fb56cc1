"""Steps that undo: a spending given back, a grant taken back."""

from uuid import UUID

import asyncpg

from foundation import database
from foundation.transactions import within_transaction
from membership.points.kinds import Kind
from membership.points.posting import (
    NO_FRESH_LOT,
    TODAY,
    Account,
    Fresh,
    Lot,
    Move,
    live_lots,
    lock_and_expire,
    post,
    posted_before,
    take,
    total,
)
from membership.points.shapes import NOWHERE, Posted, Source

GRACE_DAYS = 30
"""What returns from a lot that has expired can be spent up to and including this many days from now."""

# What can't return to its lot is one part, without a lot, and becomes a fresh one: of lots that have expired, and of
# lots that have gone along with whoever earned them, since he left the account. The latter keep their own expiry.
SPENT = f"""
WITH part AS (
    SELECT used.entry_id, used.amount, lot.id, lot.expires_on,
           coalesce(lot.expires_on < {TODAY}, false) OR lot.member_id <> $3 AS gone
      FROM points_entry entry
      JOIN points_lot_use used ON used.entry_id = entry.id JOIN points_lot lot ON lot.id = used.lot_id
     WHERE entry.kind = $1 AND entry.key = $2
)
SELECT entry_id, CASE WHEN gone THEN NULL ELSE id END AS lot_id, sum(amount)::bigint AS amount,
       CASE WHEN gone AND count(expires_on) = count(*) THEN greatest({TODAY} + $4::int, max(expires_on))
            WHEN NOT gone THEN min(expires_on) END AS until
  FROM part GROUP BY entry_id, gone, CASE WHEN gone THEN NULL ELSE id END ORDER BY until, lot_id
"""  # noqa: S608  # only our own constant is filled in

NO_LOT_YET = 0
"""Stands for the fresh lot among those that something returns to."""


@within_transaction
async def give_back(
    member_id: UUID, *, kind: Kind, key: str, spent_kind: Kind, spent_key: str, source: Source = NOWHERE
) -> Posted:
    """Returns what a spending took; a debt is repaid from it first.

    Each part returns to the lot it came from; what came from lots that have expired, or left the account with whoever
    had earned them, becomes one fresh lot with 30 days of grace. A spending is given back once: with a (kind, key) that
    was posted before it answers that posting; another key for the same spending breaks a constraint.
    """
    account = await lock_and_expire(member_id)
    posted = await posted_before(kind, key)
    if posted is not None:
        return posted
    spent = await database.fetch(SPENT, spent_kind, spent_key, member_id, GRACE_DAYS)
    assert spent, f"{spent_kind} {spent_key} spent nothing of hers"
    returned = [Lot(row["lot_id"] or NO_LOT_YET, row["amount"], "", "") for row in spent]
    amount = sum(lot.remaining for lot in returned)
    repaid = min(account.debt, amount)
    repayments = take(returned, repaid)
    moves = [*(Move(lot.id, -lot.remaining) for lot in returned), *repayments]
    return await post(
        member_id,
        kind,
        key,
        before=account,
        after=Account(account.balance + amount - repaid, account.debt - repaid),
        moves=[move for move in moves if move.lot_id != NO_LOT_YET],
        reverses=spent[0]["entry_id"],
        fresh=next((_fresh(row, repayments) for row in spent if row["lot_id"] is None), NO_FRESH_LOT),
        source=source,
    )


def _fresh(row: asyncpg.Record, repayments: list[Move]) -> Fresh:
    repaid = total(move for move in repayments if move.lot_id == NO_LOT_YET)
    return Fresh(row["amount"], repaid, row["until"])


@within_transaction
async def take_back(
    member_id: UUID,
    amount: int,
    *,
    kind: Kind,
    key: str,
    granted_kind: Kind,
    granted_key_prefix: str | None,
    source: Source = NOWHERE,
) -> Posted:
    """Takes back points that were given: from the lots of that grant first, then from others, the rest is debt.

    The grant's lots are those whose entry has `granted_kind` and a key that starts with `granted_key_prefix` (None:
    any key). With a (kind, key) that was posted before it answers that posting.
    """
    assert amount > 0, "taking back takes something"
    account = await lock_and_expire(member_id)
    posted = await posted_before(kind, key)
    if posted is not None:
        return posted

    def of_another_grant(lot: Lot) -> bool:
        return lot.kind != granted_kind or not lot.key.startswith(granted_key_prefix or "")

    moves = take(sorted(await live_lots(member_id), key=of_another_grant), amount)
    taken = total(moves)
    return await post(
        member_id,
        kind,
        key,
        before=account,
        after=Account(account.balance - taken, account.debt + amount - taken),
        moves=moves,
        source=source,
    )
