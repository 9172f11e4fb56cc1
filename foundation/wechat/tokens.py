"""The access token: one for all workers, in Redis; in this process alone when Redis is away."""

import asyncio
import contextvars
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import redis.asyncio
import redis.exceptions
import structlog

REDIS_SECONDS = 0.25
"""A Redis that hangs must not eat the seconds that WeChat may need."""
TURN_SECONDS = 1.0
"""How long a worker waits for the one that is fetching before it fetches on its own."""
LOCK_SECONDS = 4
POLL_SECONDS = 0.05
MARGIN_SECONDS = 300
LEAST_SECONDS = 60

REDIS_AWAY = (redis.exceptions.RedisError, asyncio.TimeoutError, OSError)

# Another worker may have stored a newer token, or taken the lock after ours ran out: only our own value goes.
_DELETE_IF_EQUAL = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

log = structlog.get_logger("wechat")


class NewToken(msgspec.Struct, frozen=True):
    """As WeChat gives it: `expires_in` seconds from now."""

    access_token: str
    expires_in: int


class _Copy(msgspec.Struct, frozen=True):
    token: str
    good_until: float
    """On the monotonic clock."""


class AccessTokens:
    """Hands out the newest access token; `fetch` asks WeChat for one and raises `WeChatUnavailable`."""

    def __init__(self, app_id: str, store: redis.asyncio.Redis, fetch: Callable[[], Awaitable[NewToken]]) -> None:
        self._key = f"wechat:token:{app_id}"
        self._lock_key = f"{self._key}:lock"
        self._redis = store
        self._fetch = fetch
        self._copy: _Copy | None = None
        self._flight: asyncio.Task[str] | None = None

    async def newest(self) -> str:
        """The token to use now. All who ask at the same time share one look-up.

        Raises `WeChatUnavailable` when WeChat gives none.
        """
        if self._copy and self._copy.good_until > time.monotonic():
            return self._copy.token
        if self._flight is None:
            # An empty context: the look-up is everybody's, and must not inherit the transaction or the log context
            # of the caller who happened to come first.
            self._flight = asyncio.create_task(self._obtain(), context=contextvars.Context())
            self._flight.add_done_callback(self._landed)
        # The shield: a caller who gives up does not take the token from the others.
        return await asyncio.shield(self._flight)

    async def drop(self, stale: str) -> None:
        """Forgets a token that WeChat refused, unless a newer one has taken its place."""
        if self._copy and self._copy.token == stale:
            self._copy = None
        try:
            await self._delete_if_equal(self._key, stale)
        except REDIS_AWAY as error:
            _redis_is_away(error)

    async def aclose(self) -> None:
        if self._flight:
            self._flight.cancel()
            await asyncio.wait({self._flight})

    def _landed(self, flight: asyncio.Task[str]) -> None:
        self._flight = None
        if not flight.cancelled():
            flight.exception()  # looked at here, because every caller may have given up by now

    async def _obtain(self) -> str:
        mine = secrets.token_hex(16)
        try:
            stored = await self._wait_for_turn(mine)
            if stored:
                self._copy = stored
                return stored.token
            new = await self._fetch()
            seconds = max(new.expires_in - MARGIN_SECONDS, LEAST_SECONDS)
            self._copy = _Copy(new.access_token, time.monotonic() + seconds)
            await self._store(new.access_token, seconds)
            return new.access_token
        finally:
            await self._release(mine)

    async def _wait_for_turn(self, mine: str) -> _Copy | None:
        """The stored token, or None when it is this worker's turn to fetch one."""
        give_up = time.monotonic() + TURN_SECONDS
        try:
            while True:
                # The lock comes before the look: another worker may store its token between the two.
                my_turn = await _soon(self._redis.set(self._lock_key, mine, nx=True, ex=LOCK_SECONDS))
                stored = await self._stored()
                if stored or my_turn or time.monotonic() > give_up:
                    return stored
                await asyncio.sleep(POLL_SECONDS)
        except REDIS_AWAY as error:
            _redis_is_away(error)
            return None

    async def _stored(self) -> _Copy | None:
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(self._key)
        pipeline.pttl(self._key)
        token, milliseconds = await _soon(pipeline.execute())
        if token is None or milliseconds <= 0:
            return None
        # Who made the client decides whether it decodes.
        text = token.decode() if isinstance(token, bytes) else str(token)
        return _Copy(text, time.monotonic() + milliseconds / 1000)

    async def _store(self, token: str, seconds: int) -> None:
        try:
            await _soon(self._redis.set(self._key, token, ex=seconds))
        except REDIS_AWAY as error:
            _redis_is_away(error)

    async def _release(self, mine: str) -> None:
        try:
            await self._delete_if_equal(self._lock_key, mine)
        except REDIS_AWAY as error:
            _redis_is_away(error)

    async def _delete_if_equal(self, key: str, value: str) -> None:
        await _soon(self._redis.eval(_DELETE_IF_EQUAL, 1, key, value))


async def _soon(answer: Awaitable[Any]) -> Any:
    """Redis's answer, or `TimeoutError`, whatever time-outs the client was made with."""
    async with asyncio.timeout(REDIS_SECONDS):
        return await answer


def _redis_is_away(error: BaseException) -> None:
    log.warning("wechat_token_without_redis", error=type(error).__name__)
