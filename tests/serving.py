"""Serves a Sanic app on loopback in the running loop."""

import socket
from typing import Any

from sanic import Sanic
from sanic.server import AsyncioServer


def free_socket() -> socket.socket:
    """A bound loopback socket; its port is free until it is closed."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return sock


class Served:
    """A running app: `port`, and `stop`."""

    def __init__(self, server: AsyncioServer, port: int) -> None:
        self.server = server
        self.port = port

    async def stop(self) -> None:
        await self.server.close()
        for connection in self.server.connections:
            connection.close_if_idle()
        await self.server.after_stop()


async def serve(app: Sanic[Any, Any], sock: socket.socket | None = None) -> Served:
    """Starts the app, its start-up listeners included."""
    sock = sock or free_socket()
    port = sock.getsockname()[1]
    server = await app.create_server(sock=sock, return_asyncio_server=True, backlog=512)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    return Served(server, port)
