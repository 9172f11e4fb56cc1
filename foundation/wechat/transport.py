"""One HTTP exchange with WeChat's servers: bounded in time, decoded by its bytes, silent about its URL."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import structlog

from foundation.wechat.errors import WeChatUnavailable

CONNECT_SECONDS = 1.0
TOTAL_SECONDS = 3.0
"""For everything that one call of ours does at WeChat, a token and a retry included."""

log = structlog.get_logger("wechat")


def _hide_query(record: logging.LogRecord) -> bool:
    """httpx logs every URL at INFO, and WeChat's carry the secret, the code and the token."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            argument.copy_with(query=None) if isinstance(argument, httpx.URL) else argument for argument in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_hide_query)


class Reply(msgspec.Struct, frozen=True):
    """What WeChat answered: the object, and its `errcode` (0 when there is none, as after a good login)."""

    errcode: int
    body: Mapping[str, Any]

    @property
    def request_id(self) -> str | None:
        """WeChat's own number of this request, which its support asks for."""
        found = re.search(r"rid: ([0-9a-f-]+)", str(self.body.get("errmsg", "")))
        return found.group(1) if found else None


@asynccontextmanager
async def time_limit(what: str) -> AsyncIterator[None]:
    """Ends the block after `TOTAL_SECONDS` with `WeChatUnavailable`.

    httpx's own time-outs bound each read, so a body that drips a byte now and then would never meet them.
    """
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            yield
    except TimeoutError:
        log.warning("wechat_timeout", path=what)
        raise WeChatUnavailable from None


class Transport:
    """The connections of this process to WeChat."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=api_url,
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,  # what the environment decides is in the settings, and nowhere else
        )

    async def get(self, path: str, query: Mapping[str, str]) -> Reply:
        return await self._exchange(self._http.build_request("GET", path, params=query), path)

    async def post(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> Reply:
        return await self._exchange(self._http.build_request("POST", path, params=query, json=body), path)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _exchange(self, request: httpx.Request, path: str) -> Reply:
        """Raises `WeChatUnavailable` for everything that is not HTTP 200 with a JSON object."""
        async with time_limit(path):
            try:
                response = await self._http.send(request)
            except httpx.HTTPError as error:
                log.warning("wechat_unreachable", path=path, error=type(error).__name__)
                raise WeChatUnavailable from None
        if response.status_code != 200:
            log.warning("wechat_http_status", path=path, status=response.status_code)
            raise WeChatUnavailable
        return _decode(response.content, path)


def _decode(content: bytes, path: str) -> Reply:
    try:
        body = msgspec.json.decode(content, type=dict[str, Any])
        errcode = int(body.get("errcode") or 0)
    except (msgspec.DecodeError, RecursionError, TypeError, ValueError):
        log.warning("wechat_not_json", path=path, size=len(content))
        raise WeChatUnavailable from None
    return Reply(errcode, body)
