"""Checks of what users write and upload."""

from typing import Any
from urllib.parse import urlsplit

from sanic import HTTPResponse

from foundation.wechat.standin.replies import Refused, answer, request_id
from foundation.wechat.standin.state import World

RISKY_TEXT = "特3456书yuuo莞6543李zxcz蒜7782法fgnv级"
"""WeChat's own test string."""
TEXT_LIMIT = 2500
TEXTS_PER_MINUTE = 4000
MEDIA_PER_MINUTE = 2000
SCENES = (1, 2, 3, 4)


def check_text(world: World, body: dict[str, Any]) -> HTTPResponse:
    """POST /wxa/msg_sec_check (version 2). `errcode` is 0 for risky text too; `result.suggest` decides."""
    world.minutes.take("text", TEXTS_PER_MINUTE, 44991)
    content = body.get("content")
    if not isinstance(content, str) or not content or len(content) > TEXT_LIMIT:
        raise Refused(47001)
    _check_version_and_scene(body)
    world.recently_seen(body.get("openid"))
    texts = [content, *(str(body.get(name, "")) for name in ("title", "nickname", "signature"))]
    risky = any(RISKY_TEXT in text for text in texts)
    result = {"suggest": "risky", "label": 20006} if risky else {"suggest": "pass", "label": 100}
    detail = [
        {"strategy": "content_model", "errcode": 0, **result, "prob": 90},
        {"strategy": "keyword", "errcode": 0},
    ]
    return answer({"errcode": 0, "errmsg": "ok", "result": result, "detail": detail, "trace_id": request_id()})


def check_media(world: World, body: dict[str, Any]) -> HTTPResponse:
    """POST /wxa/media_check_async (version 2). The verdict is pushed later, when the control plane says so."""
    world.minutes.take("media", MEDIA_PER_MINUTE, 44991)
    address = urlsplit(str(body.get("media_url", "")))
    if address.scheme not in ("http", "https") or not address.netloc:
        raise Refused(47001)
    if body.get("media_type") not in (1, 2):
        raise Refused(40004)
    _check_version_and_scene(body)
    person = world.recently_seen(body.get("openid"))
    trace_id = request_id()
    world.checked_media[trace_id] = person.openid
    return answer({"errcode": 0, "errmsg": "ok", "trace_id": trace_id})


def _check_version_and_scene(body: dict[str, Any]) -> None:
    if body.get("version") != 2:
        raise Refused(47001)
    if body.get("scene") not in SCENES:
        raise Refused(40129)
