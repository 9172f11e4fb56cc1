"""What is said between `foundation.pictures` and the process that decodes, without what decodes."""

import msgspec

MOST_PIXELS = 25_000_000
LONG_EDGES = (320, 750, 1500)
"""Pixels of the longer edge of each size that is kept: a list, a phone's screen, and a large one."""


class Resized(msgspec.Struct, frozen=True, kw_only=True):
    """A picture in three sizes, each WebP, with the edges of `LONG_EDGES` or smaller where the picture is.

    `width` and `height` are the largest one's, in pixels, as it is looked at.
    """

    width: int
    height: int
    sizes: tuple[bytes, bytes, bytes]


class Made(msgspec.Struct, frozen=True):
    """The answer: the picture, or in `error` why there is none."""

    resized: Resized | None = None
    error: str = ""
