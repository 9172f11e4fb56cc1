"""The gate before PostgreSQL: Redis lets in about three times as many as there are units, in the order they came.

It only sheds load and never decides: who is inside may still lose, who is turned away is told to press again, and only
what PostgreSQL found is called sold out. Without Redis everybody is let in, and PostgreSQL decides alone.
"""

from enum import IntEnum
from typing import cast
from uuid import UUID

from foundation import cache

PLACES_PER_UNIT = 3
PLACE_SECONDS = 30
"""So long a place is kept for somebody of whom nothing was heard: longer than any transaction may last."""
KEEP_SECONDS = 8 * 24 * 3600
"""Longer than a sale lasts; Redis forgets by itself."""

# KEYS: who has won, who is inside and since when, what PostgreSQL found. ARGV: the member, the places, for how many
# seconds a place is kept, and all of it.
_ENTER = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
if redis.call('EXISTS', KEYS[3]) == 1 then return 2 end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return 1 end
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 0
"""


class Verdict(IntEnum):
    """What the gate says."""

    INSIDE = 0
    FULL = 1
    SOLD_OUT = 2


async def enter(sale_id: UUID, member_id: UUID, units: int) -> Verdict:
    """Lets a member in, if there is a place. Winners and who is inside already may always ask again: an answer of
    theirs was lost, and what became of their request PostgreSQL knows."""
    if not cache.usable():
        return Verdict.INSIDE
    keys = (_won(sale_id), _inside(sale_id), _sold_out(sale_id))
    arguments = (len(keys), *keys, member_id.hex, units * PLACES_PER_UNIT, PLACE_SECONDS, KEEP_SECONDS)
    try:
        return Verdict(cast(int, await cache.call("EVAL", _ENTER, *arguments)))
    except cache.AWAY:
        cache.failed()
        return Verdict.INSIDE


async def leave(sale_id: UUID, member_id: UUID) -> None:
    """She did not win, for certain: her place is free for the next."""
    await _say(("ZREM", _inside(sale_id), member_id.hex))


async def won(sale_id: UUID, member_id: UUID) -> None:
    """She has won: from now on the gate is open for her, and her place is free for the next."""
    await _say(
        ("SADD", _won(sale_id), member_id.hex),
        ("EXPIRE", _won(sale_id), KEEP_SECONDS),
        ("ZREM", _inside(sale_id), member_id.hex),
    )


async def close(sale_id: UUID) -> None:
    """PostgreSQL found that nothing is left: from now on nobody needs to ask it."""
    await _say(("SET", _sold_out(sale_id), "1", "EX", KEEP_SECONDS))


async def _say(*commands: cache.Command) -> None:
    if cache.usable():
        try:
            await cache.call_all(commands)
        except cache.AWAY:
            cache.failed()


def _won(sale_id: UUID) -> str:
    return f"flash:{{{sale_id.hex}}}:won"


def _inside(sale_id: UUID) -> str:
    return f"flash:{{{sale_id.hex}}}:inside"


def _sold_out(sale_id: UUID) -> str:
    return f"flash:{{{sale_id.hex}}}:sold_out"
