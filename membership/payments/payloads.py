"""The payments' own jobs: their names and payloads, apart from their handlers, because steps enqueue them."""

from uuid import UUID

import msgspec

ASK = "payments.ask"
REQUEST_REFUND = "payments.request_refund"
ACT_ON_NOTIFICATION = "payments.act_on_notification"


class AskPayment(msgspec.Struct, frozen=True):
    payment_id: UUID


class RequestRefund(msgspec.Struct, frozen=True):
    refund_id: UUID


class ActOnNotification(msgspec.Struct, frozen=True):
    notification_id: UUID
