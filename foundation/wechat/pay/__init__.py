"""WeChat Pay (APIv3): orders by JSAPI, queries, closing, refunds, and the notifications it pushes.

One client per process. Every answer of WeChat's and every notification is taken for WeChat's only when its signature
says so. What a payment is for, and what follows from it, is the business's own.
"""

from foundation.wechat.pay.client import PayParameters, WeChatPay
from foundation.wechat.pay.errors import (
    NotificationForged,
    NotificationUnreadable,
    WeChatPayRefused,
    WeChatPayUnavailable,
)
from foundation.wechat.pay.notifications import Notification
from foundation.wechat.pay.shapes import Amount, Payer, Refund, RefundNotice, RefundState, TradeState, Transaction

__all__ = [
    "Amount",
    "Notification",
    "NotificationForged",
    "NotificationUnreadable",
    "PayParameters",
    "Payer",
    "Refund",
    "RefundNotice",
    "RefundState",
    "TradeState",
    "Transaction",
    "WeChatPay",
    "WeChatPayRefused",
    "WeChatPayUnavailable",
]
