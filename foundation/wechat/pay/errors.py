"""What WeChat Pay may refuse."""

from foundation.errors import BadRequest, Forbidden


class WeChatPayUnavailable(Exception):
    """Slow, busy, broken, or misconfigured with us: it may have happened or not; the same call may be made again."""


class WeChatPayRefused(Exception):
    """WeChat said no, and signed it. `code` is WeChat's: ORDER_CLOSED, NOT_ENOUGH, …"""

    def __init__(self, code: str, status: int) -> None:
        self.code = code
        self.status = status
        super().__init__(code, status)


class NotificationForged(Forbidden):
    """Not signed by WeChat, or signed too long ago. WeChat itself probes with wrong signatures whether we look."""

    code = "pay_notification_forged"
    title = "The signature is not WeChat Pay's"


class NotificationUnreadable(BadRequest):
    code = "pay_notification_unreadable"
    title = "The body is no notification of WeChat Pay's"
