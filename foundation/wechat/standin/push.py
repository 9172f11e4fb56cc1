"""Messages that WeChat pushes to us, encrypted as in secure mode."""

import secrets
from typing import Any

import httpx
import msgspec
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from foundation.settings import WeChatSettings
from foundation.wechat.standin.state import World

OUR_NAME = "gh_97417a04a28d"
ANSWER_SECONDS = 5


def media_verdict(world: World, trace_id: str, suggest: str, label: int) -> dict[str, Any]:
    """The event `wxa_media_check`. The labels are texts, as in real pushes and against the document."""
    result = {"suggest": suggest, "label": str(label)}
    return {
        "ToUserName": OUR_NAME,
        "FromUserName": world.checked_media[trace_id],
        "CreateTime": int(world.clock()),
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": world.settings.app_id,
        "trace_id": trace_id,
        "version": 2,
        "detail": [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}],
        "errcode": 0,
        "errmsg": "ok",
        "result": result,
    }


def seal(settings: WeChatSettings, message: dict[str, Any], timestamp: int) -> tuple[dict[str, str], bytes]:
    """The query and the body of a push."""
    crypto = WeChatCrypto(settings.callback_token, settings.callback_aes_key, settings.app_id)
    encrypted = PrpCrypto(crypto.key).encrypt(msgspec.json.encode(message), settings.app_id).decode()
    nonce = str(secrets.randbelow(10**10))
    query = {
        "signature": _sign(settings.callback_token, str(timestamp), nonce),
        "timestamp": str(timestamp),
        "nonce": nonce,
        "openid": str(message["FromUserName"]),
        "encrypt_type": "aes",
        "msg_signature": _sign(settings.callback_token, str(timestamp), nonce, encrypted),
    }
    return query, msgspec.json.encode({"ToUserName": message["ToUserName"], "Encrypt": encrypted})


async def deliver(world: World, url: str, message: dict[str, Any]) -> tuple[int, str]:
    """Pushes once and says what came back: status and text. Raises `httpx.HTTPError`."""
    query, body = seal(world.settings, message, int(world.clock()))
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as http:
        reply = await http.post(url, params=query, content=body, headers={"content-type": "application/json"})
    return reply.status_code, reply.text


def _sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)
