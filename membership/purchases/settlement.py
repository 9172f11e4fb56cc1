"""Settling a receipt: what it should have given by all that is known of it, less what was posted before."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from foundation import database, jobs
from foundation.transactions import transactional, within_transaction
from membership import coupons, earning, members, tiers
from membership.purchases.giving import post_points
from membership.purchases.targets import Event, Target, kept_fen, target

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
    bonuses = earning.read_bonuses(receipt["bonuses"])
    wanted, posted = target(events, receipt["rate_numerator"], receipt["rate_denominator"], bonuses), _posted(receipt)
    await _return_coupons(receipt, events)
    await _release(receipt, bonuses, wanted, posted)
    if wanted != posted:
        await _post(receipt, member_id, bonuses, wanted, posted)
    await database.execute(
        "UPDATE purchase_receipt SET member_id = $2, posted_points = $3, posted_growth = $4, posted_amount_fen = $5,"
        " posted_purchases = $6, posted_bonuses = $7, postings = postings + $8, settled_events = events,"
        " settled_at = now() WHERE id = $1",
        receipt_id,
        member_id,
        wanted.points,
        wanted.growth,
        wanted.amount_fen,
        wanted.purchases,
        msgspec.json.encode(wanted.bonuses).decode() if wanted.bonuses else None,
        int(wanted != posted),
    )
    return _Settled(wanted.points - posted.points, wanted.growth - posted.growth)


def _posted(receipt: asyncpg.Record) -> Target:
    bonuses = receipt["posted_bonuses"]
    return Target(
        points=receipt["posted_points"],
        growth=receipt["posted_growth"],
        amount_fen=receipt["posted_amount_fen"],
        purchases=receipt["posted_purchases"],
        bonuses={} if bonuses is None else msgspec.json.decode(bonuses, type=dict[str, int]),
    )


async def _return_coupons(receipt: asyncpg.Record, events: Sequence[Event]) -> None:
    """When all of a sale came back, so do its coupons, as far as their templates let them."""
    sold = any(line.amount_fen for event in events if event.kind == "sale" for line in event.lines)
    if sold and not any(kept_fen(events).values()):
        await coupons.sale_returned(receipt["partner_id"], receipt["store_id"], receipt["number"])


async def _release(receipt: asyncpg.Record, bonuses: Sequence[earning.Bonus], wanted: Target, posted: Target) -> None:
    """What was reserved under caps when the sale came, and is not needed by what was kept, is there for other sales."""
    for bonus in bonuses:
        if bonus.most is None:
            continue
        reserved = posted.bonuses.get(bonus.code, 0) if receipt["settled_events"] else bonus.most
        too_much = reserved - wanted.bonuses.get(bonus.code, 0)
        if too_much > 0:
            key = f"receipt:{receipt['id']}"
            await earning.release(bonus.code, key=key, released_key=f"{key}:{receipt['events']}", amount=too_much)


async def _post(
    receipt: asyncpg.Record, member_id: UUID, bonuses: Sequence[earning.Bonus], wanted: Target, posted: Target
) -> None:
    """Tiers before points: locks are taken from above to below."""
    key = f"{receipt['id']}:{receipt['postings'] + 1}"
    await tiers.record(
        member_id,
        key=key,
        occurred_on=receipt["occurred_on"],
        growth=wanted.growth - posted.growth,
        amount_fen=wanted.amount_fen - posted.amount_fen,
        purchases=wanted.purchases - posted.purchases,
    )
    if wanted.points != posted.points or wanted.bonuses != posted.bonuses:
        await post_points(receipt, member_id, bonuses, wanted, posted)


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
    await jobs.enqueue_many(SETTLE, [SettleReceipt(row["id"]) for row in rows])
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
