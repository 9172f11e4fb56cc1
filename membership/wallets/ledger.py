"""How a wallet is written: lock it, then write what it holds and the line that says why."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership import members
from membership.wallets.errors import WalletFull
from membership.wallets.kinds import Kind
from membership.wallets.money import NOTHING, Money, yuan

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
LIMIT = f"""
(SELECT most_fen FROM wallet_limit WHERE valid_from <= {TODAY} ORDER BY valid_from DESC LIMIT 1)
"""  # noqa: S608  # only our own constant is filled in

OPEN = f"""
INSERT INTO wallet (member_id, limit_fen) VALUES ($1, {LIMIT}) ON CONFLICT DO NOTHING
"""  # noqa: S608  # only our own constant is filled in
LOCK = f"""
SELECT member_id, principal_fen, gift_fen, limit_fen, {LIMIT} AS limit_today_fen
  FROM wallet WHERE member_id = ANY($1::uuid[]) ORDER BY member_id FOR UPDATE
"""  # noqa: S608  # only our own constants are filled in
POST = """
WITH written AS (
    UPDATE wallet SET principal_fen = $6, gift_fen = $7, limit_fen = $8 WHERE member_id = $1
)
INSERT INTO wallet_entry (member_id, kind, key, principal_fen, gift_fen, principal_after_fen, gift_after_fen, store_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
"""


class Locked(msgspec.Struct, frozen=True):
    """A wallet that nobody else writes until the commit."""

    member_id: UUID
    holds: Money
    limit_fen: int
    """As it is stored: of the day on which money last came in."""
    limit_today_fen: int


async def lock(member_ids: Sequence[UUID]) -> dict[UUID, Locked]:
    """Locks wallets, always in the same order; who never stored anything has none."""
    return {
        row["member_id"]: Locked(
            row["member_id"], Money(row["principal_fen"], row["gift_fen"]), row["limit_fen"], row["limit_today_fen"]
        )
        for row in await database.fetch(LOCK, list(member_ids))
    }


async def lock_or_open(member_id: UUID) -> Locked:
    """Locks a member's wallet, and makes it where she has none."""
    await database.execute(OPEN, member_id)
    return (await lock([member_id]))[member_id]


async def take_in(wallet: Locked, money: Money, kind: Kind, key: str, store_id: UUID | None) -> Money:
    """Money comes in; what the wallet holds then. Raises `WalletFull` above today's limit."""
    after = wallet.holds + money
    if after.total_fen > wallet.limit_today_fen:
        raise WalletFull(room=yuan(max(0, wallet.limit_today_fen - wallet.holds.total_fen)))
    await post(wallet, after, kind, key, limit_fen=wallet.limit_today_fen, store_id=store_id)
    return after


async def give_out(wallet: Locked, money: Money, kind: Kind, key: str, store_id: UUID | None) -> Money:
    """Money goes out, which the caller knows to be there; what the wallet holds then."""
    after = wallet.holds - money
    await post(wallet, after, kind, key, limit_fen=wallet.limit_fen, store_id=store_id)
    return after


async def post(wallet: Locked, after: Money, kind: Kind, key: str, *, limit_fen: int, store_id: UUID | None) -> None:
    """Writes what a locked wallet holds from now on, with its line."""
    moved = after - wallet.holds
    await database.execute(
        POST,
        wallet.member_id,
        kind,
        key,
        moved.principal_fen,
        moved.gift_fen,
        after.principal_fen,
        after.gift_fen,
        limit_fen,
        store_id,
    )


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: what one stored becomes the other's; how many fen. The caller holds both.

    Two cards may together hold more than one may. What is hers stays hers: nothing more goes in until there is room.
    """
    await members.seal_anew(from_member, to_member, "wallet_refund", ("reason_sealed",))
    for table in ("wallet_payment", "wallet_refund"):
        await database.execute(f"UPDATE {table} SET member_id = $2 WHERE member_id = $1", from_member, to_member)  # noqa: S608  # our own names
    wallets = await lock([from_member, to_member])
    old = wallets.get(from_member)
    if old is None or old.holds == NOTHING:
        return 0
    key = str(from_member)
    new = wallets.get(to_member) or await lock_or_open(to_member)
    after = new.holds + old.holds
    await post(old, NOTHING, Kind.MERGE_OUT, key, limit_fen=old.limit_fen, store_id=None)
    limit_fen = max(new.limit_today_fen, after.total_fen)
    await post(new, after, Kind.MERGE_IN, key, limit_fen=limit_fen, store_id=None)
    return old.holds.total_fen
