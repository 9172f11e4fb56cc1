"""One signed exchange with WeChat Pay: bounded in time, verified before it is believed."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
import msgspec
import structlog

from foundation.pay_settings import WeChatPaySettings
from foundation.wechat.pay.errors import WeChatPayRefused, WeChatPayUnavailable
from foundation.wechat.pay.signing import Merchant, NotSigned, Platform

CONNECT_SECONDS = 1.0
TOTAL_SECONDS = 3.0

NOT_ABOUT_THE_CALL = frozenset(
    {"SIGN_ERROR", "NO_AUTH", "APPID_MCHID_NOT_MATCH", "MCH_NOT_EXISTS", "FREQUENCY_LIMITED", "SYSTEM_ERROR"}
)
"""Between WeChat and us, or of this moment: the same call may succeed once that is over."""

Shape = TypeVar("Shape")

log = structlog.get_logger("wechat_pay")


class _Error(msgspec.Struct, frozen=True):
    code: str


class Transport:
    """The connections of this process to WeChat Pay."""

    def __init__(self, settings: WeChatPaySettings) -> None:
        self._merchant = Merchant(settings)
        self._platform = Platform(settings)
        self._http = httpx.AsyncClient(
            base_url=settings.api_url,
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,  # what the environment decides is in the settings, and nowhere else
        )

    async def get(self, target: str, shape: type[Shape]) -> Shape:
        """Raises `WeChatPayUnavailable`, `WeChatPayRefused`."""
        return _read(await self._exchange("GET", target, b""), shape)

    async def post(self, target: str, body: Mapping[str, Any], shape: type[Shape]) -> Shape:
        """Raises `WeChatPayUnavailable`, `WeChatPayRefused`."""
        return _read(await self._exchange("POST", target, msgspec.json.encode(body)), shape)

    async def post_for_nothing(self, target: str, body: Mapping[str, Any]) -> None:
        """A call that is answered with 204. Raises `WeChatPayUnavailable`, `WeChatPayRefused`."""
        await self._exchange("POST", target, msgspec.json.encode(body))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _exchange(self, method: str, target: str, body: bytes) -> bytes:
        request = self._http.build_request(
            method,
            target,
            content=body,
            headers={
                "accept": "application/json",
                "authorization": self._merchant.authorization(method, target, body.decode()),
                "content-type": "application/json",
                "user-agent": "muying",  # WeChat refuses calls without one
            },
        )
        path = request.url.path
        try:
            # httpx's own time-outs bound each read; a body that drips a byte now and then would never meet them.
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._http.send(request)
        except (httpx.HTTPError, TimeoutError) as error:
            log.warning("wechat_pay_unreachable", path=path, error=type(error).__name__)
            raise WeChatPayUnavailable from None
        self._believe(response, path)
        return response.content

    def _believe(self, response: httpx.Response, path: str) -> None:
        """Raises unless WeChat signed a success."""
        try:
            self._platform.verify(response.headers, response.content)
        except NotSigned as error:
            # An error page of a proxy, or somebody in between: either way nothing was said by WeChat.
            log.error("wechat_pay_not_signed", path=path, status=response.status_code, why=str(error))
            raise WeChatPayUnavailable from None
        if response.status_code in (200, 204):
            return
        code = _read(response.content, _Error).code
        request_id = response.headers.get("request-id")
        if response.status_code >= 500 or code in NOT_ABOUT_THE_CALL:
            log.error("wechat_pay_unavailable", path=path, status=response.status_code, code=code, request=request_id)
            raise WeChatPayUnavailable
        log.info("wechat_pay_refused", path=path, status=response.status_code, code=code, request=request_id)
        raise WeChatPayRefused(code, response.status_code)


def _read(content: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, RecursionError):
        # What is wrong is not logged: the message may quote the person's data.
        log.error("wechat_pay_unexpected_answer", shape=shape.__name__, size=len(content))
        raise WeChatPayUnavailable from None
