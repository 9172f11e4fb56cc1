"""Mini-program codes. What the picture shows can't be scanned: only WeChat's own can."""

import hashlib
import io
import re
from typing import Any

from PIL import Image, ImageDraw
from sanic import HTTPResponse

from foundation.wechat.standin.replies import Refused
from foundation.wechat.standin.state import World

PICTURES_PER_MINUTE = 5000
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+")


def draw_code(world: World, body: dict[str, Any]) -> HTTPResponse:
    """POST /wxa/getwxacodeunlimit: a JPEG, or a PNG when `is_hyaline`."""
    world.minutes.take("pictures", PICTURES_PER_MINUTE, 45009)
    scene = body.get("scene")
    if not isinstance(scene, str) or not 1 <= len(scene) <= 32:
        raise Refused(40169)
    if not SCENE.fullmatch(scene):
        raise Refused(40129)
    page = body.get("page", "pages/index/index")
    if not isinstance(page, str) or page.startswith("/") or "?" in page:
        raise Refused(41030)
    width = body.get("width", 430)
    if body.get("env_version", "release") not in ("release", "trial", "develop") or not isinstance(width, int):
        raise Refused(40097)
    transparent = body.get("is_hyaline") is True
    picture = _picture(f"{page}?{scene}", min(max(width, 280), 1280), transparent)
    return HTTPResponse(picture, content_type="image/png" if transparent else "image/jpeg")


def _picture(text: str, width: int, transparent: bool) -> bytes:
    """Dots that follow from `text`, so that two codes differ as the real ones do."""
    mode, ground = ("RGBA", (0, 0, 0, 0)) if transparent else ("RGB", (255, 255, 255))
    image = Image.new(mode, (width, width), ground)
    brush = ImageDraw.Draw(image)
    brush.ellipse((width * 0.02, width * 0.02, width * 0.98, width * 0.98), outline="black", width=3)
    cell = width / 20
    for place, byte in enumerate(hashlib.shake_256(text.encode()).digest(100)):
        if byte % 2:
            left, top = (5 + place % 10) * cell, (5 + place // 10) * cell
            brush.ellipse((left, top, left + cell * 0.8, top + cell * 0.8), fill="black")
    content = io.BytesIO()
    image.save(content, "PNG" if transparent else "JPEG")
    return content.getvalue()
