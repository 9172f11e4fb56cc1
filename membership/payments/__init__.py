"""Payments: money that a member pays for something of ours, and refunds.

An owner (an order, a top-up) registers its purpose once (`register_purpose`), and within its own transaction opens,
closes or refunds a payment; it hears of results by its own jobs, enqueued in the transaction that wrote them. The
member prepares the payment (`prepare`) and pays in WeChat. What the provider says, by notification or when asked, is
checked against what was agreed before anything is called paid; money that comes after the close goes back by itself;
what does not fit becomes an incident for a person. A lost notification is healed by asking, a minute or two later.
"""

from membership.payments import jobs  # noqa: F401  # what steps enqueue is registered in every process
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
from membership.payments.machine import RefundStatus, Status
from membership.payments.purposes import PaymentEvent, RefundEvent, register_purpose
from membership.payments.steps import close, move_all, refund
from membership.payments.steps import open_payment as open  # noqa: A004  # always read as payments.open

__all__ = [
    "AlreadyPaid",
    "NotPaid",
    "PaymentClosed",
    "PaymentEvent",
    "PaymentNotFound",
    "PaymentUnavailable",
    "RefundEvent",
    "RefundKeyUsed",
    "RefundStatus",
    "RefundTooLarge",
    "Status",
    "VirtualPaymentOff",
    "close",
    "move_all",
    "open",
    "refund",
    "register_purpose",
]
