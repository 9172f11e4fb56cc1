"""Writes of tills: topping up, paying, giving a payment back. Each is stored under the till's own number.

Members are taken before wallets, as a merge does, and the till's payment before the wallet.
"""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database
from foundation.errors import Problem
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import cards, members, notifications, stores
from membership.wallets import ledger, rules
from membership.wallets.errors import (
    WalletNeedsCode,
    WalletNotEnough,
    WalletPaymentReturned,
    WalletPaymentUnknown,
    WalletUnnamed,
)
from membership.wallets.kinds import Kind
from membership.wallets.money import Money, returned_by, share_of, yuan
from membership.wallets.receipts import (
    STORE_PAYMENT,
    STORE_REVERSAL,
    STORE_TOP_UP,
    Done,
    SentBefore,
    Told,
    first_answer,
    store,
    take_note,
)

NOTIFICATION = "wallet"
WALLET_PAGE = "/pages/wallet/index"

LOCK_PAYMENT = """
SELECT principal_fen, gift_fen, returned_principal_fen, returned_gift_fen FROM wallet_payment WHERE id = $1 FOR UPDATE
"""
RETURN = """
UPDATE wallet_payment SET returned_principal_fen = returned_principal_fen + $2,
       returned_gift_fen = returned_gift_fen + $3 WHERE id = $1
"""


class TopUp(msgspec.Struct, frozen=True, kw_only=True):
    """Money taken in by a till; `store` is the store's code, `card` a card's code or number."""

    store: str
    terminal: str
    receipt: str
    occurred_at: datetime
    card: str
    principal_fen: int


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid; `card` is a card's code that this till scanned, or that is good now."""

    store: str
    terminal: str
    receipt: str
    occurred_at: datetime
    card: str
    amount_fen: int


class Reversal(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of this store given back; without an amount all that is left of it."""

    store: str
    terminal: str
    receipt: str
    original_receipt: str
    occurred_at: datetime
    amount_fen: int | None


async def top_up(partner_id: UUID, said: TopUp) -> Done:
    """Stores money. Sent again, it gets the first answer.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict`, `CardUnknown`, `CardBlocked`, `WalletUnnamed`, `WalletFull`
    and the refusals of `cards.read` and `cards.use_for_sale`.
    """
    told = await take_note(partner_id, said)
    try:
        stores.check_time(said.occurred_at)
        presented = None if cards.is_card_number(said.card) else await cards.read(said.card)
        return await _top_up(told, said, presented)
    except (Problem, SentBefore):
        first = await first_answer(Kind.TOP_UP, told)
        if first is None:
            raise
        return first


async def pay(partner_id: UUID, said: Payment) -> Done:
    """Pays out of the wallet of whoever shows her card at this till. Sent again, it gets the first answer.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict`, `WalletNeedsCode`, `CardBlocked`, `WalletNotEnough` and the
    refusals of `cards.read` and `cards.use_for_sale`.
    """
    told = await take_note(partner_id, said)
    try:
        stores.check_time(said.occurred_at)
        if cards.is_card_number(said.card):
            raise WalletNeedsCode
        return await _pay(told, said.amount_fen, await cards.read(said.card))
    except (Problem, SentBefore):
        first = await first_answer(Kind.PAYMENT, told)
        if first is None:
            raise
        return first


async def reverse(partner_id: UUID, said: Reversal) -> Done:
    """Gives a payment back, wholly or in part. Sent again, it gets the first answer.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict`, `WalletPaymentUnknown`, `WalletPaymentReturned`, `WalletFull`.
    """
    told = await take_note(partner_id, said)
    try:
        stores.check_time(said.occurred_at)
        return await _reverse(told, said)
    except (Problem, SentBefore):
        first = await first_answer(Kind.PAYMENT_REVERSED, told)
        if first is None:
            raise
        return first


@transactional
async def _top_up(told: Told, said: TopUp, presented: cards.Presented | None) -> Done:
    if presented is None:
        member_id = await cards.find_by_card_number(said.card)
    else:
        member_id = await _shown(told, presented, said.occurred_at)
    member = await _active(member_id)
    if member.phone_index is None:
        raise WalletUnnamed
    gift = await rules.gift_for(said.principal_fen, clock.business_day(said.occurred_at))
    money = Money(said.principal_fen, gift.gift_fen if gift else 0)
    wallet = await ledger.lock_or_open(member.id)
    top_up_id = new_id()
    await store(STORE_TOP_UP, top_up_id, member.id, told, money, gift.code if gift else None)
    holds = await ledger.take_in(wallet, money, Kind.TOP_UP, str(top_up_id), told.store_id)
    given = f"，赠送 ¥{yuan(money.gift_fen)}" if gift else ""
    await _tell(member.id, top_up_id, "储值成功", f"已存入 ¥{yuan(money.principal_fen)}{given}", holds)
    return Done(top_up_id, money, holds)


@transactional
async def _pay(told: Told, amount_fen: int, presented: cards.Presented) -> Done:
    # By our clock: a till that claims to have been offline can't pay with a code that it scanned long ago.
    member = await _active(await _shown(told, presented, clock.now()))
    wallet = (await ledger.lock([member.id])).get(member.id)
    if wallet is None or wallet.holds.total_fen < amount_fen:
        raise WalletNotEnough(have=yuan(wallet.holds.total_fen if wallet else 0))
    money = share_of(wallet.holds, amount_fen)
    payment_id = new_id()
    await store(STORE_PAYMENT, payment_id, member.id, told, money)
    holds = await ledger.give_out(wallet, money, Kind.PAYMENT, str(payment_id), told.store_id)
    await _tell(member.id, payment_id, "储值付款", f"已用储值支付 ¥{yuan(amount_fen)}", holds)
    return Done(payment_id, money, holds)


@transactional
async def _reverse(told: Told, said: Reversal) -> Done:
    payment_id, member_id = await _payment(told, said.original_receipt)
    member = await members.share(member_id)
    paid, returned = await _lock_payment(payment_id)
    left_fen = paid.total_fen - returned.total_fen
    amount_fen = left_fen if said.amount_fen is None else said.amount_fen
    if amount_fen > left_fen or left_fen == 0:
        raise WalletPaymentReturned(left=yuan(left_fen))
    money = returned_by(paid, returned, amount_fen)
    reversal_id = new_id()
    await store(STORE_REVERSAL, reversal_id, payment_id, told, money)
    await database.execute(RETURN, payment_id, money.principal_fen, money.gift_fen)
    wallet = await ledger.lock_or_open(member.id)
    holds = await ledger.take_in(wallet, money, Kind.PAYMENT_REVERSED, str(reversal_id), told.store_id)
    await _tell(member.id, reversal_id, "储值退回", f"退货款 ¥{yuan(amount_fen)} 已退回储值账户", holds)
    return Done(reversal_id, money, holds)


async def _shown(told: Told, presented: cards.Presented, occurred_at: datetime) -> UUID:
    return await cards.use_for_sale(
        presented, store_id=told.store_id, terminal=told.terminal, receipt=told.number, occurred_at=occurred_at
    )


async def _active(member_id: UUID) -> members.MemberRecord:
    member = await members.share(member_id)
    if member.status != "active":
        raise cards.CardBlocked
    return member


async def _payment(told: Told, number: str) -> tuple[UUID, UUID]:
    """(its id, whose it is). Raises `WalletPaymentUnknown`."""
    row = await database.fetchrow(
        "SELECT id, member_id FROM wallet_payment WHERE partner_id = $1 AND store_id = $2 AND number = $3",
        told.partner_id,
        told.store_id,
        number,
    )
    if row is None:
        raise WalletPaymentUnknown
    return row["id"], row["member_id"]


async def _lock_payment(payment_id: UUID) -> tuple[Money, Money]:
    """(what was paid, what has come back of it)."""
    row: asyncpg.Record | None = await database.fetchrow(LOCK_PAYMENT, payment_id)
    assert row is not None, "payments are kept"
    return Money(row["principal_fen"], row["gift_fen"]), Money(row["returned_principal_fen"], row["returned_gift_fen"])


async def _tell(member_id: UUID, of: UUID, title: str, what: str, holds: Money) -> None:
    body = f"{what}，余额 ¥{yuan(holds.total_fen)}。如非本人操作，请联系客服。"
    await notifications.notify(member_id, NOTIFICATION, str(of), title, body, link=WALLET_PAGE)
