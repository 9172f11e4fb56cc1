"""The Chinese face that pictures are written in, and text that is sure to fit."""

import unicodedata
from functools import cache, lru_cache

from noto_cjk_sans_otc import FONT_PATH
from PIL import ImageFont

SIMPLIFIED_CHINESE = 2
"""The face's place in the collection; the others draw the same characters in Japanese, Korean and Taiwanese shapes."""

UNASSIGNED = "\U0010ffff"
"""A code point no font draws: its picture is the empty box that stands for a missing glyph."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The face at `size` pixels, loaded once per size. Callers name few sizes, so the cache stays small."""
    # The basic layout needs no library beside Pillow, so the same text looks the same on every machine.
    return ImageFont.truetype(str(FONT_PATH), size, index=SIMPLIFIED_CHINESE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def is_drawable(character: str) -> bool:
    """Whether the face has a glyph for `character`. An emoji or a rare script would be drawn as an empty box."""
    if unicodedata.category(character).startswith(("C", "Zl", "Zp")):
        return False
    probe = font(16)
    drawn, missing = probe.getmask(character), probe.getmask(UNASSIGNED)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


def drawable(text: str) -> str:
    """`text` on one line, without what the face can't draw: unknown glyphs, controls, joiners and direction marks."""
    return " ".join("".join(c if is_drawable(c) else " " if c.isspace() else "" for c in text).split())


def fitted(text: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """`text`, shortened with … until it is at most `width` pixels wide."""
    # Some glyphs are a pixel wide and none that counts is narrower: a text of hostile length is cut before measuring.
    kept = text[: int(width)]
    if kept == text and face.getlength(text) <= width:
        return text
    while kept and face.getlength(kept + "…") > width:
        kept = kept[:-1].rstrip()
    return kept + "…"
