"""The stand-in, a client of it, and a Redis that these tests may stop."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import redis.asyncio

from foundation.wechat import WeChat
from foundation.wechat.standin import create_standin
from tests.foundation.own_redis import running as running_redis
from tests.foundation.wechat.parts import Clock, RedisServer, Standin, client, running, wechat_settings


@pytest.fixture(scope="session")
def wechat_redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("r")) as (process, url):
        yield RedisServer(process, url)


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
    # No TLS: reading the certificates of the world for each test takes longer than most of them.
    async with running(app) as url, httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as http:  # noqa: S501
        yield Standin(app, http, clock)


@pytest.fixture
async def wechat(standin: Standin, wechat_redis: redis.asyncio.Redis) -> AsyncIterator[WeChat]:
    async with client(standin.url, wechat_redis) as made:
        yield made
