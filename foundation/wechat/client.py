"""The calls to WeChat's servers that Muying makes."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
import phonenumbers
import redis.asyncio
import structlog

from foundation.settings import WeChatSettings
from foundation.wechat.errors import STALE_TOKEN, SYSTEM_BUSY, WeChatUnavailable, refusal
from foundation.wechat.tokens import AccessTokens, NewToken
from foundation.wechat.transport import Reply, Transport, time_limit

LOGIN = "/sns/jscode2session"
TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
PHONE = "/wxa/business/getuserphonenumber"

log = structlog.get_logger("wechat")


class WeChatLogin(msgspec.Struct, frozen=True):
    """Who a login code stands for. `unionid` comes only when the app is bound to an open-platform account."""

    openid: Annotated[str, msgspec.Meta(min_length=1)]
    session_key: str
    """Never leaves the server."""
    unionid: str | None = None

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "WeChatLogin(…)"


class _Phone(msgspec.Struct, frozen=True, rename="camel"):
    pure_phone_number: str
    country_code: str | int
    """A number in older documents, a text in newer ones."""


class _PhoneReply(msgspec.Struct, frozen=True):
    phone_info: _Phone


Shape = TypeVar("Shape")


class WeChat:
    """One per process. Every call answers within 3.5 s, whatever WeChat and Redis do, or raises:

    `WeChatUnavailable`, `WeChatCodeInvalid`, `WeChatCodeUsed`, `WeChatTooOften`, `WeChatUserBlocked`.
    """

    def __init__(self, settings: WeChatSettings, redis: redis.asyncio.Redis) -> None:
        self._settings = settings
        self._transport = Transport(settings.api_url)
        self._tokens = AccessTokens(settings.app_id, redis, self._new_token)

    async def login(self, code: str) -> WeChatLogin:
        """Redeems the code of `wx.login`: good once, for five minutes."""
        query = {
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        return _accept(await self._transport.get(LOGIN, query), WeChatLogin, LOGIN)

    async def phone_number(self, code: str, openid: str) -> str:
        """Redeems the code of `getPhoneNumber` for the number in E.164. WeChat charges for each success."""
        reply = await self._post(PHONE, {"code": code, "openid": openid})
        phone = _accept(reply, _PhoneReply, PHONE).phone_info
        try:
            number = phonenumbers.parse(f"+{str(phone.country_code).lstrip('+')}{phone.pure_phone_number}")
        except phonenumbers.NumberParseException:
            log.error("wechat_unexpected_reply", path=PHONE)
            raise WeChatUnavailable from None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    async def aclose(self) -> None:
        await self._tokens.aclose()
        await self._transport.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """A call that needs the access token; a stale token is replaced once."""
        async with time_limit(path):
            token = await self._tokens.newest()
            reply = await self._transport.post(path, {"access_token": token}, body)
            if reply.errcode in STALE_TOKEN:
                log.info("wechat_token_stale", path=path, errcode=reply.errcode)
                await self._tokens.drop(token)
                token = await self._tokens.newest()
                reply = await self._transport.post(path, {"access_token": token}, body)
            return reply

    async def _new_token(self) -> NewToken:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
        }
        reply = await self._transport.post(TOKEN, {}, body)
        if reply.errcode:
            # Whatever WeChat refuses here (a secret, an address, a quota) is between WeChat and us.
            log.error("wechat_no_token", errcode=reply.errcode, request_id=reply.request_id)
            raise WeChatUnavailable
        return _shape(reply, NewToken, TOKEN)


def _accept(reply: Reply, shape: type[Shape], path: str) -> Shape:
    """The reply of a call that succeeded; raises the refusal of one that did not."""
    if not reply.errcode:
        return _shape(reply, shape, path)
    problem = refusal(reply.errcode)
    known = not isinstance(problem, WeChatUnavailable) or reply.errcode == SYSTEM_BUSY
    level = log.info if known else log.error
    level("wechat_refused", path=path, errcode=reply.errcode, request_id=reply.request_id)
    raise problem


def _shape(reply: Reply, shape: type[Shape], path: str) -> Shape:
    try:
        return msgspec.convert(reply.body, shape)
    except msgspec.ValidationError:
        # What is wrong is not logged: the message may quote the person's data.
        log.error("wechat_unexpected_reply", path=path)
        raise WeChatUnavailable from None
