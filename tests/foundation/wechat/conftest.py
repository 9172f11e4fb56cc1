"""The stand-in, a client of it, and a Redis that these tests may stop."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import redis.asyncio

from foundation.wechat import WeChat
from foundation.wechat.standin import create_standin
from tests.foundation.wechat.parts import Clock, RedisServer, Standin, client, running, wechat_settings


@pytest.fixture(scope="session")
def wechat_redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    # A socket's path must be short, shorter than pytest's folders for single tests.
    path = tmp_path_factory.mktemp("r") / "s"
    program = Path(sys.executable).parent / "redis-server"
    arguments = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(path.parent)]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    with redis.Redis.from_url(f"unix://{path}") as probe:
        for _ in range(200):
            try:
                probe.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
    yield RedisServer(process, path)
    process.terminate()
    process.wait(10)


@pytest.fixture
async def wechat_redis(wechat_redis_server: RedisServer) -> AsyncIterator[redis.asyncio.Redis]:
    store = redis.asyncio.Redis.from_url(wechat_redis_server.url)
    await store.flushall()
    yield store
    await store.aclose()


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    clock = Clock()
    app = create_standin(wechat_settings(""), clock=clock)
    async with running(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        yield Standin(app, http, clock)


@pytest.fixture
async def wechat(standin: Standin, wechat_redis: redis.asyncio.Redis) -> AsyncIterator[WeChat]:
    async with client(standin.url, wechat_redis) as made:
        yield made
