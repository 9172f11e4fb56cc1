"""PostgreSQL and Redis for a machine that has neither: the servers of two Python wheels, as our own child processes.

The wheels' own start-up code is not used: it keeps servers alive after a crash of the program and opens foreign
folders to every reader. Here the servers live and die with the process that started them, all their data is under one
home folder, and they listen on unix sockets only.

As root, PostgreSQL (which refuses to be root) runs as the system user `pgserver`. That user needs to pass through the
folders above its data and its program, so those get search permission for others (`o+x`, never `o+r`) where missing.
"""

import contextlib
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from foundation.embedded_home import keep_one_old_log, lock
from foundation.embedded_postgres import Postgres
from foundation.embedded_redis import Redis
from foundation.startup import CannotStart
from foundation.supervisor import Supervisor

START_SECONDS = 60.0
"""Recovery after a crash takes its time."""
HOPELESS_DEATHS = 5
"""After a kill -9 the first start or two may fail, as long as the old server's last processes live."""


class EmbeddedServers:
    """A PostgreSQL and a Redis (or one of them) under `home`, from `start` to `stop`; also a context manager.

    `tick` starts a server again that died; whoever keeps them running for long calls it a few times a second.
    Raises `CannotStart` when the home folder is in use, can't be written, or holds another PostgreSQL's data.
    """

    def __init__(self, home: Path, *, postgres: bool = True, redis: bool = True) -> None:
        self.home = home.absolute()
        self._postgres = Postgres(self.home / "postgres")
        self._redis = Redis(self.home / "redis")
        wanted: list[tuple[bool, Redis | Postgres]] = [(redis, self._redis), (postgres, self._postgres)]
        self._servers = [server for is_wanted, server in wanted if is_wanted]
        self._lock: IO[str] | None = None
        self._supervisor = Supervisor()

    @property
    def database_url(self) -> str:
        return self._postgres.url

    @property
    def redis_url(self) -> str:
        return self._redis.url

    @property
    def postgres_pid(self) -> int:
        """For fault tests. Raises IndexError when it is not running right now."""
        return self._supervisor.pids("postgres")[0]

    @property
    def redis_pid(self) -> int:
        """For fault tests. Raises IndexError when it is not running right now."""
        return self._supervisor.pids("redis")[0]

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
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = lock(self.home)
            for server in self._servers:
                keep_one_old_log(server.log)
                server.prepare()
            self._supervisor = Supervisor(*(server.program() for server in self._servers))
            for server in self._servers:
                self._wait(server)
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
        self._supervisor.stop()
        self._supervisor = Supervisor()
        if self._lock is None:
            return
        for server in self._servers:
            if server.sockets != server.folder:
                with contextlib.suppress(OSError):
                    server.sockets.rmdir()
        self._lock.close()
        self._lock = None

    def tick(self) -> None:
        """Starts again what died; does not wait for it."""
        self._supervisor.tick()

    def _wait(self, server: Redis | Postgres) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._supervisor.tick()
            if server.answers():
                return
            if len(self._supervisor.deaths(server.name)) >= HOPELESS_DEATHS or time.monotonic() > deadline:
                last_lines = "\n".join(server.log.read_text(errors="replace").splitlines()[-10:])
                raise CannotStart(
                    f"The embedded {server.name} does not start. The end of {server.log} says:\n{last_lines}"
                )
            time.sleep(0.05)
