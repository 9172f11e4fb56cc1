"""The card as a picture: level, name, number, points and the one-time code that a till scans.

Pure and CPU-bound (some 20 ms): it runs in the painter (`miniprogram_api.painter`).
"""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import segno
from PIL import Image, ImageDraw

from miniprogram_api.card_content import CardPicture
from miniprogram_api.card_ground import (
    CODE_INK_INDEX,
    HINT_INK,
    LEFT,
    PALETTES,
    QUIET_INK,
    RIGHT,
    WIDTH,
    Palette,
    ground,
    smooth_mask,
    write_on,
)
from miniprogram_api.fonts import drawable, fitted, font

BUSINESS_TIME = ZoneInfo("Asia/Shanghai")

_HEAD = (0, 60, WIDTH, 380)
_FOOT = (0, 980, WIDTH, 1070)
_CODE_CENTRE = (WIDTH // 2, 692)
_CODE_ROOM = 600
_QUIET_ZONE = 4
_SMALLEST_MODULE = 4


def draw_card(content: CardPicture) -> bytes:
    """The finished card as PNG, 750 × 1130 pixels, under 80 kB. Text that is too long is shortened with ….

    Errors: `KeyError` for an unknown level, `ValueError` for a token too long for a code that a till can read.
    """
    card = ground(content.level_code).copy()
    write_on(card, _HEAD, lambda drawn: _write_head(drawn, content, PALETTES[content.level_code]))
    write_on(card, _FOOT, lambda drawn: _write_hint(drawn, content.expires_at))
    modules = _modules(content.qr)
    card.paste(CODE_INK_INDEX, (_CODE_CENTRE[0] - modules.width // 2, _CODE_CENTRE[1] - modules.height // 2), modules)
    out = io.BytesIO()
    card.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _write_head(drawn: Image.Image, content: CardPicture, palette: Palette) -> None:
    _badge(drawn, f"{drawable(content.level_name)}会员", palette)
    draw = ImageDraw.Draw(drawn, "RGBA")
    ink, soft = palette.ink, (*palette.ink, 175)
    draw.text((LEFT, 156), fitted(drawable(content.name), font(48), RIGHT - LEFT) or "亲爱的会员", ink, font(48), "ls")
    draw.text((LEFT, 230), "会员号", soft, font(22), "ls")
    draw.text((RIGHT, 230), "积分", soft, font(22), "rs")
    points = f"{content.points:,}"
    face = font(next((size for size in (46, 36) if font(size).getlength(points) <= 270), 22))
    points = fitted(points, face, 300)
    draw.text((RIGHT, 284), points, ink, face, "rs")
    number = "  ".join(content.number[at : at + 4] for at in range(0, len(content.number), 4))
    room = RIGHT - LEFT - face.getlength(points) - 20
    draw.text((LEFT, 284), fitted(number, font(34), room), ink, font(34), "ls")


def _badge(drawn: Image.Image, text: str, palette: Palette) -> None:
    text = fitted(text, font(26), 260)
    width, height = round(font(26).getlength(text)) + 46, 48
    pill = smooth_mask(
        (width, height), lambda draw, k: draw.rounded_rectangle((0, 0, width * k, height * k), height * k / 2, fill=255)
    )
    drawn.paste(palette.ink, (RIGHT - width, 19), pill)
    ImageDraw.Draw(drawn).text((RIGHT - width / 2, 52), text, palette.badge_ink, font(26), "ms")


def _write_hint(drawn: Image.Image, expires_at: datetime) -> None:
    """The time beside the hint lets a clerk see at a glance that a picture is old."""
    draw = ImageDraw.Draw(drawn)
    draw.text((WIDTH / 2, 36), "请向店员出示，60 秒内有效，截图无效", HINT_INK, font(27), "ms")
    until = expires_at.astimezone(BUSINESS_TIME).strftime("%H:%M:%S")
    draw.text((WIDTH / 2, 76), f"有效至 {until}", QUIET_INK, font(23), "ms")


def _modules(token: str) -> Image.Image:
    """A mask of the dark modules of the token's QR code, quiet zone included, each a whole number of pixels wide."""
    # Trying all eight masks costs 12 ms and is for data with a pattern; a signed token is as good as random.
    matrix = segno.make_qr(token, error="m", mask=0).matrix
    across = len(matrix) + 2 * _QUIET_ZONE
    scale = _CODE_ROOM // across
    if scale < _SMALLEST_MODULE:
        raise ValueError(f"a token of {len(token)} characters makes a code too fine for a till's scanner")
    small = Image.new("1", (across, across), 0)
    for y, row in enumerate(matrix, _QUIET_ZONE):
        for x, dark in enumerate(row, _QUIET_ZONE):
            if dark:
                small.putpixel((x, y), 1)
    return small.resize((across * scale, across * scale), Image.Resampling.NEAREST)
