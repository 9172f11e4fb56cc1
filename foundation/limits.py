"""Rate limits: GCRA in one Lua script, and a bucket per process when Redis is away.

The script also reads one more key in the same round trip, so that a request's session and its limit cost one trip
together. Both keys carry the same hash tag (`{…}`), as a Redis Cluster demands.
"""

import hashlib
import math
import time
from typing import cast

import msgspec
from redis.exceptions import NoScriptError

from foundation import cache
from foundation.errors import TooManyRequests

MOST_LOCAL_BUCKETS = 50_000

# KEYS: the bucket, and a key to read along with it. ARGV: microseconds one request costs, microseconds of burst.
# Answers {microseconds to wait (0: go on), the other key's value}. GCRA: the bucket holds the theoretical arrival time.
_SCRIPT = """
local value = redis.call('GET', KEYS[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local cost, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
if arrival < now then arrival = now end
local wait = arrival + cost - burst - now
if wait > 0 then return {wait, value} end
redis.call('SET', KEYS[1], string.format('%.0f', arrival + cost), 'PX', math.ceil((arrival + cost - now) / 1000) + 1)
return {0, value}
"""
# The name Redis gives the script; nobody need ask for it, so the first requests of a process don't all load it at once.
_SCRIPT_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


class Limit(msgspec.Struct, frozen=True):
    """`requests` in `seconds`, of which `burst` may come at once."""

    requests: int
    seconds: int
    burst: int

    @property
    def cost_microseconds(self) -> int:
        return self.seconds * 1_000_000 // self.requests

    @property
    def burst_microseconds(self) -> int:
        return self.cost_microseconds * self.burst


class _State:
    enabled = True
    local: dict[str, float] = {}  # noqa: RUF012  # the process's own buckets, deliberately shared


def use(*, enabled: bool) -> None:
    """Switches limits on or off for this process (off is for load tests)."""
    _State.enabled = enabled
    _State.local.clear()


async def pass_through(bucket: str, limit: Limit, read_key: str) -> bytes | None:
    """Counts one request and reads `read_key` in the same round trip.

    Raises `TooManyRequests`, and one of `cache.AWAY` when Redis is away (`pass_locally` is the way on then).
    """
    if not _State.enabled:
        return cast(bytes | None, await cache.call("GET", read_key))
    wait, value = await _run_script(bucket, read_key, limit)
    if wait > 0:
        raise TooManyRequests(retry_after_seconds=-(-wait // 1_000_000))
    return value


def pass_locally(bucket: str, limit: Limit) -> None:
    """Counts one request in this process alone. Raises `TooManyRequests`."""
    if not _State.enabled:
        return
    now = time.monotonic()
    cost = limit.cost_microseconds / 1e6
    arrival = max(_State.local.get(bucket, now), now)
    wait = arrival + cost - limit.burst_microseconds / 1e6 - now
    if wait > 0:
        raise TooManyRequests(retry_after_seconds=math.ceil(wait))
    if len(_State.local) >= MOST_LOCAL_BUCKETS:
        _State.local.clear()  # a flood of strangers: forgetting is cheaper than growing
    _State.local[bucket] = arrival + cost


async def count(bucket: str, limit: Limit) -> None:
    """Counts one request, in Redis or else locally. Raises `TooManyRequests`."""
    if _State.enabled and cache.usable():
        try:
            await pass_through(f"limit:{{{bucket}}}", limit, f"none:{{{bucket}}}")
        except cache.AWAY:
            cache.failed()
        else:
            return
    pass_locally(bucket, limit)


async def _run_script(bucket: str, read_key: str, limit: Limit) -> tuple[int, bytes | None]:
    arguments = (2, bucket, read_key, limit.cost_microseconds, limit.burst_microseconds)
    try:
        answer = await cache.call("EVALSHA", _SCRIPT_SHA, *arguments)
    except NoScriptError:  # Redis is new, was restarted or flushed
        answer = await cache.call("EVAL", _SCRIPT, *arguments)
    return cast(tuple[int, bytes | None], answer)
