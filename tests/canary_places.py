"""Where canaries are looked for: everything that the service writes and that is not a request or its answer.

- *logs*: whatever this process wrote to its standard output and error during the run, the lines of the service, of its
  libraries and of Sanic among it; pytest captured it (`remember`). With `-s` nothing is, and the search says so.
- *Redis*: every key with its value as they stand, and (`monitored`) every command while a story is told, however soon
  its key expires.
- *jobs*: the payload of every job of the run, those too that the queue forgets when they are done: a trigger
  of the tests keeps them.
- *files*: everything below the service's home, the store of files among it.
- *metrics*: what `/metrics` answers.
- *dump*: every table, as text and as the bytes that lie in it, so that text within `bytea` is read too.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from io import BytesIO

import asyncpg
import httpx
import pytest
import redis.asyncio

from foundation.settings import Settings

Haystacks = list[tuple[str, bytes]]

KEEP_PAYLOADS = """
CREATE SCHEMA canaries;
CREATE TABLE canaries.job (entrypoint text, payload bytea, headers text);
CREATE FUNCTION canaries.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO canaries.job VALUES (NEW.entrypoint, NEW.payload, NEW.headers::text);
    RETURN NULL;
END $$;
CREATE TRIGGER canaries_keep AFTER INSERT ON pgqueuer FOR EACH ROW EXECUTE FUNCTION canaries.keep();
"""
TABLES = """
SELECT nspname AS schema, relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
AT_ONCE = 500
LAST_WORD = b"canaries: that was all"

_written = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process


def remember(report: pytest.TestReport) -> None:
    """Keeps what was written to the standard output and error in this phase of a test."""
    for title, content in report.sections:
        if title.startswith("Captured ") and title.endswith(f" {report.when}"):
            _written.write(content.encode(errors="replace"))


def logs() -> Haystacks:
    _written.seek(0)
    return [("logs", _written.read())]


def forget_logs() -> None:
    """After a leak that was meant: what follows is looked through anew."""
    _written.seek(0)
    _written.truncate()


async def keep_payloads(settings: Settings) -> None:
    """From now on the tests' database keeps what jobs are given, in a schema of the tests' own."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute(KEEP_PAYLOADS)
    finally:
        await connection.close()


async def jobs(connection: asyncpg.Connection) -> Haystacks:
    return await _tables(connection, "jobs", lambda schema, name: schema == "canaries" or name.startswith("pgqueuer"))


async def dump(connection: asyncpg.Connection) -> Haystacks:
    return await _tables(connection, "dump", lambda schema, _: schema != "canaries")


def files(settings: Settings) -> Haystacks:
    return [(f"file {file.name}", file.read_bytes()) for file in settings.home.rglob("*") if file.is_file()]


async def metrics(api: httpx.AsyncClient) -> Haystacks:
    return [("metrics", (await api.get("/metrics")).content)]


async def _tables(connection: asyncpg.Connection, place: str, wanted: Callable[[str, str], bool]) -> Haystacks:
    found = []
    for row in await connection.fetch(TABLES):
        if wanted(row["schema"], row["name"]):
            for form in ("text", "binary"):
                content = BytesIO()
                await connection.copy_from_table(row["name"], schema_name=row["schema"], output=content, format=form)
                found.append((f"{place}, table {row['name']}", content.getvalue()))
    return found


async def redis_content(settings: Settings) -> Haystacks:
    """Every key and what it holds."""
    content = bytearray()
    async with _client(settings) as client:
        keys = [key async for key in client.scan_iter(count=AT_ONCE)]
        for first in range(0, len(keys), AT_ONCE):
            some = keys[first : first + AT_ONCE]
            asking = client.pipeline(transaction=False)
            for key in some:
                asking.type(key)
            reading = client.pipeline(transaction=False)
            for key, kind in zip(some, await asking.execute(), strict=True):
                if kind != b"none":  # it expired just now
                    reading.execute_command(*READS[kind.decode()](key))
            for part in (some, await reading.execute(raise_on_error=False)):
                content += b"\n".join(_flat(part)) + b"\n"
    return [("Redis", bytes(content))]


READS: dict[str, Callable[[bytes], tuple[bytes | str | int, ...]]] = {
    "string": lambda key: ("GET", key),
    "hash": lambda key: ("HGETALL", key),
    "list": lambda key: ("LRANGE", key, 0, -1),
    "set": lambda key: ("SMEMBERS", key),
    "zset": lambda key: ("ZRANGE", key, 0, -1),
    "stream": lambda key: ("XRANGE", key, "-", "+"),
}


def _flat(answer: object) -> Iterator[bytes]:
    if isinstance(answer, dict):
        answer = [*answer.keys(), *answer.values()]
    if isinstance(answer, list | tuple | set):
        for inner in answer:
            yield from _flat(inner)
    else:
        yield answer if isinstance(answer, bytes) else str(answer).encode()


@asynccontextmanager
async def monitored(settings: Settings) -> AsyncIterator[Haystacks]:
    """Every command that Redis is given within the block; there is something in it after the block."""
    said: list[bytes] = []
    heard: Haystacks = []
    async with _client(settings) as client:
        connection = await client.connection_pool.get_connection()
        await connection.send_command("MONITOR")
        await connection.read_response()

        was_all = asyncio.Event()

        async def listen() -> None:
            while True:
                said.append(await connection.read_response())
                if LAST_WORD in said[-1]:
                    was_all.set()

        listening = asyncio.create_task(listen())
        try:
            yield heard
            await client.echo(LAST_WORD)
            await was_all.wait()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await connection.disconnect()
    heard.append(("Redis, a command", b"\n".join(said)))


def _client(settings: Settings) -> "redis.asyncio.Redis":
    return redis.asyncio.Redis.from_url(settings.redis_url)
