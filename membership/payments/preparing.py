"""Preparing: the member is about to pay, and the provider is told of the order."""

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from foundation import database
from foundation.transactions import transactional
from foundation.wechat.pay import PayParameters
from membership import members
from membership.payments import providers
from membership.payments.errors import AlreadyPaid, PaymentClosed, PaymentNotFound, PaymentUnavailable
from membership.payments.machine import Status
from membership.payments.port import Order, ProviderRefused
from membership.payments.settling import payer_index

log = structlog.get_logger("payments")

# WeChat refuses an order that expires within the minute. A prepay id is good for two hours, less what paying takes.
_CLAIM = """
UPDATE payment SET prepared_at = COALESCE(prepared_at, now()), payer_index = COALESCE(payer_index, $3),
  next_ask_at = LEAST(expires_at, now() + interval '1 minute')
 WHERE id = $1 AND member_id = $2 AND status = 'pending' AND expires_at > now() + interval '70 seconds'
 RETURNING out_trade_no, provider, amount_fen, description, expires_at,
  CASE WHEN prepay_until > now() + interval '10 minutes' THEN prepay_id END AS prepay_id
"""


class _Claimed(msgspec.Struct, frozen=True):
    """What the provider is told, and the prepay id that is still good."""

    out_trade_no: str
    provider: str
    amount_fen: int
    description: str
    expires_at: datetime
    prepay_id: str | None


class _Kept(msgspec.Struct, frozen=True):
    still_open: bool


async def prepare(member_id: UUID, payment_id: UUID) -> PayParameters:
    """What her mini-program needs to pay; asking again gives as much. Not inside a transaction: it calls the provider.

    Raises `PaymentNotFound` (a stranger's too), `AlreadyPaid`, `PaymentClosed`, `PaymentUnavailable`.
    """
    payer = await members.openid_of(member_id)
    if payer is None:
        raise PaymentNotFound
    claimed = await _claim(member_id, payment_id, payer_index(payer))
    provider = providers.named(claimed.provider)
    if claimed.prepay_id is not None:
        return provider.parameters(claimed.prepay_id)
    order = Order(claimed.out_trade_no, claimed.amount_fen, claimed.description, payer, claimed.expires_at)
    try:
        prepay_id = await provider.prepare(order)
    except ProviderRefused as refused:
        log.error("payment_not_prepared", payment=str(payment_id), code=refused.code)
        raise PaymentUnavailable from None
    if not (await _keep(payment_id, prepay_id)).still_open:
        raise PaymentClosed
    return provider.parameters(prepay_id)


@transactional
async def _claim(member_id: UUID, payment_id: UUID, index: bytes) -> _Claimed:
    """Writes that the provider hears of it, before it does: from now on closing means telling it too."""
    row = await database.fetchrow(_CLAIM, payment_id, member_id, index)
    if row is not None:
        return _Claimed(**row)
    match await database.fetchval("SELECT status FROM payment WHERE id = $1 AND member_id = $2", payment_id, member_id):
        case None:
            raise PaymentNotFound
        case Status.PAID:
            raise AlreadyPaid
        case _:
            raise PaymentClosed


@transactional
async def _keep(payment_id: UUID, prepay_id: str) -> _Kept:
    kept = await database.execute(
        "UPDATE payment SET prepay_id = $2, prepay_until = now() + interval '2 hours'"
        " WHERE id = $1 AND status = 'pending'",
        payment_id,
        prepay_id,
    )
    return _Kept(kept == 1)
