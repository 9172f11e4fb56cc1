"""Parts of the WeChat tests: servers on free ports, a Redis to be stopped, and hands for the control plane."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import redis.asyncio
from sanic import Sanic

from foundation.settings import WeChatSettings
from foundation.wechat import WeChat

APP_ID = "wxba5fad812f8e6fb9"
SECRET = "the-app-secret-of-the-tests"
CALLBACK_TOKEN = "AAAAA"
AES_KEY = "A" * 43


def wechat_settings(api_url: str) -> WeChatSettings:
    return WeChatSettings(APP_ID, SECRET, api_url, CALLBACK_TOKEN, AES_KEY)


class Clock:
    """The stand-in's time, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Standin:
    """A running stand-in and its control plane."""

    def __init__(self, app: Sanic, http: httpx.AsyncClient, clock: Clock) -> None:
        self.world = app.ctx.world
        self.http = http
        self.clock = clock
        self.url = str(http.base_url)

    async def order(self, name: str, **body: object) -> dict[str, Any]:
        reply = await self.http.post(f"/__ctl/{name}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def login_code(self, person: str) -> str:
        return (await self.order("login_codes", person=person))["code"]

    async def phone_code(self, person: str, phone: str) -> str:
        return (await self.order("phone_codes", person=person, phone=phone))["code"]

    async def token(self) -> str:
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        return (await self.http.post("/cgi-bin/stable_token", json=body)).json()["access_token"]

    async def call(self, path: str, body: dict[str, object], token: str | None = None) -> dict[str, Any]:
        token = await self.token() if token is None else token
        return (await self.http.post(path, params={"access_token": token}, json=body)).json()

    async def signed_in(self, person: str) -> str:
        """Logs the person in and gives her openid."""
        query = {"appid": APP_ID, "secret": SECRET, "grant_type": "authorization_code"}
        query["js_code"] = await self.login_code(person)
        return (await self.http.get("/sns/jscode2session", params=query)).json()["openid"]


@asynccontextmanager
async def running(app: Sanic) -> AsyncIterator[str]:
    """Serves the app on a free loopback port, in this loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    await server.startup()
    await server.start_serving()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.close()
        for connection in list(server.connections):
            connection.close_if_idle()
        await server.wait_closed()


@asynccontextmanager
async def raw_server(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server below HTTP, for what no framework would send."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def client(api_url: str, store: redis.asyncio.Redis) -> AsyncIterator[WeChat]:
    wechat = WeChat(wechat_settings(api_url), store)
    try:
        yield wechat
    finally:
        await wechat.aclose()


class RedisServer:
    """A Redis of our own, which may be stopped for a while."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self.process = process
        self.url = url

    def hang(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)
