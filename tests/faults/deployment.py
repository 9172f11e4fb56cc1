"""A deployment to break: embedded servers that are kept alive, and houses of `muying serve` in front of them.

Everything runs as on a machine in production or under `make run`: the real commands as processes of their own, on
loopback, with a home in a temporary folder. A house may be started by `tests.faults.unsafe_launcher` instead of
`server`; that is how the controls switch one safeguard off.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from foundation.embedded import EmbeddedServers
from foundation.settings import Settings, load_settings
from foundation.startup import CannotStart
from server import house
from server.development_home import completed
from server.migrate import migrate
from server.ports import require_free
from tests.server.test_development import ROOT, command, environment_of, processes_of

FIRST_PORT = 18_200
START_SECONDS = 60.0
STOP_SECONDS = 40.0

_ports = itertools.count(FIRST_PORT)


class KeptServers:
    """PostgreSQL and Redis as `make run` keeps them: looked after ten times a second, started again when they die.

    One thread starts, keeps and stops them, because Linux ties children to the thread that made them.
    """

    def __init__(self, home: Path) -> None:
        self.servers = EmbeddedServers(home)
        self._over = threading.Event()
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._keep, name="servers")

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            self.servers.start()
        except BaseException as error:  # handed over to the thread that waits
            self._failure = error
            return
        finally:
            self._started.set()
        try:
            while not self._over.wait(0.1):
                self.servers.tick()
        finally:
            self.servers.stop()

    def url_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.servers.database_url)._replace(path=f"/{name}"))

    async def make_template(self, settings: Settings) -> None:
        """Migrates the servers' own database; houses are copies of it."""
        await migrate(settings)

    async def make_database(self, name: str) -> str:
        connection = await asyncpg.connect(self.url_of("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE muying")
        finally:
            await connection.close()
        return self.url_of(name)


class House:
    """One deployment: a database of its own, and `muying serve --worker` on a port of its own."""

    def __init__(
        self, kept: KeptServers, home: Path, *, database_url: str, processes: int, connections: int, unsafe: str | None
    ) -> None:
        self.kept = kept
        self.home = home
        self.title = "" if unsafe is None else f"({unsafe.replace('_', ' ')}) "
        """Stands before what is measured here."""
        self.processes = processes
        self.connections = connections
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.launcher = ("server",) if unsafe is None else ("tests.faults.unsafe_launcher", unsafe)
        self.environment = completed(
            environment_of(
                home,
                self.port,
                MUYING_ENV="development",
                MUYING_RATE_LIMITS="off",
                MUYING_PROCESSES=str(processes),
                MUYING_DATABASE_CONNECTIONS=str(connections),
                DATABASE_URL=database_url,
                REDIS_URL=kept.servers.redis_url,
            ),
            make_secrets=True,
        )
        self.settings = load_settings(self.environment)
        self.supervisor: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.home / "serve.log").read_text(errors="replace")

    async def start(self) -> None:
        self.supervisor = self._spawn()
        try:
            await until(self._is_whole, START_SECONDS)
        except TimeoutError:
            self.stop()
            raise AssertionError(f"The house does not start:\n{self.log[-3000:]}") from None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with (self.home / "serve.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self.launcher, "serve", "--worker"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        if self.supervisor is None:
            return
        for pid in self.pids("serve-one") + self.pids("work"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)  # one that a failed test left stopped would not hear SIGTERM
        self.supervisor.terminate()
        try:
            self.supervisor.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()  # its children are tied to it
            self.supervisor.wait()
        self.supervisor = None

    def pids(self, program: str) -> list[int]:
        """The living processes of `serve-one` or `work`."""
        return sorted(pid for pid in processes_of(self.home) if command(pid).split()[-1:] == [program])

    def answering(self) -> list[int]:
        """The API processes that listen, which is when they can answer."""
        return [pid for pid in self.pids("serve-one") if _sockets_of(pid) & self._sockets("0A")]

    def open_connections(self) -> int:
        """Connections of clients that the API still holds, also such as the client has left."""
        return len(self._sockets("01", "08"))

    def _sockets(self, *states: str) -> set[str]:
        port = f":{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return {row[9] for row in rows if row[1].endswith(port) and row[3] in states}

    async def _is_whole(self) -> bool:
        assert self.supervisor is not None
        if self.supervisor.poll() is not None:
            raise AssertionError(f"The house ended by itself:\n{self.log[-3000:]}")
        return len(self.answering()) == self.processes and len(self.pids("work")) == 1 and await self.is_ready()

    async def is_ready(self) -> bool:
        """Whether /readyz says so, asked on a fresh connection."""
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    @contextlib.asynccontextmanager
    async def ground(self) -> AsyncIterator[None]:
        """For planting: the actions of this process act on this house's database."""
        await house.up(self.settings)
        try:
            yield
        finally:
            await house.down()

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the test's own, to look at what is there."""
        connection = await asyncpg.connect(self.settings.database_url, server_settings={"application_name": "oracle"})
        try:
            yield connection
        finally:
            await connection.close()

    async def set_default(self, name: str, value: str) -> None:
        """Another setting of PostgreSQL for every session of this house from now on; those there are begin anew."""
        async with self.database() as connection:
            database = await connection.fetchval("SELECT current_database()")
            await connection.execute(f"ALTER DATABASE {database} SET {name} = {value}")
            await connection.execute(
                "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def reconcile(self) -> subprocess.CompletedProcess[str]:
        """`muying reconcile`, as an operator runs it."""
        return subprocess.run(
            [sys.executable, "-m", "server", "reconcile"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


class Houses:
    """Makes houses; stops them."""

    def __init__(self, kept: KeptServers, folder: Path) -> None:
        self.kept = kept
        self.folder = folder
        self._numbers = itertools.count(1)

    @contextlib.asynccontextmanager
    async def house(
        self, *, processes: int = 2, connections: int = 16, unsafe: str | None = None
    ) -> AsyncIterator[House]:
        """A running house with an empty database. `unsafe` names the safeguard that is switched off."""
        name = f"house_{next(self._numbers)}"
        home = self.folder / name
        home.mkdir(mode=0o700)
        database_url = await self.kept.make_database(name)
        house = House(
            self.kept, home, database_url=database_url, processes=processes, connections=connections, unsafe=unsafe
        )
        await house.start()
        try:
            yield house
        finally:
            await asyncio.to_thread(house.stop)


async def until(true: Callable[[], Awaitable[bool]], seconds: float) -> float:
    """Waits; how long it took, in seconds. Raises `TimeoutError`."""
    began = time.monotonic()
    while not await true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds} s")
        await asyncio.sleep(0.02)
    return time.monotonic() - began


def _free_port() -> int:
    for port in _ports:
        with contextlib.suppress(CannotStart):
            require_free("127.0.0.1", port, "a house")
            return port
    raise AssertionError("unreachable")


def _sockets_of(pid: int) -> set[str]:
    try:
        links = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:  # it ends in this very moment
        return set()
    return {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:[")}
