"""What WeChat may refuse, as refusals of our own; `refusal` translates WeChat's numbers."""

from foundation.errors import BadRequest, Forbidden, Problem, TooManyRequests, Unavailable


class WeChatUnavailable(Unavailable):
    """WeChat is slow, busy, broken, or misconfigured with us: nothing that the caller could do better."""

    code = "wechat_unavailable"
    title = "WeChat's servers gave no usable answer"
    detail = "微信服务暂时没有响应，请稍后再试"
    retry_after_seconds = 2


class WeChatCodeInvalid(BadRequest):
    """Never given out, older than five minutes, or another user's: WeChat does not tell them apart."""

    code = "wechat_code_invalid"
    title = "WeChat does not know this code, or it has expired"
    detail = "微信授权已失效，请再试一次"


class WeChatCodeUsed(BadRequest):
    code = "wechat_code_used"
    title = "This WeChat code was used before"
    detail = "这次微信授权已经用过了，请再试一次"


class WeChatTooOften(TooManyRequests):
    """WeChat counts by the minute (45011) and by the day (45009)."""

    code = "wechat_too_often"
    title = "WeChat's limit for this call is reached"
    detail = "操作太频繁了，请一分钟后再试"
    retry_after_seconds = 60


class WeChatUserBlocked(Forbidden):
    code = "wechat_user_blocked"
    title = "WeChat classifies this user as high-risk"
    detail = "微信提示您的账号存在风险，暂时无法登录"


SYSTEM_BUSY = -1
STALE_TOKEN = frozenset({40001, 40014, 42001})
"""The access token is wrong, replaced or expired: a newer one may help."""

_REFUSALS: dict[int, type[Problem]] = {
    40003: WeChatCodeInvalid,  # the phone code belongs to another openid
    40029: WeChatCodeInvalid,
    41008: WeChatCodeInvalid,  # the code is empty
    40163: WeChatCodeUsed,
    40226: WeChatUserBlocked,
    45009: WeChatTooOften,
    45011: WeChatTooOften,
}


def refusal(errcode: int) -> Problem:
    """The refusal for a non-zero `errcode`; one that is nobody's fault but ours is `WeChatUnavailable`."""
    return _REFUSALS.get(errcode, WeChatUnavailable)()
