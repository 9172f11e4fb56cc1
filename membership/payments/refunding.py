"""Refunds on their way: telling the provider, and taking what it says of them."""

from typing import Any
from uuid import UUID

import asyncpg
import structlog

from foundation import database, jobs
from foundation.transactions import transactional, within_transaction
from membership.payments import providers
from membership.payments.errors import PaymentUnavailable
from membership.payments.incidents import record_incident
from membership.payments.machine import REFUND_FOLLOWS, RefundStatus
from membership.payments.payloads import REQUEST_REFUND, RequestRefund
from membership.payments.port import AccountEmpty, PaymentProvider, ProviderRefused, RefundAnswer, RefundOrder
from membership.payments.purposes import RefundEvent, tell_refunded
from membership.payments.settling import LATE_KEY

SETTLED = (RefundStatus.SUCCEEDED, RefundStatus.CLOSED)

log = structlog.get_logger("payments")


@jobs.job(REQUEST_REFUND)
async def request_refund(job: RequestRefund) -> None:
    """Tells the provider of a refund, or asks how it stands. Without an answer, the clock sends this job again."""
    row = await database.fetchrow(
        "SELECT r.*, p.out_trade_no, p.amount_fen AS total_fen, p.provider FROM payment_refund r"
        " JOIN payment p ON p.id = r.payment_id WHERE r.id = $1",
        job.refund_id,
    )
    if row is None or row["status"] in SETTLED:
        return
    try:
        answer = await _tell(providers.named(row["provider"]), row)
    except PaymentUnavailable:
        log.warning("refund_without_answer", refund=str(job.refund_id))
    except AccountEmpty:
        await _note(row["payment_id"], "account_empty", row["out_refund_no"], amount_fen=row["amount_fen"])
    except ProviderRefused as refused:
        await _refused(job.refund_id, refused.code)
    else:
        await settle_refund(row["out_refund_no"], answer)


async def _tell(provider: PaymentProvider, row: asyncpg.Record) -> RefundAnswer:
    known = None if row["status"] == RefundStatus.REQUESTED else await provider.ask_refund(row["out_refund_no"])
    if known is not None:
        return known
    return await provider.refund(
        RefundOrder(
            out_trade_no=row["out_trade_no"],
            out_refund_no=row["out_refund_no"],
            refund_fen=row["amount_fen"],
            total_fen=row["total_fen"],
            reason=row["reason"],
        )
    )


@transactional
async def settle_refund(out_refund_no: str, answer: RefundAnswer) -> bool:
    """Takes what the provider says of a refund, however often and late; False when there is none of that number."""
    refund = await _hold(out_refund_no)
    if refund is None:
        return False
    if answer.refund_fen != refund["amount_fen"]:
        await record_incident(
            refund["payment_id"],
            "wrong_refund_amount",
            answer.refund_id,
            agreed_fen=refund["amount_fen"],
            went_fen=answer.refund_fen,
        )
    elif refund["status"] in SETTLED:
        # What was said before it settled may arrive after; two different ends are another matter.
        if answer.status in SETTLED and answer.status != refund["status"]:
            await record_incident(refund["payment_id"], "refund_contradiction", answer.refund_id, now=answer.status)
    elif answer.status in REFUND_FOLLOWS[RefundStatus(refund["status"])]:
        await _follow(refund, answer)
    return True


async def _follow(refund: asyncpg.Record, answer: RefundAnswer) -> None:
    settled = answer.status in SETTLED
    await database.execute(
        "UPDATE payment_refund SET status = $2, refund_id = $3, settled_at = CASE WHEN $4 THEN now() END,"
        " next_ask_at = CASE WHEN NOT $4 THEN now() + interval '1 minute' END WHERE id = $1",
        refund["id"],
        answer.status,
        answer.refund_id,
        settled,
    )
    match answer.status:
        case RefundStatus.SUCCEEDED:
            await _arrived(refund)
        case RefundStatus.CLOSED:
            await _unclaim(refund)
            await record_incident(refund["payment_id"], "refund_closed", answer.refund_id)
        case RefundStatus.ABNORMAL:
            await record_incident(refund["payment_id"], "refund_abnormal", answer.refund_id)


async def _arrived(refund: asyncpg.Record) -> None:
    payment = await database.fetchrow(
        "UPDATE payment SET refunded_fen = refunded_fen + $2 WHERE id = $1 RETURNING purpose, subject_id",
        refund["payment_id"],
        refund["amount_fen"],
    )
    assert payment is not None, "a refund has its payment"
    if refund["key"] != LATE_KEY:
        event = RefundEvent(
            refund["payment_id"], payment["subject_id"], refund["id"], refund["key"], refund["amount_fen"]
        )
        await tell_refunded(payment["purpose"], event)


@within_transaction
async def _unclaim(refund: asyncpg.Record) -> None:
    await database.execute(
        "UPDATE payment SET refund_fen = refund_fen - $2 WHERE id = $1", refund["payment_id"], refund["amount_fen"]
    )


@transactional
async def _refused(refund_id: UUID, code: str) -> None:
    """The provider will not do it: what it claimed is free again, and a person looks at it."""
    refund = await _hold(refund_id.hex)
    if refund is None or refund["status"] in SETTLED:
        return
    await database.execute(
        "UPDATE payment_refund SET status = 'closed', settled_at = now(), next_ask_at = NULL WHERE id = $1", refund_id
    )
    await _unclaim(refund)
    await record_incident(refund["payment_id"], "refund_refused", refund["out_refund_no"], code=code)


@transactional
async def _note(payment_id: UUID, kind: str, reference: str, **details: Any) -> None:
    await record_incident(payment_id, kind, reference, **details)


async def _hold(out_refund_no: str) -> asyncpg.Record | None:
    """The refund's row, locked after its payment's: the order in which `refund` takes them."""
    await database.execute(
        "SELECT 1 FROM payment WHERE id = (SELECT payment_id FROM payment_refund WHERE out_refund_no = $1) FOR UPDATE",
        out_refund_no,
    )
    return await database.fetchrow("SELECT * FROM payment_refund WHERE out_refund_no = $1 FOR UPDATE", out_refund_no)
