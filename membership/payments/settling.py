"""Settling: what the provider says of an order meets what was agreed. The only place that calls a payment paid."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.secrets import vault
from foundation.transactions import transactional, within_transaction
from membership import notifications
from membership.payments.incidents import record_incident
from membership.payments.machine import OPEN, Status
from membership.payments.port import Answer, Found, Money
from membership.payments.purposes import PaymentEvent, tell_closed, tell_paid
from membership.payments.steps import give_up, refund

LATE_KEY = "late"
"""The refund of money that came after the close. Its owner knows of no money, and hears of no refund."""


class Settled(msgspec.Struct, frozen=True):
    """What the payment is now; None when there is none of that number."""

    status: Status | None


@transactional
async def settle(out_trade_no: str, answer: Answer) -> Settled:
    """Takes an answer of the provider's, however often and late it comes; what is settled stays."""
    payment = await database.fetchrow(
        "SELECT *, expires_at <= now() AS expired FROM payment WHERE out_trade_no = $1 FOR UPDATE", out_trade_no
    )
    if payment is None:
        return Settled(None)
    if answer.money is not None:
        await _take(payment, answer.money)
    elif payment["status"] in OPEN:
        await _end_unpaid(payment, answer.found)
    return Settled(Status(await database.fetchval("SELECT status FROM payment WHERE id = $1", payment["id"])))


def payer_index(payer: str) -> bytes:
    """The blind index of who pays, as the provider names her."""
    return vault().index("payment_payer", payer)


async def _take(payment: asyncpg.Record, money: Money) -> None:
    if payment["transaction_id"] is not None:
        if payment["transaction_id"] != money.transaction_id:
            await record_incident(payment["id"], "paid_twice", money.transaction_id, amount_fen=money.amount_fen)
        return
    doubt = _doubt(payment, money)
    if doubt is not None:
        kind, details = doubt
        await _write_money(payment["id"], Status.DISPUTED, money)
        await record_incident(payment["id"], kind, money.transaction_id, **details)
        if payment["status"] == Status.PENDING:
            await tell_closed(payment["purpose"], _event(payment))
    elif payment["status"] == Status.PENDING:
        await _write_money(payment["id"], Status.PAID, money)
        await tell_paid(payment["purpose"], _event(payment))
    else:
        await _write_money(payment["id"], Status.LATE, money)
        await refund(payment["id"], payment["amount_fen"], LATE_KEY, "订单已关闭，款项原路退回")
        await notifications.notify(
            payment["member_id"],
            "payment_returned",
            str(payment["id"]),
            "款项正在退回",
            "您的付款到账时订单已关闭，款项将原路退回，请留意微信支付通知",
        )


def _doubt(payment: asyncpg.Record, money: Money) -> tuple[str, dict[str, Any]] | None:
    """Why this money is not what was asked for."""
    if not money.ours:
        return "wrong_account", {}
    if (money.amount_fen, money.currency) != (payment["amount_fen"], "CNY"):
        return "wrong_amount", {
            "agreed_fen": payment["amount_fen"],
            "came_fen": money.amount_fen,
            "currency": money.currency,
        }
    # A provider that does not say who paid is not doubted for it.
    if money.payer is not None and payer_index(money.payer) != payment["payer_index"]:
        return "wrong_payer", {}
    return None


@within_transaction
async def _write_money(payment_id: UUID, status: Status, money: Money) -> None:
    await database.execute(
        "UPDATE payment SET status = $2, transaction_id = $3, paid_at = $4, next_ask_at = NULL WHERE id = $1",
        payment_id,
        status,
        money.transaction_id,
        money.paid_at,
    )


async def _end_unpaid(payment: asyncpg.Record, found: Found) -> None:
    """Nothing came so far: closes what the provider has closed, gives up what has expired."""
    gone = found in (Found.CLOSED, Found.NOTHING)
    if payment["status"] == Status.CLOSING:
        if gone:
            await database.execute(
                "UPDATE payment SET status = 'closed', next_ask_at = NULL WHERE id = $1", payment["id"]
            )
    elif payment["expired"] or found is Found.CLOSED:
        await give_up(payment["id"], prepared=not gone)
        await tell_closed(payment["purpose"], _event(payment))


def _event(payment: asyncpg.Record) -> PaymentEvent:
    return PaymentEvent(payment["id"], payment["subject_id"])
