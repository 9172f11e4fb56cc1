"""`muying run`, as a newcomer meets it: the real command in a process of its own, with a home of its own."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from foundation.embedded import EmbeddedServers

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything."


class Running:
    """`muying run` in the background, from its start to its end."""

    def __init__(self, home: Path, port: int, **environment: str) -> None:
        self.home, self.port = home, port
        self.url = f"http://127.0.0.1:{port}"
        self.output_file = home.with_suffix(".output")
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", "run"],
                cwd=ROOT,
                env=environment_of(home, port, **environment),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    def wait_ready(self, seconds: float = 60) -> float:
        began = time.monotonic()
        while READY not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() - began < seconds, self.output
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def children(self, word: str) -> list[int]:
        """Living processes of this run whose command line holds `word`."""
        return [pid for pid in processes_of(self.home) if word in command(pid)]


def environment_of(home: Path, port: int, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MUYING_", "WECHAT_"))}
    for name in ("DATABASE_URL", "REDIS_URL"):
        kept.pop(name, None)
    return {**kept, "MUYING_HOME": str(home), "MUYING_PORT": str(port), **more}


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def processes_of(home: Path) -> list[int]:
    """Every living process that was started with this home, however deep."""
    mark = f"MUYING_HOME={home}\0".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and command(int(folder.name)):
            try:
                if mark in (folder / "environ").read_bytes() + b"\0":
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def begun_at(pid: int) -> float:
    """When a process began, by `time.CLOCK_BOOTTIME`."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return int(ticks) / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """What a process and its ended children have worked so far."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that is free and has a free neighbour."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def refused(home: Path, port: int, **environment: str) -> str:
    """What a run says that can't start: no traceback, status 2, nothing left running."""
    tried = subprocess.run(
        [sys.executable, "-m", "server", "run"],
        cwd=ROOT,
        env=environment_of(home, port, **environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert tried.returncode == 2, tried.stdout + tried.stderr
    assert "Traceback" not in tried.stderr
    assert processes_of(home) == []
    return " ".join(tried.stderr.split())


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def get(url: str) -> httpx.Response:
    """On a connection of its own. Without the certificates of the world: reading them takes longer than an answer."""
    return httpx.get(url, timeout=5, verify=False)  # noqa: S501  # there is no TLS on loopback


def readiness(url: str) -> object:
    """What the service says of its parts; None while it can't serve."""
    try:
        answer = get(f"{url}/readyz")
    except httpx.HTTPError:
        return None
    return answer.json() if answer.status_code == 200 else None


def has_both_servers(url: str) -> bool:
    parts = readiness(url)
    return isinstance(parts, dict) and (parts["postgresql"], parts["redis"]) == ("ok", "ok")


def is_ready(url: str) -> bool:
    return readiness(url) is not None


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer") / "home"


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Running]:
    """The first start ever on this home; the tests of this module share it."""
    run = Running(home, free_port())
    try:
        run.wait_ready()
        yield run
    finally:
        run.process.kill()
        run.process.wait()


def test_the_first_start_brings_everything(running: Running) -> None:
    assert is_ready(running.url)
    assert httpx.get(f"{running.url}/docs").status_code == 200
    login_code = httpx.post(f"http://127.0.0.1:{running.port + 1}/__ctl/login_codes", json={"person": "anna"})
    assert login_code.json()["code"]
    for place in (running.url, f"{running.url}/docs", f"http://127.0.0.1:{running.port + 1}"):
        assert place in running.output
    assert len(running.children("serve-one")) == 1
    assert len(running.children("server work")) == 1


def test_secrets_are_for_the_owner_only(running: Running) -> None:
    credentials = running.home / "dev-credentials.json"
    for file in (credentials, running.home / "secrets.env"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = json.loads(credentials.read_text())
    assert set(content) == {"partner", "stores", "staff"}
    assert {"key_id", "secret"} <= set(content["partner"])
    assert all({"name", "password", "totp_secret", "role", "store"} <= set(person) for person in content["staff"])


def test_a_second_one_on_the_same_home_is_refused_and_disturbs_nobody(running: Running) -> None:
    before = sorted(processes_of(running.home))
    tried = subprocess.run(
        [sys.executable, "-m", "server", "run"],
        cwd=ROOT,
        env=environment_of(running.home, free_port()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 2
    assert f"in use by another Muying (process {running.process.pid})" in tried.stderr
    assert sorted(processes_of(running.home)) == before


def test_a_taken_port_is_a_sentence(running: Running, tmp_path: Path) -> None:
    """Another Muying has both: without the look before, the two would share the port in silence."""
    said = refused(tmp_path / "other", running.port)
    assert f"Port {running.port}, which the API needs, is taken" in said
    assert "MUYING_PORT" in said
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        assert f"Port {port + 1}, which the WeChat stand-in needs, is taken" in refused(tmp_path / "other", port)
    assert is_ready(running.url)


@pytest.mark.parametrize("victim", ["serve-one", "server work", "server standin", "bin/postgres", "redis-server"])
def test_whatever_is_killed_is_back(running: Running, victim: str) -> None:
    killed = running.children(victim)
    assert killed
    os.kill(killed[0], signal.SIGKILL)
    until(lambda: len(running.children(victim)) == len(killed) and killed[0] not in running.children(victim), 30)
    until(lambda: has_both_servers(running.url), 30)


def test_ctrl_c_stops_everything_and_the_second_start_is_quick_and_keeps_the_data(running: Running) -> None:
    before = (running.home / "dev-credentials.json").read_text()
    assert running.end(signal.SIGINT) == 0
    assert "Traceback" not in running.output
    assert processes_of(running.home) == []

    again = Running(running.home, running.port)
    try:
        took = again.wait_ready()
        work = sum(cpu_seconds(pid) for pid in processes_of(running.home))
        assert (running.home / "dev-credentials.json").read_text() == before
        assert is_ready(again.url)
        assert again.end(signal.SIGTERM) == 0
        assert processes_of(running.home) == []
    finally:
        again.process.kill()
        again.process.wait()
    # The promise is 5 s on a machine of one's own. On a busy one, it must be what two cores do in that time.
    assert took < 5 or work < 10, f"{took:.1f} s, {work:.1f} s of work"


def test_a_killed_run_leaves_nobody(home: Path, running: Running) -> None:
    assert running.process.poll() is not None, "the test before ends the shared run"
    run = Running(home, running.port)
    run.wait_ready()
    run.process.kill()
    run.process.wait()
    until(lambda: processes_of(home) == [], 30)


def test_a_newer_database_is_a_sentence(home: Path, running: Running) -> None:
    assert running.process.poll() is not None, "the test before ends the shared run"

    async def change(statement: str) -> None:
        connection = await asyncpg.connect(servers.database_url)
        await connection.execute(statement)
        await connection.close()

    newer = "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('muying', '9999_later', now())"
    with EmbeddedServers(home) as servers:
        asyncio.run(change(newer))
    said = refused(home, running.port)
    assert "newer Muying" in said
    assert "9999_later" in said
    with EmbeddedServers(home) as servers:
        asyncio.run(change("DELETE FROM tortoise_migrations WHERE name = '9999_later'"))


def test_what_is_missing_or_wrong_is_named_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path / "home", free_port(), WECHAT_APP_ID="wx0123456789abcdef", MUYING_PROCESSES="many")
    for name in ("WECHAT_APP_SECRET", "WECHAT_CALLBACK_TOKEN", "WECHAT_CALLBACK_AES_KEY", "MUYING_PROCESSES"):
        assert name in said
    assert "WECHAT_APP_ID" not in said


def test_a_database_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    url = f"postgresql://me:hidden@127.0.0.1:{free_port()}/shop"
    said = refused(tmp_path / "home", free_port(), DATABASE_URL=url)
    assert "PostgreSQL can't be reached" in said
    assert "DATABASE_URL" in said
    assert "hidden" not in said


def test_a_redis_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    said = refused(tmp_path / "home", free_port(), REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert "Redis can't be reached" in said
    assert "REDIS_URL" in said


def test_production_is_refused(tmp_path: Path) -> None:
    assert "muying serve" in refused(tmp_path / "home", free_port(), MUYING_ENV="production")
