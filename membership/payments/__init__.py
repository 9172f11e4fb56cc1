"""Payments: money that a member pays for something of ours, and refunds.

An owner (an order, a top-up) registers its purpose once (`register_purpose`), and within its own transaction opens,
closes or refunds a payment; it hears of results by its own jobs, enqueued in the transaction that wrote them. The
member prepares the payment (`prepare`) and pays in WeChat. What the provider says, by notification or when asked, is
checked against what was agreed before anything is called paid; money that comes after the close goes back by itself;
what does not fit becomes an incident for a person. A lost notification is healed by asking, a minute or two later.
"""

from foundation.wechat.pay import PayParameters
from membership.payments.errors import (
    AlreadyPaid,
    NotPaid,
    PaymentClosed,
    PaymentNotFound,
    PaymentUnavailable,
    RefundKeyUsed,
    RefundTooLarge,
    VirtualPaymentOff,
)
from membership.payments.inbox import Received, receive_from_wechat_pay
from membership.payments.jobs import ask_due
from membership.payments.machine import RefundStatus, Status
from membership.payments.preparing import prepare
from membership.payments.purposes import PaymentEvent, RefundEvent, register_purpose
from membership.payments.queries import IncidentView, PaymentView, incidents, payment
from membership.payments.steps import close, move_all, refund
from membership.payments.steps import open_payment as open  # noqa: A004  # always read as payments.open

__all__ = [
    "AlreadyPaid",
    "IncidentView",
    "NotPaid",
    "PayParameters",
    "PaymentClosed",
    "PaymentEvent",
    "PaymentNotFound",
    "PaymentUnavailable",
    "PaymentView",
    "Received",
    "RefundEvent",
    "RefundKeyUsed",
    "RefundStatus",
    "RefundTooLarge",
    "Status",
    "VirtualPaymentOff",
    "ask_due",
    "close",
    "incidents",
    "move_all",
    "open",
    "payment",
    "prepare",
    "receive_from_wechat_pay",
    "refund",
    "register_purpose",
]
