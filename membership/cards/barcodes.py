"""The 18-digit codes in Redis: what a laser scanner reads is a number, and this says whose it is and when."""

from typing import cast

import msgspec

from foundation import cache
from foundation.errors import Unavailable
from membership.cards.codes import LIFE_SECONDS, Code

REMEMBERED_SECONDS = 900
"""A number is remembered a while after its minute: long enough to say that it is old, and for a till that was offline
for a moment."""


async def remember(codes: list[Code]) -> bool:
    """Keeps the codes, in one round trip. False when Redis is away: the numbers then mean nothing."""
    if not cache.usable():
        return False
    try:
        await cache.call_all(
            [
                (
                    "SET",
                    _key(code.barcode),
                    msgspec.msgpack.encode(code),
                    "EX",
                    LIFE_SECONDS * (turn + 1) + REMEMBERED_SECONDS,
                )
                for turn, code in enumerate(codes)
            ]
        )
    except cache.AWAY:
        cache.failed()
        return False
    return True


async def recall(barcode: str) -> Code | None:
    """The code of a number; None when nobody knows it. Raises `Unavailable` when Redis is away."""
    if not cache.usable():
        raise Unavailable
    try:
        kept = await cache.client().get(_key(barcode))
    except cache.AWAY:
        cache.failed()
        raise Unavailable from None
    return None if kept is None else msgspec.msgpack.decode(cast(bytes, kept), type=Code)


def _key(barcode: str) -> str:
    return f"card:{{{barcode}}}"
