"""Redis: what can be lost. Every caller has a way on when it is away.

`AWAY` are the errors that mean so; the pool is bounded and gives up after a quarter of a second, without retries, so a
hung Redis slows a request by that much and no more.

`call` is for the one command that every request sends: what comes from many requests while the last round trip is
under way goes out together as the next one. Alone, a command waits for nobody.
"""

import asyncio
import contextvars
import time
from collections.abc import Sequence
from typing import Any, cast

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


Command = tuple[str | bytes | int, ...]


class _Resource:
    redis: "Redis | None" = None
    paused_until: float = 0.0
    in_doubt: bool = False
    waiting: list[tuple[Command, asyncio.Future[Any]]] = []  # noqa: RUF012  # the process's own, deliberately shared
    sender: asyncio.Task[None] | None = None


def connect(url: str) -> None:
    """Makes the process's client; connections open when first needed, and give up after `TIMEOUT_SECONDS`."""
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


async def call(*command: str | bytes | int) -> Any:
    """One command; its answer. Raises one of `AWAY`, or what Redis itself refuses with."""
    return await _enqueue(command)


async def call_all(commands: Sequence[Command]) -> list[Any]:
    """Several commands in one round trip; their answers, in order. Raises as `call`."""
    if len(commands) == 1:  # mostly; gathering one costs as much as sending it
        return [await _enqueue(commands[0])]
    return list(await asyncio.gather(*(_enqueue(command) for command in commands)))


def _enqueue(command: Command) -> "asyncio.Future[Any]":
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Any] = loop.create_future()
    _Resource.waiting.append((command, answer))
    if _Resource.sender is None or _Resource.sender.done():
        # A context of its own: the task serves many requests and belongs to none of them.
        _Resource.sender = loop.create_task(_send_waiting(), context=contextvars.Context())
    return answer


async def _send_waiting() -> None:
    while _Resource.waiting:
        batch, _Resource.waiting = _Resource.waiting, []
        answers: list[Any]
        try:
            pipeline = client().pipeline(transaction=False)
            for command, _ in batch:
                pipeline.execute_command(*command)
            answers = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # whatever it is: who waits must hear of it, or waits for ever
            # And who came in the meantime as well: they would only wait out the next time-out of a hung server.
            batch, _Resource.waiting = batch + _Resource.waiting, []
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():  # its request has gone
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


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
