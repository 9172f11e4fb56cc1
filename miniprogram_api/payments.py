"""Paying: what `wx.requestPayment` needs, and how a payment stands."""

from datetime import datetime
from uuid import UUID

from foundation.http import Caller, View
from membership import payments
from miniprogram_api.face import mothers


class PayParametersOut(View):
    """The arguments of `wx.requestPayment`, in snake_case: `time_stamp` is its `timeStamp`, and so on."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str


class PaymentOut(View):
    """A payment. `closing` and `closed` can't be paid any more; `late` and `disputed` money came and does not count.

    `refund_fen` is on its way back or there, `refunded_fen` of it is there.
    """

    id: UUID
    status: payments.Status
    amount_fen: int
    refund_fen: int
    refunded_fen: int
    description: str
    expires_at: datetime
    paid_at: datetime | None


@mothers.post(
    "/me/payments/{payment_id}/preparation",
    who="member",
    refuses=(
        payments.PaymentNotFound,
        payments.AlreadyPaid,
        payments.PaymentClosed,
        payments.PaymentUnavailable,
    ),
)
async def prepare_payment(caller: Caller, payment_id: UUID) -> PayParametersOut:
    """Prepare a payment of one's own.

    Gives the signed arguments of `wx.requestPayment`. Asking again is free: it is the same order until it expires.
    """
    parameters = await payments.prepare(caller.subject, payment_id)
    return PayParametersOut(
        parameters.time_stamp, parameters.nonce_str, parameters.package, parameters.sign_type, parameters.pay_sign
    )


@mothers.get("/me/payments/{payment_id}", who="member", refuses=(payments.PaymentNotFound,))
async def payment(caller: Caller, payment_id: UUID) -> PaymentOut:
    """One of one's own payments.

    What `wx.requestPayment` says is not proof: a payment is paid when this says so, seconds after she has paid, and a
    minute or two after when WeChat's word was lost.
    """
    found = await payments.payment(caller.subject, payment_id)
    return PaymentOut(
        id=found.id,
        status=found.status,
        amount_fen=found.amount_fen,
        refund_fen=found.refund_fen,
        refunded_fen=found.refunded_fen,
        description=found.description,
        expires_at=found.expires_at,
        paid_at=found.paid_at,
    )
