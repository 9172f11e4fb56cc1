"""A database of its own for a measurement, on the servers of `DATABASE_URL` and `REDIS_URL` or on embedded ones."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from foundation.embedded import EmbeddedServers
from foundation.settings import load_settings, new_secrets
from server.migrate import migrate

T = TypeVar("T")
Environment = dict[str, str]


def run(measure: Callable[[Environment], Awaitable[T]]) -> T:
    """What `measure` returns; it is given the environment of a migrated house."""
    with tempfile.TemporaryDirectory(prefix="muying-bench-") as folder:
        server_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if server_url and redis_url:
            return asyncio.run(_run(measure, server_url, redis_url, folder))
        with EmbeddedServers(Path(folder)) as servers:
            return asyncio.run(_run(measure, servers.database_url, servers.redis_url, folder))


async def _run(measure: Callable[[Environment], Awaitable[T]], server_url: str, redis_url: str, folder: str) -> T:
    name = f"bench_{uuid4().hex[:12]}"
    environment = {
        "MUYING_ENV": "test",
        "DATABASE_URL": urlunsplit(urlsplit(server_url)._replace(path=f"/{name}")),
        "REDIS_URL": redis_url,
        "MUYING_HOME": folder,
        "MUYING_RATE_LIMITS": "off",
        "WECHAT_APP_ID": "wxbench",
        "WECHAT_APP_SECRET": "bench",
        "WECHAT_API_URL": "http://127.0.0.1:9",
        "WECHAT_CALLBACK_TOKEN": "bench",
        "WECHAT_CALLBACK_AES_KEY": "b" * 43,
        **new_secrets(),
    }
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        await migrate(load_settings(environment))
        return await measure(environment)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
