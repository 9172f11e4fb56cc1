"""The gate before PostgreSQL: Redis lets in about three times as many as there are units, in the order they came.

It only sheds load and never decides: who is inside may still lose, who is turned away is told to press again, and only
what PostgreSQL found is called sold out. Without Redis everybody is let in, and PostgreSQL decides alone.
"""

from enum import IntEnum
from typing import cast
from uuid import UUID

from foundation import cache

PLACES_PER_UNIT = 3
KEEP_SECONDS = 2 * 24 * 3600
"""Longer than a sale lasts; Redis forgets by itself."""

# KEYS: who is inside, what PostgreSQL found. ARGV: the member, the places, seconds to keep it.
_ENTER = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 1 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 0
"""


class Verdict(IntEnum):
    """What the gate says."""

    INSIDE = 0
    FULL = 1
    SOLD_OUT = 2


async def enter(sale_id: UUID, member_id: UUID, units: int) -> Verdict:
    """Lets a member in, if there is a place. Who is inside stays so: a winner whose answer was lost asks again."""
    if not cache.usable():
        return Verdict.INSIDE
    places = units * PLACES_PER_UNIT
    arguments = (2, _inside(sale_id), _sold_out(sale_id), member_id.hex, places, KEEP_SECONDS)
    try:
        return Verdict(cast(int, await cache.call("EVAL", _ENTER, *arguments)))
    except cache.AWAY:
        cache.failed()
        return Verdict.INSIDE


async def leave(sale_id: UUID, member_id: UUID) -> None:
    """She did not win for a reason of her own: her place is free for the next."""
    await _say("SREM", _inside(sale_id), member_id.hex)


async def close(sale_id: UUID) -> None:
    """PostgreSQL found that nothing is left: from now on nobody needs to ask it."""
    await _say("SET", _sold_out(sale_id), "1", "EX", KEEP_SECONDS)


async def _say(*command: str | bytes | int) -> None:
    if cache.usable():
        try:
            await cache.call(*command)
        except cache.AWAY:
            cache.failed()


def _inside(sale_id: UUID) -> str:
    return f"flash:{{{sale_id.hex}}}:inside"


def _sold_out(sale_id: UUID) -> str:
    return f"flash:{{{sale_id.hex}}}:sold_out"
