"""The parts every test stands on: a real PostgreSQL, a real Redis, one migrated database for the whole run.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` replace the embedded servers. Tests share the database and keep out of each
other's way by making their own people, stores and products; nothing is truncated in between.
"""

import os
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from foundation import ground
from foundation.embedded import EmbeddedServers
from foundation.settings import Settings, load_settings, new_secrets
from server import parts
from server.migrate import migrate


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(database URL, Redis URL) of servers that live as long as the run."""
    database_url, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if database_url and redis_url:
        yield database_url, redis_url
        return
    with EmbeddedServers(tmp_path_factory.mktemp("servers")) as embedded:
        yield embedded.database_url, embedded.redis_url


@pytest_asyncio.fixture(scope="session")
async def settings(servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Settings for a database made for this run and dropped after it."""
    server_url, redis_url = servers
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    settings = load_settings(
        {
            "MUYING_ENV": "test",
            "DATABASE_URL": urlunsplit(urlsplit(server_url)._replace(path=f"/{name}")),
            "REDIS_URL": redis_url,
            "MUYING_HOME": str(tmp_path_factory.mktemp("home")),
            "WECHAT_APP_ID": "wx0123456789abcdef",
            "WECHAT_APP_SECRET": "0123456789abcdef0123456789abcdef",
            "WECHAT_API_URL": "http://127.0.0.1:9",
            "WECHAT_CALLBACK_TOKEN": "callbacktoken",
            "WECHAT_CALLBACK_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
            **new_secrets(),
        }
    )
    await migrate(settings)
    yield settings
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest_asyncio.fixture(scope="session")
async def world(settings: Settings) -> AsyncIterator[Settings]:
    """The ground is up: pool, Redis, vault, tokens. For tests of actions and queries."""
    await ground.up(settings, parts.MODELS)
    yield settings
    await ground.down()
