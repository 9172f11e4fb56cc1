"""`muying serve`, as a machine in production runs it: a process is killed, one is frozen, the whole is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.embedded import EmbeddedServers
from server.development_home import completed
from tests.server.test_development import (
    ROOT,
    begun_at,
    cpu_seconds,
    environment_of,
    free_port,
    get,
    is_ready,
    processes_of,
    until,
)

PROCESSES = 2


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a deployment whose database is still empty."""
    home = tmp_path_factory.mktemp("deployment")
    with EmbeddedServers(home / "servers") as servers:
        urls = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        yield completed(
            environment_of(home / "home", free_port(), MUYING_PROCESSES=str(PROCESSES), **urls), make_secrets=True
        )


def muying(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def api_processes(environment: dict[str, str]) -> set[int]:
    return {
        pid
        for pid in processes_of(Path(environment["MUYING_HOME"]))
        if "serve-one" in Path(f"/proc/{pid}/cmdline").read_text()
    }


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    migrated = muying(environment, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--worker"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: is_ready(url(environment)), 60)
        yield process
    finally:
        process.kill()
        process.wait()


def url(environment: dict[str, str]) -> str:
    return f"http://127.0.0.1:{environment['MUYING_PORT']}"


def test_an_old_database_is_a_sentence(environment: dict[str, str]) -> None:
    for command in ("serve", "work"):
        refused = muying(environment, command)
        assert refused.returncode == 2
        assert "muying migrate" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_killed_process_is_back_within_three_seconds(
    environment: dict[str, str], served: "subprocess.Popen[bytes]"
) -> None:
    until(lambda: len(_answering(environment)) == PROCESSES, 60)
    before = _answering(environment)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    killed_at = time.clock_gettime(time.CLOCK_BOOTTIME)
    until(lambda: len(_answering(environment, without=victim)) == PROCESSES, 60)
    took = time.clock_gettime(time.CLOCK_BOOTTIME) - killed_at
    (new,) = _answering(environment) - before
    waited, work = begun_at(new) - killed_at, cpu_seconds(new)
    # The promise is 3 s on a machine of one's own. On a busy one, it is begun at once and is what a core does in 3 s.
    assert took < 3 or (waited < 2 and work < 3), f"{took:.1f} s, of which waited {waited:.1f}, {work:.1f} s of work"
    assert served.poll() is None


def test_a_frozen_process_is_replaced_within_fifteen_seconds(
    environment: dict[str, str], served: "subprocess.Popen[bytes]"
) -> None:
    until(lambda: len(_answering(environment)) == PROCESSES, 60)
    victim = min(api_processes(environment))
    os.kill(victim, signal.SIGSTOP)
    until(lambda: victim not in api_processes(environment), 15)
    until(lambda: len(_answering(environment, without=victim)) == PROCESSES, 60)
    assert served.poll() is None


def test_figures_of_all_processes_are_one(environment: dict[str, str], served: "subprocess.Popen[bytes]") -> None:
    """Whichever process is asked, it knows what all of them counted."""
    assert served.poll() is None
    for _ in range(20):
        get(f"{url(environment)}/healthz")
    seen = [_health_count(get(f"{url(environment)}/metrics").text) for _ in range(6)]
    assert min(seen) >= 20


def test_sigterm_stops_everything(environment: dict[str, str], served: "subprocess.Popen[bytes]") -> None:
    served.terminate()
    assert served.wait(timeout=30) == 0
    assert processes_of(Path(environment["MUYING_HOME"])) == []


def _answering(environment: dict[str, str], without: int | None = None) -> set[int]:
    """The API processes that listen, which is when they can answer."""
    port = f":{int(environment['MUYING_PORT']):04X} "
    listening = {
        line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines() if port in line and " 0A " in line
    }
    return {pid for pid in api_processes(environment) if pid != without and _sockets(pid) & listening}


def _sockets(pid: int) -> set[str]:
    try:
        links = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except FileNotFoundError:
        return set()
    return {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:[")}


def _health_count(figures: str) -> float:
    lines = [
        line for line in figures.splitlines() if line.startswith("muying_request_seconds_count") and "healthz" in line
    ]
    return sum(float(line.split()[-1]) for line in lines)
