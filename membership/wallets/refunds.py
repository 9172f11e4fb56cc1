"""Writes: giving a member her principal back. One person asks, another decides; the gift lapses with it."""

from uuid import UUID

import asyncpg

from foundation import audit, database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import members, notifications
from membership.wallets import ledger, refund_queries
from membership.wallets.errors import (
    WalletChanged,
    WalletEmpty,
    WalletRefundDecided,
    WalletRefundNeedsAnother,
    WalletRefundUnknown,
)
from membership.wallets.kinds import Kind
from membership.wallets.money import Money, yuan
from membership.wallets.refund_queries import RefundStatus, RefundView
from membership.wallets.tills import NOTIFICATION, WALLET_PAGE

ASK = """
INSERT INTO wallet_refund (id, member_id, principal_fen, gift_fen, reason_sealed, status, requested_by_id, store_id)
VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7)
"""
LOCK = "SELECT status, requested_by_id, principal_fen, gift_fen, store_id FROM wallet_refund WHERE id = $1 FOR UPDATE"
DECIDE = "UPDATE wallet_refund SET status = $2, decided_by_id = $3, decided_at = now() WHERE id = $1"


@transactional
async def ask_for_refund(by: UUID, member_id: UUID, reason: str, *, store_id: UUID | None) -> RefundView:
    """Asks for all of a member's principal; nothing moves before a second person agrees.

    Raises `NotFound` (no such member), `WalletEmpty`.
    """
    member = await members.share(member_id)
    wallet = (await ledger.lock([member.id])).get(member.id)
    if wallet is None or wallet.holds.principal_fen == 0:
        raise WalletEmpty
    refund_id, money = new_id(), wallet.holds
    sealed = members.seal_words(member, "wallet_refund", "reason_sealed", refund_id, reason)
    await database.execute(ASK, refund_id, member.id, money.principal_fen, money.gift_fen, sealed, by, store_id)
    await audit.record(
        by,
        "wallet_refund.asked_for",
        "wallet_refund",
        refund_id,
        after={"principal_fen": money.principal_fen, "gift_fen": money.gift_fen},
        reason=reason,
    )
    return await refund_queries.one(refund_id)


@transactional
async def approve_refund(by: UUID, refund_id: UUID) -> RefundView:
    """The second person's yes: the money leaves the wallet, and the member is paid outside. Yes again changes nothing.

    Raises `WalletRefundUnknown`, `WalletRefundNeedsAnother`, `WalletRefundDecided` (it was rejected), `WalletChanged`
    (she spent or topped up meanwhile; it goes on waiting).
    """
    member = await members.share(await _whose(refund_id))
    asked = await _decide(by, refund_id, RefundStatus.PAID)
    if asked is not None:
        money = Money(asked["principal_fen"], asked["gift_fen"])
        wallet = (await ledger.lock([member.id])).get(member.id)
        if wallet is None or wallet.holds != money:
            raise WalletChanged
        await ledger.give_out(wallet, money, Kind.REFUND, str(refund_id), asked["store_id"])
        lapsed = f"，赠送余额 ¥{yuan(money.gift_fen)} 已失效" if money.gift_fen else ""
        body = f"储值本金 ¥{yuan(money.principal_fen)} 已退还{lapsed}。如有疑问，请联系客服。"
        await notifications.notify(member.id, NOTIFICATION, str(refund_id), "储值已退款", body, link=WALLET_PAGE)
    return await refund_queries.one(refund_id)


@transactional
async def reject_refund(by: UUID, refund_id: UUID, because: str) -> RefundView:
    """The second person's no: nothing moves. No again changes nothing.

    Raises `WalletRefundUnknown`, `WalletRefundNeedsAnother`, `WalletRefundDecided` (it was paid).
    """
    await _decide(by, refund_id, RefundStatus.REJECTED, because)
    return await refund_queries.one(refund_id)


async def _whose(refund_id: UUID) -> UUID:
    member_id: UUID | None = await database.fetchval("SELECT member_id FROM wallet_refund WHERE id = $1", refund_id)
    if member_id is None:
        raise WalletRefundUnknown
    return member_id


async def _decide(by: UUID, refund_id: UUID, status: RefundStatus, because: str | None = None) -> asyncpg.Record | None:
    """What waited and is decided now; None when it was decided like this before."""
    row = await database.fetchrow(LOCK, refund_id)
    if row is None:
        raise WalletRefundUnknown
    if row["requested_by_id"] == by:
        raise WalletRefundNeedsAnother
    if row["status"] == status:
        return None
    if row["status"] != RefundStatus.WAITING:
        raise WalletRefundDecided
    await database.execute(DECIDE, refund_id, status, by)
    await audit.record(
        by,
        f"wallet_refund.{status}",
        "wallet_refund",
        refund_id,
        before={"status": RefundStatus.WAITING},
        after={"status": status},
        reason=because,
    )
    return row
