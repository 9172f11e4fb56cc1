"""One Sanic app in one process, with a heartbeat for the supervisor."""

import gc
from typing import Any

from sanic import Sanic

from foundation.heartbeat import beat
from server.ports import shared_socket

BACKLOG = 512
"""Connections that wait in the kernel while the process is busy; more are refused rather than kept waiting."""


def serve(app: Sanic[Any, Any], host: str, port: int, purpose: str) -> None:
    """Serves until SIGTERM or SIGINT; requests under way are finished first."""

    async def show_life(app: Sanic[Any, Any]) -> None:
        # What was loaded by now stays for good: the garbage collector need not walk through it again and again.
        gc.collect()
        gc.freeze()
        app.add_task(beat(), name="heartbeat")

    app.after_server_start(show_life)
    sock = shared_socket(host, port, purpose)
    app.prepare(sock=sock, backlog=BACKLOG, single_process=True, motd=False, access_log=False)
    Sanic.serve_single(primary=app)
