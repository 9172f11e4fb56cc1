"""The bare stack: Sanic handlers with nothing around the round trips. What our routes are measured against.

Run as `python -m tests.bench.bare PORT STATEMENTS`; `DATABASE_URL` and `REDIS_URL` name the servers.
"""

import os
import pickle
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import redis.asyncio
from sanic import HTTPResponse, Request, Sanic, json, text

from foundation.database import PooledConnection
from tests.bench.recording import Statement, fill, fresh

app: Sanic[Any, Any] = Sanic("bare", configure_logging=False)
app.config.ACCESS_LOG = False


class Parts:
    """The process's connections."""

    pool: asyncpg.Pool
    redis: redis.asyncio.Redis
    statements: dict[str, list[Statement]]


@app.before_server_start
async def up(_app: Sanic[Any, Any]) -> None:
    Parts.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=1, max_size=16, connection_class=PooledConnection
    )
    Parts.redis = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])


@app.get("/empty")
async def empty(_request: Request) -> HTTPResponse:
    return text("ok")


@app.get("/redis")
async def one_get(_request: Request) -> HTTPResponse:
    await Parts.redis.get("bench")
    return json({"ok": True})


@app.get("/redis-twice")
async def two_gets(_request: Request) -> HTTPResponse:
    """The round trips of a card code: one read, one pipelined write."""
    await Parts.redis.get("bench")
    await Parts.redis.set("bench-code", b"0123456789abcdef", ex=60)
    return json({"ok": True})


@app.get("/redis-postgres/<name:str>")
async def get_and_reads(request: Request, name: str) -> HTTPResponse:
    """A session's read, then the reads of a screen on one connection."""
    await Parts.redis.get("bench")
    return await _read(name, request)


async def _read(name: str, request: Request) -> HTTPResponse:
    known = msgspec.json.decode(request.headers["x-known"], type=dict[str, str])
    found = 0
    async with Parts.pool.acquire() as connection:
        for statement in Parts.statements[name]:
            found += len(await connection.fetch(statement.sql, *fill(statement, known, {})))
    return json({"found": found})


async def _play(name: str, request: Request) -> HTTPResponse:
    known = fresh(msgspec.json.decode(request.headers["x-known"], type=dict[str, str]))
    ids: dict[int, UUID] = {}
    await Parts.redis.get("bench")
    async with Parts.pool.acquire() as connection, connection.transaction():
        for statement in Parts.statements[name]:
            await connection.fetch(statement.sql, *fill(statement, known, ids))
    return json({"ok": True}, status=201)


@app.post("/verb/<name:str>")
async def verb(request: Request, name: str) -> HTTPResponse:
    """A session's read, then the statements of a verb in one transaction."""
    return await _play(name, request)


if __name__ == "__main__":
    Parts.statements = pickle.loads(Path(sys.argv[2]).read_bytes())  # noqa: S301  # written by the bench itself
    app.run("127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False, motd=False)
