"""Settling a receipt: what it should have given by all that is known of it, less what was posted before."""

from uuid import UUID

import asyncpg
import msgspec

from foundation import database, jobs
from foundation.transactions import transactional, within_transaction
from membership import members, points, tiers
from membership.purchases.targets import Event, Target, target

SETTLE = "purchases.settle"


class SettleReceipt(msgspec.Struct, frozen=True):
    receipt_id: UUID


class _Settled(msgspec.Struct, frozen=True):
    """What was posted just now; all zero when the receipt was up to date."""

    points: int = 0
    growth: int = 0


@jobs.job(SETTLE)
async def settle_receipt(job: SettleReceipt) -> None:
    """Posts what is missing. Twice, late, or together with another worker: the result is the same."""
    await settle(job.receipt_id)


@transactional
async def settle(receipt_id: UUID) -> _Settled:
    """Brings the ledgers to what the receipt's events say. A receipt that waits for its person is left alone."""
    known = await database.fetchrow(
        "SELECT member_id, events = settled_events AS up_to_date FROM purchase_receipt WHERE id = $1", receipt_id
    )
    # Many returns of one receipt at once bring many jobs; the first accounts for all of them, and the others see that
    # without waiting for each other.
    if known is None or known["member_id"] is None or known["up_to_date"]:
        return _Settled()
    # The member before the receipt, as a merge does it: she stays who she is until the commit, or has become another.
    member_id = (await members.share(known["member_id"])).id
    receipt = await database.fetchrow("SELECT * FROM purchase_receipt WHERE id = $1 FOR UPDATE", receipt_id)
    assert receipt is not None
    # A statement of its own, because one that waited for the lock would still see the events of before the wait.
    rows = await database.fetch(
        "SELECT kind, lines::text AS lines FROM purchase_event WHERE receipt_id = $1 AND ordinal <= $2",
        receipt_id,
        receipt["events"],
    )
    events = [msgspec.convert({"kind": row["kind"], "lines": msgspec.json.decode(row["lines"])}, Event) for row in rows]
    wanted = target(events, receipt["rate_numerator"], receipt["rate_denominator"])
    posted = Target(
        points=receipt["posted_points"],
        growth=receipt["posted_growth"],
        amount_fen=receipt["posted_amount_fen"],
        purchases=receipt["posted_purchases"],
    )
    if wanted != posted:
        await _post(receipt, member_id, wanted, posted)
    await database.execute(
        "UPDATE purchase_receipt SET member_id = $2, posted_points = $3, posted_growth = $4, posted_amount_fen = $5,"
        " posted_purchases = $6, postings = postings + $7, settled_events = events, settled_at = now() WHERE id = $1",
        receipt_id,
        member_id,
        wanted.points,
        wanted.growth,
        wanted.amount_fen,
        wanted.purchases,
        int(wanted != posted),
    )
    return _Settled(wanted.points - posted.points, wanted.growth - posted.growth)


async def _post(receipt: asyncpg.Record, member_id: UUID, wanted: Target, posted: Target) -> None:
    """Tiers before points: locks are taken from above to below."""
    prefix = f"{receipt['id']}:"
    key = f"{prefix}{receipt['postings'] + 1}"
    bought_on = receipt["occurred_on"]
    await tiers.record(
        member_id,
        key=key,
        occurred_on=bought_on,
        growth=wanted.growth - posted.growth,
        amount_fen=wanted.amount_fen - posted.amount_fen,
        purchases=wanted.purchases - posted.purchases,
    )
    difference = wanted.points - posted.points
    if difference > 0:
        await points.grant(
            member_id, difference, kind=points.Kind.PURCHASE, key=key, expires_on=points.expiry_for(bought_on)
        )
    elif difference < 0:
        await points.take_back(
            member_id,
            -difference,
            kind=points.Kind.PURCHASE_RETURN,
            key=key,
            granted_kind=points.Kind.PURCHASE,
            granted_key_prefix=prefix,
        )


@within_transaction
async def claim_waiting(phone_index: bytes, member_id: UUID) -> int:
    """Gives a member the sales that waited for her phone, at the rate frozen when they came; how many there were.

    The caller holds the phone and the member.
    """
    rows = await database.fetch(
        "UPDATE purchase_receipt SET member_id = $2, phone_index = NULL WHERE phone_index = $1 RETURNING id",
        phone_index,
        member_id,
    )
    for row in rows:
        await jobs.enqueue(SETTLE, SettleReceipt(row["id"]))
    return len(rows)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Gives one member's receipts to the one she turned out to be; how many. What they gave moves with its ledger.

    The caller holds both members. A sale that is being taken in right now is missed here and found by its settlement,
    which follows the merge.
    """
    return await database.execute(
        "UPDATE purchase_receipt SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )
