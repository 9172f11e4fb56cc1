"""`make run`: everything a newcomer needs, on this machine, in one command.

Embedded PostgreSQL and Redis, unless others are set; secrets made once and kept; the database migrated and a small
world planted; the WeChat stand-in, a worker and the API under the supervisor. Ctrl-C stops what was started here, and
nothing else.
"""

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

from redis import Redis, RedisError
from rich.console import Console

from foundation.embedded import EmbeddedServers
from foundation.embedded_home import keep_one_old_log
from foundation.settings import Settings, SettingsError, load_settings
from foundation.startup import CannotStart
from foundation.supervisor import TICK_SECONDS, Program, Supervisor, stop_by_signal
from server.database_sentences import sentences
from server.development_home import STANDIN_HOST, completed, has_own_wechat, home, standin_port
from server.development_world import people, places, planted_before, remember_planting
from server.migrate import migrate
from server.ports import require_free
from server.programs import program, shared_figures

READY_SECONDS = 60.0
HOPELESS_DEATHS = 3


def run_everything() -> int:
    """Runs until Ctrl-C or SIGTERM; 0 then. Raises `CannotStart` or `SettingsError`, with nothing left running."""
    # Into a file or a pipe, the tables are as wide as they like.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    with stop_by_signal():
        try:
            _run(_Progress(console))
        except KeyboardInterrupt:
            console.print("Everything is stopped.", style="dim")
    return 0


class _Progress:
    """One line for each step: what is done, how long it took."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextlib.contextmanager
    def step(self, doing: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(f"{doing} …"):
            yield
        self.console.print(f"[green]✓[/green] {doing}  [dim]{time.monotonic() - began:.1f} s[/dim]")


def _run(progress: _Progress) -> None:
    if os.environ.get("MUYING_ENV", "development") != "development":
        raise SettingsError(["MUYING_ENV must be development (or not set) here; `muying serve` is for production"])
    with contextlib.ExitStack() as cleanup:
        # First, because it claims the home: a second `make run` there must not touch the first one's files.
        servers = EmbeddedServers(
            home(os.environ), postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL")
        )
        cleanup.callback(servers.stop)
        with progress.step("PostgreSQL and Redis"):
            servers.start()
        environment = completed(os.environ, make_secrets=True)
        settings = load_settings(environment)
        _require_redis(settings)
        standin_url = _claim_ports(settings, environment)
        applied: list[str] = []
        with progress.step("Migrations"), sentences(settings):
            asyncio.run(migrate(settings, lambda _event, _app, name: applied.append(name)))
        programs = _programs(settings, environment, with_standin=standin_url is not None)
        supervisor = Supervisor(*programs)
        cleanup.callback(supervisor.stop)
        supervisor.tick()  # they load while the world is planted
        if applied or not planted_before(settings):
            with progress.step("The small named world"):
                _plant(settings, environment)
        with progress.step("API and worker" + (" and the WeChat stand-in" if standin_url else "")):
            _wait(supervisor, programs)
        for table in (places(settings, standin_url), people(settings.home)):
            progress.console.print()
            progress.console.print(table)
        progress.console.print("\nCtrl-C stops everything.", style="dim")
        while True:
            supervisor.tick()
            servers.tick()
            time.sleep(TICK_SECONDS)


def _require_redis(settings: Settings) -> None:
    """In production the service goes on without Redis; here a wrong REDIS_URL would only be a puzzle."""
    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        raise CannotStart(
            f"Redis can't be reached ({error}). Start it, or correct REDIS_URL; without REDIS_URL, `make run` brings "
            "one of its own."
        ) from error


def _claim_ports(settings: Settings, environment: Mapping[str, str]) -> str | None:
    """Refuses a taken port. Returns the stand-in's URL; None when the real WeChat is used."""
    require_free(settings.host, settings.port, "the API")
    if has_own_wechat(os.environ):
        return None
    port = standin_port(environment)
    require_free(STANDIN_HOST, port, "the WeChat stand-in")
    return f"http://{STANDIN_HOST}:{port}"


def _programs(settings: Settings, environment: Mapping[str, str], *, with_standin: bool) -> list[Program]:
    logs = settings.home / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    wanted = [("api", "serve-one", settings.processes), ("worker", "work", 1)]
    if with_standin:
        wanted.append(("standin", "standin", 1))
    ours = {**environment, **shared_figures(settings.home)}
    for name, _, _ in wanted:
        keep_one_old_log(logs / f"{name}.log")
    return [
        program(name, command, count=count, environment=ours, log=logs / f"{name}.log")
        for name, command, count in wanted
    ]


def _plant(settings: Settings, environment: Mapping[str, str]) -> None:
    """In a process of its own: what plants is most of the service, and the next start does without. Raises
    `CannotStart`."""
    command = [sys.executable, "-m", "server", "seed"]
    planted = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
    if planted.returncode != 0:
        raise CannotStart(planted.stderr.strip() or "The small named world can't be planted.")
    remember_planting(settings)


def _wait(supervisor: Supervisor, programs: list[Program]) -> None:
    """Until every process has shown that it serves. Raises `CannotStart` with the end of the log of one that can't."""
    deadline = time.monotonic() + READY_SECONDS
    while not all(supervisor.ready(each.name) for each in programs):
        supervisor.tick()
        for each in programs:
            late = time.monotonic() > deadline and not supervisor.ready(each.name)
            if late or len(supervisor.deaths(each.name)) >= HOPELESS_DEATHS:
                assert each.log is not None
                last_lines = "\n".join(each.log.read_text(errors="replace").splitlines()[-15:])
                raise CannotStart(f"The {each.name} does not start. The end of {each.log} says:\n{last_lines}")
        time.sleep(TICK_SECONDS)
