"""The embedded servers, for real: they are killed, crowded out, orphaned, and given awkward homes."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from foundation.database import tortoise_config
from foundation.embedded import EmbeddedServers
from foundation.startup import CannotStart

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose PostgreSQL was initialised once; the tests of this module use it one after the other."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours, and must be left alone."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    assert process.poll() is None
    process.kill()
    process.wait()


def start_apart(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Starts the servers from a program of its own, which prints their pids or why it can't."""
    command = [sys.executable, "-c", START, str(home), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


async def select(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def insert(url: str, number: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        await connection.execute("INSERT INTO kept VALUES ($1)", number)
    finally:
        await connection.close()


async def ping(url: str) -> bool:
    client = Redis.from_url(url)
    try:
        return bool(await client.ping())
    finally:
        await client.aclose()


def log_of_postgres(home: Path) -> str:
    (log,) = home.rglob("postgres.log")
    return log.read_text()


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.usefixtures("stranger")
async def test_both_answer_and_stop_ends_exactly_them(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        pids = [servers.postgres_pid, servers.redis_pid]
        assert await select(servers.database_url, "SELECT current_database()") == "muying"
        assert await select(servers.database_url, "SHOW synchronous_commit") == "on"
        assert await select(servers.database_url, "SHOW idle_in_transaction_session_timeout") == "10s"
        assert await select(servers.database_url, "SELECT upper('é') || (U&'\\6BCD' < U&'\\6BCE')::text") == "Étrue"
        assert await ping(servers.redis_url)
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(OSError):
        await select(servers.database_url, "SELECT 1")


async def test_no_network_port_is_opened(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        assert await select(servers.database_url, "SHOW listen_addresses") == ""
        client = Redis.from_url(servers.redis_url)
        assert (await client.config_get("port"))["port"] == "0"
        assert (await client.config_get("save"))["save"] == ""
        await client.aclose()


async def test_the_log_of_the_database_quotes_no_row(made_home: Path) -> None:
    """What is refused is somebody's as much as what is taken; PostgreSQL would write the whole row down."""
    with EmbeddedServers(made_home) as servers:
        connection = await asyncpg.connect(servers.database_url)
        try:
            await connection.execute("CREATE TEMP TABLE refusing (said text CONSTRAINT never CHECK (said = ''))")
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute("INSERT INTO refusing VALUES ($1)", "her own words")
        finally:
            await connection.close()
        told = log_of_postgres(made_home)
    assert 'violates check constraint "never"' in told, "otherwise this shows nothing"
    assert "her own words" not in told


async def test_the_pool_connects_by_the_same_url(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        config = tortoise_config(servers.database_url, (), most=2, statement_milliseconds=1000)
        credentials = config["connections"]["default"]["credentials"]
        assert credentials["host"] == str(made_home / "postgres")
        async with asyncpg.create_pool(
            **{name: credentials[name] for name in ("host", "port", "user", "database")}, min_size=1, max_size=1
        ) as pool:
            assert await pool.fetchval("SELECT 1") == 1


async def test_data_stays_and_the_second_start_is_quick(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        await insert(servers.database_url, 1)
    began = time.monotonic()
    with EmbeddedServers(made_home) as servers:
        assert time.monotonic() - began < 3
        assert await select(servers.database_url, "SELECT count(*) FROM kept WHERE number = 1") == 1


async def test_killed_servers_are_back_within_seconds_with_what_was_committed(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        await insert(servers.database_url, 2)
        killed = [servers.postgres_pid, servers.redis_pid]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        while True:
            servers.tick()
            try:
                found = await select(servers.database_url, "SELECT count(*) FROM kept WHERE number = 2")
                await ping(servers.redis_url)
                break
            except (OSError, asyncpg.PostgresError, ConnectionError, asyncpg.InterfaceError):
                assert time.monotonic() - began < 10
                await asyncio.sleep(0.05)
        assert found == 1
        assert not set(killed) & {servers.postgres_pid, servers.redis_pid}


async def test_a_second_one_on_the_same_home_is_told_who_has_it(made_home: Path) -> None:
    with EmbeddedServers(made_home) as servers:
        second = start_apart(made_home)
        assert f"in use by another Muying (process {os.getpid()})" in second.stdout
        assert "MUYING_HOME" in second.stdout
        assert await select(servers.database_url, "SELECT 1") == 1  # the refused one left the first one alone


START = """
import os, sys
from pathlib import Path
from foundation import supervisor
from foundation.embedded import EmbeddedServers
from foundation.startup import CannotStart
if "without-kernel" in sys.argv:
    supervisor._LIBC = None
try:
    servers = EmbeddedServers(Path(sys.argv[1]))
    servers.start()
    print(servers.postgres_pid, servers.redis_pid, flush=True)
    if "die" in sys.argv:
        os.kill(os.getpid(), 9)
    servers.stop()
except CannotStart as error:
    print(error)
"""


@pytest.mark.parametrize("arguments", [["die"], ["die", "without-kernel"]], ids=["linux", "as on macOS"])
async def test_the_start_after_a_killed_program_works(made_home: Path, arguments: list[str]) -> None:
    """The pid files are stale, and where the kernel does not help the servers still run: they are taken over."""
    killed = start_apart(made_home, *arguments)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    orphans = [int(pid) for pid in killed.stdout.split()]
    assert (made_home / "postgres" / "postmaster.pid").exists() or "without-kernel" not in arguments
    with EmbeddedServers(made_home) as servers:
        assert await select(servers.database_url, "SELECT 1") == 1
        assert await ping(servers.redis_url)
        assert not any(alive(pid) for pid in orphans)


async def test_a_pid_file_that_names_a_stranger_is_harmless(
    made_home: Path, stranger: "subprocess.Popen[bytes]"
) -> None:
    (made_home / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{made_home}/postgres\n1\n5432\n\n\n 1 1\n")
    with EmbeddedServers(made_home) as servers:
        assert await select(servers.database_url, "SELECT 1") == 1


async def test_a_home_with_a_long_name_and_spaces(tmp_path: Path) -> None:
    home = tmp_path / "一个 home with spaces" / ("long" * 40)
    with EmbeddedServers(home) as servers:
        assert await select(servers.database_url, "SELECT 1") == 1
        assert await ping(servers.redis_url)


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="MUYING_HOME"):
        EmbeddedServers(tmp_path / "file" / "home").start()


def test_data_of_another_postgresql_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 17, and this is 18.*pg_dump"):
        EmbeddedServers(tmp_path).start()
    assert (tmp_path / "postgres" / "PG_VERSION").read_text() == "17\n"


async def test_an_initdb_that_was_killed_halfway_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.unfinished").mkdir()
    (tmp_path / "postgres.unfinished" / "PG_VERSION").write_text("18\n")
    with EmbeddedServers(tmp_path) as servers:
        assert await select(servers.database_url, "SELECT 1") == 1
    assert not (tmp_path / "postgres.unfinished").exists()


def test_only_redis_when_only_redis_is_wanted(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, postgres=False) as servers:
        assert alive(servers.redis_pid)
        assert not (tmp_path / "postgres").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_as_root_others_may_pass_but_not_look(tmp_path: Path) -> None:
    home = tmp_path / "closed" / "home"
    home.parent.mkdir(mode=0o700)
    with EmbeddedServers(home) as servers:
        assert Path(f"/proc/{servers.postgres_pid}").stat().st_uid != 0
    for folder in (home, home.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o701
    assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
