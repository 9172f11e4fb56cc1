"""WeChat's door: the message push, verified, decrypted, stored; acted on afterwards."""

from typing import Any

from sanic import Request

from foundation import ground
from foundation.errors import Problem
from foundation.faces import Route
from foundation.gates import address
from foundation.http import Body, Face, Limit, Raw
from foundation.limits import count
from foundation.wechat import CallbackForged, CallbackUnreadable
from foundation.wechat.inbox import keep

LIMIT = Limit(requests=6000, seconds=60, burst=2000)


class SignatureGate:
    """Lets everybody in as far as the signature, which the routes check: it covers query and body together."""

    scheme_name = ""
    scheme: dict[str, Any] = {}  # noqa: RUF012  # never written
    refuses: tuple[type[Problem], ...] = (CallbackForged,)

    async def admit(self, request: Request, route: Route) -> None:
        await count(f"{address(request)}:{route.name}", route.limit)


wechat = Face(
    "wechat",
    "/wechat",
    SignatureGate(),
    title="WeChat",
    description="WeChat's message push in secure mode (AES); messages are kept once under their own number.",
)


class PushQuery(Body):
    """What WeChat puts into the address."""

    timestamp: str
    nonce: str
    signature: str = ""
    msg_signature: str = ""
    echostr: str = ""
    encrypt_type: str = ""
    openid: str = ""


@wechat.get("", who="public", produces="text/plain", limit=LIMIT)
async def check_address(query: PushQuery) -> Raw:
    """Answer WeChat's check of this address."""
    echo = ground.callbacks().echo(
        signature=query.signature, timestamp=query.timestamp, nonce=query.nonce, echostr=query.echostr
    )
    return Raw(echo.encode(), "text/plain; charset=utf-8")


@wechat.post("", who="public", produces="text/plain", refuses=(CallbackUnreadable,), limit=LIMIT)
async def push(request: Request, query: PushQuery) -> Raw:
    """Take a pushed message: stored before the answer, once however often it comes."""
    await keep(
        ground.callbacks().open(
            request.body, msg_signature=query.msg_signature, timestamp=query.timestamp, nonce=query.nonce
        )
    )
    return Raw(b"success", "text/plain; charset=utf-8")
