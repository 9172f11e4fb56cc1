"""`make bench`: our routes beside bare handlers with the same round trips, three times each in one run.

Prints medians and ratios; words after the command choose routes (`python -m tests.bench redemption`). PostgreSQL,
Redis, one server process and the load share this machine's cores, so the ratios mean more than the rates.
"""

import asyncio
import contextlib
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import msgspec
import psutil
from rich.console import Console
from rich.table import Table

from foundation import database
from foundation.embedded import EmbeddedServers
from foundation.settings import Settings, load_settings, new_secrets
from server import house
from server.migrate import migrate
from tests.bench import world as worlds
from tests.bench.load import Figures, LoadJob, write_requests
from tests.bench.pgbench import pgbench
from tests.bench.recording import RecordingConnection, Statement
from tests.bench.world import World

ROUNDS = 3
SECONDS = 4.0
CONNECTIONS = 32
WRITES = 12_000
"""Prepared writes per run: more than four seconds can use."""

console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)


class Contest(msgspec.Struct):
    """One of our routes and the bare handler it is measured against; the makers give fresh requests per run."""

    name: str
    bare: Callable[[], list[bytes]]
    ours: Callable[[], list[bytes]]
    status: int
    bare_status: int = 200
    once: bool = False


def contests(world: World) -> list[Contest]:
    return [
        Contest(
            "card code: 2 Redis",
            lambda: [worlds.request("GET", "/redis-twice", {})],
            lambda: worlds.card_codes(world),
            200,
        ),
        *(
            Contest(
                f"{name}: 1 Redis, its reads",
                lambda name=name: worlds.bare(world, "GET", f"/redis-postgres/{name}"),  # type: ignore[misc]  # the loop's value
                lambda path=path: worlds.gets(world, path),  # type: ignore[misc]  # the loop's value
                200,
            )
            for name, path in (
                ("card", "/api/v1/me/card"),
                ("points", "/api/v1/me/points"),
                ("statement", "/api/v1/me/points/entries"),
            )
        ),
        Contest(
            "baby's home: 1 Redis, its reads",
            lambda: worlds.bare(world, "GET", "/redis-postgres/baby_home"),
            lambda: worlds.homes(world),
            200,
        ),
        Contest(
            "product list: 1 Redis, its read",
            lambda: worlds.bare(world, "GET", "/redis-postgres/products"),
            lambda: worlds.gets(world, "/api/v1/mall/products"),
            200,
        ),
        Contest(
            "product: 1 Redis, its reads",
            lambda: worlds.bare(world, "GET", "/redis-postgres/product"),
            lambda: worlds.gets(world, f"/api/v1/mall/products/{world.gifts[0]}"),
            200,
        ),
        Contest(
            "sign-in: its statements",
            lambda: worlds.bare_crowd(world, "/verb/sign_in"),
            lambda: worlds.first_presses(world, "/api/v1/me/sign-ins"),
            200,
            201,
            once=True,
        ),
        Contest(
            "flash, won: its statements",
            lambda: worlds.bare_crowd(
                world, "/verb/flash", sale=str(world.flash_sales.pop()), flash_product=str(world.gifts[0])
            ),
            lambda: worlds.flash_presses(world, world.flash_sales.pop()),
            201,
            201,
            once=True,
        ),
        Contest(
            "redemption: its statements",
            lambda: worlds.bare(world, "POST", "/verb/redemption", WRITES),
            lambda: worlds.redemptions(world, WRITES),
            201,
            201,
            once=True,
        ),
        Contest(
            "purchase: its statements",
            lambda: worlds.bare(world, "POST", "/verb/purchase", WRITES),
            lambda: worlds.sales(world, WRITES),
            202,
            201,
            once=True,
        ),
    ]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="muying-bench-") as folder, EmbeddedServers(Path(folder)) as servers:
        settings, environment = asyncio.run(_prepare(servers, Path(folder)))
        world, statements = asyncio.run(_plant(settings))
        statements_path = Path(folder) / "statements.pickle"
        statements_path.write_bytes(pickle.dumps(statements))
        bare = [sys.executable, "-m", "tests.bench.bare", "18101", str(statements_path)]
        ours = [sys.executable, "-m", "server", "serve-one"]
        with _process(bare, environment, 18101), _process(ours, environment, 18100) as api:
            wanted = sys.argv[1:]
            chosen = [each for each in contests(world) if not wanted or any(word in each.name for word in wanted)]
            _measure(chosen, Path(folder))
            console.print(f"memory of the API process after the run: {_megabytes(api.pid):.0f} MB")
        _product_list_on_two(world, environment, Path(folder))
        _compare_with_pgbench(servers, settings, world, statements)
    return 0


async def _prepare(servers: EmbeddedServers, folder: Path) -> tuple[Settings, dict[str, str]]:
    url = urlunsplit(urlsplit(servers.database_url)._replace(path="/muying_bench"))
    admin = await asyncpg.connect(servers.database_url)
    await admin.execute("CREATE DATABASE muying_bench")
    await admin.close()
    environment = (
        os.environ
        | new_secrets()
        | {
            "MUYING_ENV": "test",
            "MUYING_HOME": str(folder),
            "MUYING_PORT": "18100",
            "MUYING_RATE_LIMITS": "off",
            "DATABASE_URL": url,
            "REDIS_URL": servers.redis_url,
            "WECHAT_APP_ID": "wxbench",
            "WECHAT_APP_SECRET": "bench",
            "WECHAT_API_URL": "http://127.0.0.1:9",
            "WECHAT_CALLBACK_TOKEN": "bench",
            "WECHAT_CALLBACK_AES_KEY": "b" * 43,
        }
    )
    settings = load_settings(environment)
    await migrate(settings)
    return settings, environment


async def _plant(settings: Settings) -> tuple[World, dict[str, list[Statement]]]:
    database.PooledConnection = RecordingConnection  # type: ignore[misc]  # the verbs are recorded on the way
    await house.up(settings)
    try:
        world = await worlds.make_world()
        return world, await worlds.record_verbs(world)
    finally:
        await house.down()


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as log, _started(command, environment, log, port) as process:
        yield process
        _show_errors(log)


@contextlib.contextmanager
def _started(
    command: list[str], environment: dict[str, str], log: IO[bytes], port: int
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, stdout=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(15)


def _show_errors(log: IO[bytes]) -> None:
    log.seek(0)
    errors = [line for line in log if b'"level":"error"' in line]
    for line in errors[:3]:
        console.print(line.decode()[:2000], style="red", markup=False)


def _run(port: int, requests: list[bytes], status: int, *, once: bool, folder: Path) -> Figures:
    path = folder / "requests.bin"
    write_requests(path, requests)
    job = LoadJob(port, str(path), CONNECTIONS, SECONDS, status, once)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"], input=msgspec.json.encode(job), stdout=subprocess.PIPE, check=True
    )
    figures = msgspec.json.decode(done.stdout, type=Figures)
    if figures.unexpected:
        raise SystemExit(f"port {port}, {requests[0][:60]!r}: unexpected answers {figures.unexpected}")
    return figures


def _measure(all_contests: list[Contest], folder: Path) -> None:
    title = f"{CONNECTIONS} connections, one process, medians of {ROUNDS}"
    table = Table("route", "bare /s", "ours /s", "ratio", "median ms", "p99 ms", "p99 / median", title=title)
    for name, path in (("(a bare handler)", "/empty"), ("(with a Redis GET)", "/redis")):
        request = [worlds.request("GET", path, {})]
        rates = [_run(18101, request, 200, once=False, folder=folder).per_second for _ in range(ROUNDS)]
        table.add_row(name, f"{statistics.median(rates):,.0f}", "", "", "", "", "")
    for contest in all_contests:
        pairs = []
        for number in range(ROUNDS):
            console.print(f"{contest.name}: round {number + 1} of {ROUNDS} …")
            bare = _run(18101, contest.bare(), contest.bare_status, once=contest.once, folder=folder)
            ours = _run(18100, contest.ours(), contest.status, once=contest.once, folder=folder)
            pairs.append((bare, ours))
        middle = statistics.median
        table.add_row(
            contest.name,
            f"{middle(bare.per_second for bare, _ in pairs):,.0f}",
            f"{middle(ours.per_second for _, ours in pairs):,.0f}",
            f"{middle(ours.per_second / bare.per_second for bare, ours in pairs):.0%}",
            f"{middle(ours.median_ms for _, ours in pairs):.1f}",
            f"{middle(ours.p99_ms for _, ours in pairs):.1f}",
            f"{middle(ours.p99_ms / ours.median_ms for _, ours in pairs):.1f}",
        )
    console.print(table)


def _product_list_on_two(world: World, environment: dict[str, str], folder: Path) -> None:
    ours = [sys.executable, "-m", "server", "serve-one"]
    with _process(ours, environment, 18100), _process(ours, environment, 18100):
        rates = [
            _run(18100, worlds.gets(world, "/api/v1/mall/products"), 200, once=False, folder=folder).per_second
            for _ in range(ROUNDS)
        ]
    console.print(f"product list on two processes: {statistics.median(rates):,.0f}/s (median of {ROUNDS})")


def _compare_with_pgbench(
    servers: EmbeddedServers, settings: Settings, world: World, statements: dict[str, list[Statement]]
) -> None:
    for name in ("redemption", "purchase"):
        recorded = statements[name]
        rates = [pgbench(settings.database_url, recorded, world, CONNECTIONS, SECONDS) for _ in range(ROUNDS)]
        console.print(
            f"pgbench with the statements of a {name}: {statistics.median(rates):,.0f}/s, {len(recorded)} statements"
        )


def _megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss / 1e6)


if __name__ == "__main__":
    sys.exit(main())
