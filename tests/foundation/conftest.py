"""The small face on loopback, and its tables."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
import redis.asyncio

from foundation.settings import Settings
from tests.foundation.ground_tables import make_tables
from tests.foundation.own_redis import running, using
from tests.foundation.small_face import small_app
from tests.serving import Served, serve


@pytest_asyncio.fixture(scope="session")
async def tables(world: Settings) -> None:
    await make_tables(world.database_url)


@pytest_asyncio.fixture(scope="session")
async def small_service(world: Settings, tables: None) -> AsyncIterator[Served]:
    served = await serve(small_app())
    yield served
    await served.stop()


@pytest_asyncio.fixture(scope="session")
async def door(small_service: Served) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the small face."""
    limits = httpx.Limits(max_connections=60, max_keepalive_connections=60)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{small_service.port}/small", timeout=10, limits=limits
    ) as client:
        yield client


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that these tests alone use."""
    with running(tmp_path_factory.mktemp("r")) as (_, url):
        yield url


@pytest_asyncio.fixture
async def redis_here(world: Settings, own_redis: str) -> AsyncIterator["redis.asyncio.Redis"]:
    """This process on that Redis, flushed, with limits on."""
    async with using(own_redis) as client:
        await client.flushall()
        yield client
