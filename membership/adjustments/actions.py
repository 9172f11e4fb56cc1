"""Writes: adjusting, and deciding on what waits for a second person."""

from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from foundation import audit, database
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members, notifications, points
from membership.adjustments import allowances, queries
from membership.adjustments.errors import (
    AdjustmentDecided,
    AdjustmentNotAllowed,
    AdjustmentNotFound,
    AdjustmentOfNothing,
    AdjustmentTooLarge,
    SecondPersonNeeded,
)
from membership.adjustments.views import AdjustmentView, Status
from membership.points import Kind

MAKE = """
INSERT INTO points_adjustment (id, member_id, amount, store_id, requested_by_id, status, needs_second, day,
                               reason_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

LOCK = """
SELECT id, member_id, amount, store_id, requested_by_id, status,
       (now() AT TIME ZONE 'Asia/Shanghai')::date AS today
  FROM points_adjustment WHERE id = $1 FOR UPDATE
"""

DECIDE = """
UPDATE points_adjustment SET status = $2, decided_by_id = $3, decided_at = now(), rejected_because_sealed = $4
 WHERE id = $1
"""

SEALED = ("reason_sealed", "rejected_because_sealed")

NOTIFICATION = "points_adjusted"
POINTS_PAGE = "/pages/points/index"


class _Change(msgspec.Struct, frozen=True):
    """What moves points; the first columns of `MAKE` and `LOCK`."""

    id: UUID
    member_id: UUID
    amount: int
    store_id: UUID | None


@transactional
async def adjust(
    by: UUID, role: str, member_id: UUID, amount: int, reason: str, *, store_id: UUID | None = None
) -> AdjustmentView:
    """Gives (`amount` > 0) or takes points at once, within what the role may do alone; above it waits for a second.

    `by` with `role` asks, for the store where she works, if any. The member reads `reason` in her statement. Raises
    `AdjustmentOfNothing`, `AdjustmentNotAllowed`, `AdjustmentTooLarge`, `NotFound` (no such member).
    """
    if amount == 0:
        raise AdjustmentOfNothing
    await allowances.limit_of(role)
    member = await members.share(member_id)
    change = _Change(new_id(), member.id, amount, store_id)
    day, alone = await allowances.use(by, role, abs(amount))
    status = Status.POSTED if alone else Status.WAITING
    sealed = members.seal_words(member, "points_adjustment", "reason_sealed", change.id, reason)
    await database.execute(MAKE, *msgspec.structs.astuple(change), by, status, not alone, day, sealed)
    await audit.record(
        by,
        f"points_adjustment.{'posted' if alone else 'asked_for'}",
        "points_adjustment",
        change.id,
        after={"amount": amount, "status": status},
        reason=reason,
    )
    if alone:
        await _post(change, day)
    elif amount < 0:
        await _refuse_more_than_there_is(change.member_id, -amount)
    return await queries.one(change.id)


@transactional
async def approve(by: UUID, role: str, adjustment_id: UUID) -> AdjustmentView:
    """The second person's yes: posts what waits. Yes again changes nothing.

    Raises `AdjustmentNotAllowed`, `AdjustmentNotFound`, `SecondPersonNeeded`, `AdjustmentDecided` (it was rejected),
    `AdjustmentTooLarge` (it goes on waiting).
    """
    row = await _decide(by, role, adjustment_id, Status.POSTED, None)
    if row is not None:
        await _post(_Change(*row[:4]), row["today"])
    return await queries.one(adjustment_id)


@transactional
async def reject(by: UUID, role: str, adjustment_id: UUID, because: str) -> AdjustmentView:
    """The second person's no: nothing moves, ever. No again changes nothing, not even the words.

    Raises `AdjustmentNotAllowed`, `AdjustmentNotFound`, `SecondPersonNeeded`, `AdjustmentDecided` (it was approved).
    """
    await _decide(by, role, adjustment_id, Status.REJECTED, because)
    return await queries.one(adjustment_id)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her adjustments follow her; how many. The caller holds both."""
    await members.seal_anew(from_member, to_member, "points_adjustment", SEALED)
    return await database.execute(
        "UPDATE points_adjustment SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )


async def _decide(
    by: UUID, role: str, adjustment_id: UUID, status: Status, because: str | None
) -> asyncpg.Record | None:
    """What waited and is decided now; None when it was decided like this before."""
    if not (await allowances.limit_of(role)).may_approve:
        raise AdjustmentNotAllowed
    # She first: whoever merges two members holds them before their adjustments.
    member = await members.share(await _whose(adjustment_id))
    row = await database.fetchrow(LOCK, adjustment_id)
    assert row is not None, "an adjustment is never deleted"
    if row["requested_by_id"] == by:
        raise SecondPersonNeeded
    if row["status"] == status:
        return None
    if row["status"] != Status.WAITING:
        raise AdjustmentDecided
    sealed = None
    if because is not None:
        sealed = members.seal_words(member, "points_adjustment", "rejected_because_sealed", adjustment_id, because)
    await database.execute(DECIDE, adjustment_id, status, by, sealed)
    await audit.record(
        by,
        f"points_adjustment.{'approved' if status == Status.POSTED else 'rejected'}",
        "points_adjustment",
        adjustment_id,
        before={"status": Status.WAITING},
        after={"status": status},
        reason=because,
    )
    return row


async def _whose(adjustment_id: UUID) -> UUID:
    member_id: UUID | None = await database.fetchval(
        "SELECT member_id FROM points_adjustment WHERE id = $1", adjustment_id
    )
    if member_id is None:
        raise AdjustmentNotFound
    return member_id


async def _post(change: _Change, day: date) -> None:
    """The ledger's line, and the word to the member: without the reason, which she reads in the statement alone.

    The ledger holds no sentence that somebody typed: it is never changed, and could not be sealed anew.
    """
    source = points.Source(store_id=change.store_id)
    key, amount = str(change.id), change.amount
    if amount > 0:
        expires_on = points.expiry_for(day)
        await points.grant(
            change.member_id, amount, kind=Kind.ADJUSTMENT_UP, key=key, expires_on=expires_on, source=source
        )
        title, body = "积分已补发", f"我们为您补发了 {amount} 积分，可在积分明细中查看。"
    else:
        try:
            await points.spend(change.member_id, -amount, kind=Kind.ADJUSTMENT_DOWN, key=key, source=source)
        except points.NotEnoughPoints as refused:
            raise AdjustmentTooLarge(have=(await points.summary(change.member_id)).balance) from refused
        title, body = "积分有调整", f"您的积分调减了 {-amount}，原因可在积分明细中查看；有疑问请联系客服。"
    await notifications.notify(change.member_id, NOTIFICATION, key, title, body, link=POINTS_PAGE)


async def _refuse_more_than_there_is(member_id: UUID, amount: int) -> None:
    """Nobody should have to decide on what can't be posted as things stand."""
    have = (await points.summary(member_id)).balance
    if amount > have:
        raise AdjustmentTooLarge(have=have)
