"""What a picture's header says of it: format and size in pixels, read without decoding anything.

The header is written by whoever sends the picture. It is read to refuse what is too large before a decoder is let at
it; what it hides is the decoder's matter (see `foundation.pictures`).
"""

import struct
from typing import Literal

import msgspec

Format = Literal["jpeg", "png", "webp"]

_PNG = b"\x89PNG\r\n\x1a\n"
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that tell a JPEG's size; the three left out are tables."""
_END_OF_HEADERS = frozenset({0xD9, 0xDA})


class Header(msgspec.Struct, frozen=True):
    """The picture as it is stored, before any turning; width and height in pixels, both at least 1."""

    format: Format
    width: int
    height: int


def format_of(raw: bytes) -> Format | None:
    """The format that the first bytes name; None for any other."""
    if raw.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if raw.startswith(_PNG):
        return "png"
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "webp"
    return None


def read_header(raw: bytes, picture_format: Format) -> Header | None:
    """The header of a picture of this format; None where it is broken or cut off."""
    try:
        width, height = {"jpeg": _jpeg, "png": _png, "webp": _webp}[picture_format](raw)
    except (struct.error, IndexError, ValueError):
        return None
    return Header(picture_format, width, height) if width > 0 and height > 0 else None


def _png(raw: bytes) -> tuple[int, int]:
    if raw[12:16] != b"IHDR":
        raise ValueError("no IHDR")
    return struct.unpack_from(">II", raw, 16)


def _webp(raw: bytes) -> tuple[int, int]:
    match raw[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", raw, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", raw, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            sizes = raw[24:30]
            if len(sizes) < 6:
                raise ValueError("cut off")
            return int.from_bytes(sizes[:3], "little") + 1, int.from_bytes(sizes[3:], "little") + 1
    raise ValueError("no picture in it")


def _jpeg(raw: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if raw[at] != 0xFF:
            raise ValueError("no marker where one must be")
        while raw[at] == 0xFF:  # any number of them may stand before a marker
            at += 1
        marker = raw[at]
        at += 1
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", raw, at + 3)
            return width, height
        if marker in _END_OF_HEADERS:
            raise ValueError("no frame before the picture")
        if marker not in _WITHOUT_LENGTH:
            (length,) = struct.unpack_from(">H", raw, at)
            if length < 2:
                raise ValueError("a segment shorter than its length")
            at += length
