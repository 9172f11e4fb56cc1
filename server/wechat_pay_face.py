"""WeChat Pay's door: its notifications, verified, decrypted, stored; acted on afterwards."""

from sanic import Request

from foundation.wechat.pay import NotificationForged, NotificationUnreadable
from membership import payments
from server.wechat_face import LIMIT, wechat


@wechat.post(
    "/pay/notifications",
    who="public",
    refuses=(NotificationForged, NotificationUnreadable, payments.PaymentUnavailable),
    limit=LIMIT,
)
async def take_pay_notification(request: Request) -> None:
    """Take a notification of a payment or a refund.

    Stored before the answer, once however often it comes. The signature covers the raw body and is at most five
    minutes old; WeChat's probes with a wrong one (`WECHATPAY/SIGNTEST/`) are refused like every forgery.
    """
    await payments.receive_from_wechat_pay(request.headers, request.body)
