"""Redis: what can be lost. Every caller has a way on when it is away.

`AWAY` are the errors that mean so; the pool is bounded and gives up after a quarter of a second, without retries, so a
hung Redis slows a request by that much and no more.
"""

import time
from typing import cast

import redis.asyncio
from redis.asyncio import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from foundation.metrics import REDIS_AWAY

TIMEOUT_SECONDS = 0.25
MOST_CONNECTIONS = 64
PAUSE_SECONDS = 1.0
PROBE_SECONDS = 0.5
"""Longer than a call may take until it fails."""

AWAY = (RedisError, OSError, TimeoutError)


class _Resource:
    redis: "Redis | None" = None
    paused_until: float = 0.0
    in_doubt: bool = False


def connect(url: str) -> None:
    """Makes the process's client; connections open when first needed."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    _Resource.redis = redis.asyncio.Redis(connection_pool=cast(redis.asyncio.ConnectionPool, pool))
    _Resource.paused_until = 0.0
    _Resource.in_doubt = False


async def close() -> None:
    if _Resource.redis is not None:
        await _Resource.redis.aclose()
        await _Resource.redis.connection_pool.disconnect()
        _Resource.redis = None


def client() -> "Redis":
    """The process's client."""
    assert _Resource.redis is not None, "foundation.cache.connect was not called"
    return _Resource.redis


def usable() -> bool:
    """False for a second after a failure; then one caller alone may find out whether Redis is back.

    So a hung Redis costs one request a second its time-out, and not every one.
    """
    now = time.monotonic()
    if now < _Resource.paused_until:
        return False
    if _Resource.in_doubt:
        # This caller asks; should its call fail it says so, and if nobody says so in time, Redis is back.
        _Resource.in_doubt = False
        _Resource.paused_until = now + PROBE_SECONDS
    return True


def failed() -> None:
    """Says that a call has just failed: the next second goes on without Redis."""
    REDIS_AWAY.inc()
    _Resource.paused_until = time.monotonic() + PAUSE_SECONDS
    _Resource.in_doubt = True
