"""The calls to WeChat Pay that Muying makes."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

import msgspec

from foundation.clock import SHANGHAI
from foundation.pay_settings import WeChatPaySettings
from foundation.wechat.pay.errors import WeChatPayRefused
from foundation.wechat.pay.notifications import Notification, Notifications
from foundation.wechat.pay.shapes import Refund, Transaction
from foundation.wechat.pay.signing import Merchant, new_nonce
from foundation.wechat.pay.transport import Transport

ORDERS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"

UNKNOWN = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})


class PayParameters(msgspec.Struct, frozen=True):
    """What `wx.requestPayment` takes, its fields in snake_case. Good for as long as the prepay id."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str


class _Prepaid(msgspec.Struct, frozen=True):
    prepay_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class WeChatPay:
    """One per process. Every call answers within 3.5 s, or raises:

    `WeChatPayUnavailable` (nobody knows whether it happened; ask, or call again) or `WeChatPayRefused`.
    """

    def __init__(self, settings: WeChatPaySettings, app_id: str) -> None:
        self._settings = settings
        self.app_id = app_id
        self.merchant_id = settings.merchant_id
        self._merchant = Merchant(settings)
        self._transport = Transport(settings)
        self._notifications = Notifications(settings)

    async def order(
        self, out_trade_no: str, amount_fen: int, description: str, openid: str, expires_at: datetime
    ) -> str:
        """Makes an order that `openid` can pay; its prepay id, good for two hours. The same order again is the same."""
        body = {
            "appid": self.app_id,
            "mchid": self.merchant_id,
            "description": description,
            "out_trade_no": out_trade_no,
            "time_expire": expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "notify_url": self._settings.notify_url,
            "amount": {"total": amount_fen, "currency": "CNY"},
            "payer": {"openid": openid},
        }
        return (await self._transport.post(f"{ORDERS}/jsapi", body, _Prepaid)).prepay_id

    def parameters(self, prepay_id: str) -> PayParameters:
        """Signed for the mini-program, freshly each time."""
        timestamp, nonce, package = str(int(time.time())), new_nonce(), f"prepay_id={prepay_id}"
        signature = self._merchant.sign(self.app_id, timestamp, nonce, package)
        return PayParameters(timestamp, nonce, package, "RSA", signature)

    async def find(self, out_trade_no: str) -> Transaction | None:
        """What became of an order; None when WeChat never heard of it."""
        target = f"{ORDERS}/out-trade-no/{quote(out_trade_no, safe='')}?mchid={self.merchant_id}"
        try:
            return await self._transport.get(target, Transaction)
        except WeChatPayRefused as refused:
            if refused.code in UNKNOWN:
                return None
            raise

    async def close(self, out_trade_no: str) -> None:
        """Nobody can pay it any more. Refused when it is paid (`ORDERPAID`)."""
        target = f"{ORDERS}/out-trade-no/{quote(out_trade_no, safe='')}/close"
        await self._transport.post_for_nothing(target, {"mchid": self.merchant_id})

    async def refund(
        self, out_trade_no: str, out_refund_no: str, refund_fen: int, total_fen: int, reason: str
    ) -> Refund:
        """Sends money back. The same number again is the same refund, and tells how it stands."""
        body = {
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "reason": reason,
            "notify_url": self._settings.notify_url,
            "amount": {"refund": refund_fen, "total": total_fen, "currency": "CNY"},
        }
        return await self._transport.post(REFUNDS, body, Refund)

    async def find_refund(self, out_refund_no: str) -> Refund | None:
        """How a refund stands; None when WeChat never heard of it."""
        try:
            return await self._transport.get(f"{REFUNDS}/{quote(out_refund_no, safe='')}", Refund)
        except WeChatPayRefused as refused:
            if refused.code in UNKNOWN:
                return None
            raise

    def open(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """What WeChat pushed, verified and decrypted. Raises `NotificationForged`, `NotificationUnreadable`."""
        return self._notifications.open(headers, body)

    async def aclose(self) -> None:
        await self._transport.aclose()
