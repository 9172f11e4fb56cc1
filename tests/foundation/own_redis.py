"""A Redis that a test may flush, pause and lose, and listeners that only look like one.

A test of what Redis decides waits for it as long as a busy machine needs (`PATIENCE_SECONDS`); only a test of a Redis
that is away gives up as early as the product does.
"""

import asyncio
import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import redis
import redis.asyncio

from foundation import cache, limits

PATIENCE_SECONDS = 5.0
PRODUCTS_SECONDS = cache.TIMEOUT_SECONDS


@contextmanager
def running(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A redis-server of our own: its process and its URL. A socket's path must be short."""
    path = folder / "s"
    program = Path(sys.executable).parent / "redis-server"
    arguments = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, preexec_fn=_die_with_the_tests)  # noqa: PLW1509  # one system call, and none of Python's locks
    url = f"unix://{path}"
    try:
        with redis.Redis.from_url(url) as probe:
            for _ in range(250):
                try:
                    probe.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.02)
        yield process, url
    finally:
        process.terminate()
        process.wait(10)


def _die_with_the_tests() -> None:
    """A run that is killed can't stop what it started; the kernel does (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextmanager
def patient(timeout_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Clients made in this block wait that long for Redis."""
    before, cache.TIMEOUT_SECONDS = cache.TIMEOUT_SECONDS, timeout_seconds
    try:
        yield
    finally:
        cache.TIMEOUT_SECONDS = before


@asynccontextmanager
async def using(url: str, timeout_seconds: float = PATIENCE_SECONDS) -> AsyncIterator["redis.asyncio.Redis"]:
    """This process uses that Redis, with limits on, until the end of the block."""
    before = cache._Resource.redis
    with patient(timeout_seconds):
        cache.connect(url)
    limits.use(enabled=True)
    try:
        yield cache.client()
    finally:
        await cache.close()
        cache._Resource.redis = before
        cache._Resource.paused_until = 0.0
        cache._Resource.in_doubt = False
        limits.use(enabled=False)


@asynccontextmanager
async def hung() -> AsyncIterator[str]:
    """Accepts connections and never says a word; its URL."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def dead() -> AsyncIterator[str]:
    """Nobody listens there; its URL."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    yield f"redis://127.0.0.1:{port}"
