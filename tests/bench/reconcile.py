"""`python -m tests.bench.reconcile`: how long the proof takes over a million entries, and the books of finance.

Plants a consistent world by SQL into a database of its own (ten entries for each of a hundred thousand members, with
the receipts, orders, gifts and growth they come from), closes its months, and times reports and `muying reconcile`.
`DATABASE_URL` names a server to use instead of one made for this; the database is dropped afterwards.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from foundation import clock
from foundation.embedded import EmbeddedServers
from foundation.settings import Settings, load_settings, new_secrets
from membership import finance
from server import house
from server.migrate import migrate
from server.reconcile import STATEMENT_MILLISECONDS, reconcile
from tests.makers.ledger_million import ENTRIES_PER_MEMBER, plant

MEMBERS = 100_000
MOST_SECONDS = 30.0


async def measure(settings: Settings, members: int) -> float:
    """Prints every figure; the seconds that the proof took."""
    await migrate(settings)
    connection = await asyncpg.connect(settings.database_url)
    try:
        began = time.perf_counter()
        await plant(connection, members)
        _say(f"planted {members * ENTRIES_PER_MEMBER:,} entries", began)
    finally:
        await connection.close()
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    try:
        await _reports("nothing closed")
        began = time.perf_counter()
        closed = await finance.close_months()
        _say(f"{len(closed.months)} months closed", began)
        await _reports("all but this month closed")
    finally:
        await house.down()
    began = time.perf_counter()
    assert await reconcile(settings) == 0, "the planted world is not consistent"
    return time.perf_counter() - began


async def _reports(when: str) -> None:
    until = finance.this_month()
    since = clock.add_months(until, -23)
    reports: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        *((f"points by {by}", lambda by=by: finance.points_report(since, until, by)) for by in finance.By),  # type: ignore[misc]  # mypy: defaults of a lambda
        ("liability now", finance.liability),
    ]
    for name, report in reports:
        began = time.perf_counter()
        await report()
        _say(f"{name}, 24 months, {when}", began)


def _say(what: str, began: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - began:7.2f} s  {what}\n")
    sys.stdout.flush()


@asynccontextmanager
async def _database(server_url: str) -> AsyncIterator[str]:
    name = f"bench_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def _run(server_url: str, redis_url: str, folder: str) -> float:
    async with _database(server_url) as database_url:
        settings = load_settings(
            {
                "MUYING_ENV": "test",
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
                "MUYING_HOME": folder,
                "WECHAT_APP_ID": "wxbench",
                "WECHAT_APP_SECRET": "bench",
                "WECHAT_API_URL": "http://127.0.0.1:9",
                "WECHAT_CALLBACK_TOKEN": "bench",
                "WECHAT_CALLBACK_AES_KEY": "b" * 43,
                **new_secrets(),
            }
        )
        return await measure(settings, MEMBERS)


def main() -> int:
    """0 when the proof takes less than 30 s."""
    with tempfile.TemporaryDirectory() as folder:
        server_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        if server_url and redis_url:
            seconds = asyncio.run(_run(server_url, redis_url, folder))
        else:
            with EmbeddedServers(Path(folder)) as servers:
                seconds = asyncio.run(_run(servers.database_url, servers.redis_url, folder))
    _say_total(seconds)
    return 0 if seconds < MOST_SECONDS else 1


def _say_total(seconds: float) -> None:
    sys.stdout.write(f"{seconds:7.2f} s  all of it proved\n")


if __name__ == "__main__":
    sys.exit(main())
