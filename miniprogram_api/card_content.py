"""What is on the card picture, and how it is said to the painter. The API names these without what draws them."""

from datetime import datetime

import msgspec


class CardPicture(msgspec.Struct, frozen=True, tag="card"):
    """What is drawn. `qr` is the one-time token (ASCII); `number` has 12 digits; `level_code` is one of standard,
    silver, gold, diamond; `level_name` is its name (金卡); `name` is already masked and may be empty or hold glyphs
    that the face lacks; `points` are whole points; `expires_at` (with its zone) is when the token ends."""

    qr: str
    number: str
    level_code: str
    level_name: str
    name: str
    points: int
    expires_at: datetime


class Painted(msgspec.Struct, frozen=True):
    """The painter's answer: the PNG, or in `error` why there is none."""

    png: bytes = b""
    error: str = ""
