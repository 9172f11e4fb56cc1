"""WeChat's servers, as the rest of the house sees them: one client, its refusals, and the message push.

The local stand-in is not named here: only who runs it (`server`, tests) imports `foundation.wechat.standin`.
"""

from foundation.wechat.callbacks import CallbackForged, CallbackUnreadable, Message, WeChatCallbacks
from foundation.wechat.client import WeChat, WeChatLogin
from foundation.wechat.errors import (
    WeChatCodeInvalid,
    WeChatCodeUsed,
    WeChatTooOften,
    WeChatUnavailable,
    WeChatUserBlocked,
)

__all__ = [
    "CallbackForged",
    "CallbackUnreadable",
    "Message",
    "WeChat",
    "WeChatCallbacks",
    "WeChatCodeInvalid",
    "WeChatCodeUsed",
    "WeChatLogin",
    "WeChatTooOften",
    "WeChatUnavailable",
    "WeChatUserBlocked",
]
