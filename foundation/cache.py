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

TIMEOUT_SECONDS = 0.25
MOST_CONNECTIONS = 64
PAUSE_SECONDS = 1.0

AWAY = (RedisError, OSError, TimeoutError)


class _Resource:
    redis: "Redis | None" = None
    paused_until: float = 0.0


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
    """False for a second after a failure, so that a hung Redis costs one request its time-out and not every one."""
    return time.monotonic() >= _Resource.paused_until


def failed() -> None:
    """Says that a call has just failed: the next second goes on without Redis."""
    _Resource.paused_until = time.monotonic() + PAUSE_SECONDS
