"""WeChat Pay, played: orders, refunds, and the notifications it signs and encrypts. There is no other sandbox."""

from foundation.wechat.standin.pay.account import PayAccount
from foundation.wechat.standin.pay.app import add_pay

__all__ = ["PayAccount", "add_pay"]
