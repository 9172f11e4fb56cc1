"""Steps: what an owner does to its payment within its own transaction. The provider hears of it by a job."""

from datetime import datetime
from uuid import UUID

from foundation import database, jobs
from foundation.ids import new_id
from foundation.transactions import within_transaction
from membership.payments import providers
from membership.payments.errors import AlreadyPaid, NotPaid, PaymentNotFound, RefundKeyUsed, RefundTooLarge
from membership.payments.machine import RefundStatus, Status
from membership.payments.payloads import ASK, REQUEST_REFUND, AskPayment, RequestRefund
from membership.payments.purposes import is_registered

_LOCK = "SELECT status FROM payment WHERE id = $1 FOR UPDATE"

# Checked by the statement that writes, whatever was read before.
_CLAIM = """
UPDATE payment SET refund_fen = refund_fen + $2
 WHERE id = $1 AND status IN ('paid', 'late') AND refund_fen + $2 <= amount_fen
"""


@within_transaction
async def open_payment(
    purpose: str,
    subject_id: UUID,
    member_id: UUID,
    amount_fen: int,
    *,
    description: str,
    expires_at: datetime,
    virtual: bool = False,
) -> UUID:
    """Asks a member for money, at least one fen, until `expires_at`; the payment's id. Once for each subject.

    `description` is what she reads at the till of her phone, 1 to 127 characters. `virtual` goods need the platform's
    own payment. Raises `PaymentUnavailable` (payments are not set up), `VirtualPaymentOff`.
    """
    assert is_registered(purpose), f"no owner is registered for {purpose}"
    provider = providers.for_goods(virtual=virtual)
    payment_id = new_id()
    await database.execute(
        "INSERT INTO payment (id, purpose, subject_id, member_id, amount_fen, description, provider, out_trade_no,"
        " status, expires_at, next_ask_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $9)",
        payment_id,
        purpose,
        subject_id,
        member_id,
        amount_fen,
        description,
        provider.code,
        payment_id.hex,
        expires_at,
    )
    return payment_id


@within_transaction
async def close(payment_id: UUID) -> None:
    """Gives a payment up; closing again changes nothing. Money that comes all the same goes back by itself.

    One in dispute stays so: its money does not count, and a person decides about it. Raises `PaymentNotFound`;
    `AlreadyPaid`: what was paid is refunded instead.
    """
    row = await database.fetchrow("SELECT status, prepared_at FROM payment WHERE id = $1 FOR UPDATE", payment_id)
    if row is None:
        raise PaymentNotFound
    match row["status"]:
        case Status.PENDING:
            await give_up(payment_id, prepared=row["prepared_at"] is not None)
        case Status.PAID:
            raise AlreadyPaid
        case _:
            pass


@within_transaction
async def give_up(payment_id: UUID, *, prepared: bool) -> None:
    """`pending` becomes `closed`, or `closing` when the provider must be told; the caller holds the row."""
    if not prepared:
        await database.execute(
            "UPDATE payment SET status = 'closed', closed_at = now(), next_ask_at = NULL WHERE id = $1", payment_id
        )
        return
    await database.execute(
        "UPDATE payment SET status = 'closing', closed_at = now(), next_ask_at = now() + interval '1 minute'"
        " WHERE id = $1",
        payment_id,
    )
    await jobs.enqueue(ASK, AskPayment(payment_id))


@within_transaction
async def refund(payment_id: UUID, amount_fen: int, key: str, reason: str) -> UUID:
    """Sends money back, at least one fen, once for each `key` (≤ 64 characters) of the payment; the refund's id.

    `reason` is shown to her, 1 to 80 characters. Raises `PaymentNotFound`, `NotPaid`, `RefundTooLarge` (all refunds
    together would exceed what was paid), `RefundKeyUsed` (for another amount).
    """
    assert amount_fen >= 1, "a refund of nothing"
    status = await database.fetchval(_LOCK, payment_id)
    if status is None:
        raise PaymentNotFound
    known = await database.fetchrow(
        "SELECT id, amount_fen FROM payment_refund WHERE payment_id = $1 AND key = $2", payment_id, key
    )
    if known is not None:
        if known["amount_fen"] != amount_fen:
            raise RefundKeyUsed
        known_id: UUID = known["id"]
        return known_id
    if not await database.execute(_CLAIM, payment_id, amount_fen):
        raise RefundTooLarge if status in (Status.PAID, Status.LATE) else NotPaid
    refund_id = new_id()
    await database.execute(
        "INSERT INTO payment_refund (id, payment_id, key, amount_fen, reason, out_refund_no, status, next_ask_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '1 minute')",
        refund_id,
        payment_id,
        key,
        amount_fen,
        reason,
        refund_id.hex,
        RefundStatus.REQUESTED,
    )
    await jobs.enqueue(REQUEST_REFUND, RequestRefund(refund_id))
    return refund_id


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her payments follow her; the number of them. The caller holds both."""
    return await database.execute("UPDATE payment SET member_id = $2 WHERE member_id = $1", from_member, to_member)
