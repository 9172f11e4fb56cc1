"""The control: a canary that is let out on purpose is found, wherever and in whatever form it lies."""

import base64
import hashlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
import structlog
from prometheus_client import REGISTRY, Counter

from foundation import cache, database
from foundation.ids import new_id
from foundation.settings import Settings
from tests import canaries, canary_places
from tests.canary_search import Found, search, search_all


@pytest_asyncio.fixture(loop_scope="session")
async def connection(world: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(world.database_url)
    yield connection
    await connection.close()


def names(found: Found) -> set[str]:
    """What was found, without where and in which form."""
    return {line.split(": ")[1].rsplit(" (", 1)[0] for line in found}


@pytest.fixture
def told(world: Settings) -> Iterator[None]:
    """What is written here is captured, and kept before the test begins."""
    structlog.get_logger("muying").info("leak", words=canaries.text("told by us"))
    logging.getLogger("some.library").warning("no such number: %s", canaries.phone("told by a library"))
    print(canaries.text("told to the standard error"), file=sys.stderr)
    yield
    canary_places.forget_logs()


@pytest.mark.usefixtures("told")
def test_in_the_log() -> None:
    assert {"told by us", "told by a library", "told to the standard error"} <= names(search_all(canary_places.logs()))


async def test_in_redis(world: Settings) -> None:
    """In a key, in a value, and in one that is gone at once."""
    key, gone = f"test:{uuid4().hex}:", f"test:{uuid4().hex}"
    key += canaries.text("name of a key")
    async with canary_places.monitored(world) as heard:
        await cache.call("HSET", key, "field", base64.b64encode(canaries.text("value of a key").encode()))
        await cache.call("SET", gone, canaries.phone("for a moment"), "PX", 1)
    try:
        found = search_all(await canary_places.redis_content(world))
    finally:
        await cache.call("DEL", key)
    assert {"name of a key", "a text"} <= names(found)
    assert {"name of a key", "a text", "for a moment"} <= names(search_all(heard))


async def test_in_a_job(connection: asyncpg.Connection, world: Settings) -> None:
    """Done and deleted, too."""
    payload = json.dumps({"phone": canaries.phone("in a payload")}).encode()
    await database.execute(
        "WITH job AS (INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, headers, status)"
        " VALUES (0, 'test.leak', $1, now() + interval '1 day', 'null', 'queued') RETURNING id) SELECT id FROM job",
        payload,
    )
    await database.execute("DELETE FROM pgqueuer WHERE entrypoint = 'test.leak'")
    try:
        assert "in a payload" in names(search_all(await canary_places.jobs(connection)))
    finally:
        await connection.execute("DELETE FROM canaries.job WHERE entrypoint = 'test.leak'")


async def test_in_a_file(world: Settings) -> None:
    file = Path(world.home) / "leak.csv"
    file.write_text(f"手机号,{canaries.phone('in a file')}\n", encoding="utf-8")
    try:
        assert "in a file" in names(search_all(canary_places.files(world)))
    finally:
        file.unlink()


async def test_in_the_metrics(api: httpx.AsyncClient) -> None:
    counter = Counter("muying_test_leak", "A label that must not be.", ("who",))
    try:
        counter.labels(canaries.text("in a label")).inc()
        assert "in a label" in names(search_all(await canary_places.metrics(api)))
    finally:
        REGISTRY.unregister(counter)


async def test_in_the_dump(connection: asyncpg.Connection, world: Settings) -> None:
    """In a text, in the midst of bytes, and in JSON."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            "INSERT INTO wechat_message (id, number_index, kind, content_sealed) VALUES ($1, $2, $3, $4)",
            new_id(),
            uuid4().bytes * 2,
            canaries.text("in a text"),
            uuid4().bytes + canaries.text("in the midst of bytes").encode() + uuid4().bytes,
        )
        await connection.execute("CREATE TABLE test_leak AS SELECT $1::jsonb AS words", _json("in JSON"))
        found = search_all(await canary_places.dump(connection))
    finally:
        await transaction.rollback()
    assert {"in a text", "in the midst of bytes", "in JSON"} <= names(found)


def _json(what: str) -> str:
    return json.dumps({"deep": [{"words": canaries.text(what, "宝宝")}]})


FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "within words": lambda value: f"…宝宝{value}宝宝…".encode(),
    "in capitals": lambda value: value.upper().encode(),
    "base64": lambda value: base64.b64encode(f"0{value}!".encode()),
    "base64, later": lambda value: base64.b64encode(f"01{value}!".encode()),
    "base64, at once": lambda value: base64.urlsafe_b64encode(f"{value}!".encode()),
    "hexadecimal": lambda value: value.encode().hex().encode(),
    "hexadecimal capitals": lambda value: value.encode().hex().upper().encode(),
    "JSON": lambda value: json.dumps({"value": f"宝宝{value}"}).encode(),
    "URL": lambda value: quote(f"宝宝 {value}").encode(),
    "UTF-16": lambda value: f"宝宝{value}".encode("utf-16-le"),
}


@pytest.mark.parametrize("form", FORMS)
def test_in_every_form(form: str) -> None:
    write = FORMS[form]
    for value in (canaries.text("a text of the control", "小"), canaries.phone("a phone of the control")):
        assert search("control", b"..." + write(value) + b"...") != {}, value


@pytest.mark.parametrize("write", ["{}", "+86{}", "86{}", "tel:{};", '"{}"'])
def test_a_phone_as_it_is_written(write: str) -> None:
    value = canaries.phone("a phone of the control")
    assert names(search("control", write.format(value).encode())) == {"a phone of the control"}


@pytest.mark.parametrize("write", ["1{}", "{}0", "20{}", "e{}", "{}c"])
def test_a_part_of_a_longer_number_is_no_phone(write: str) -> None:
    assert search("control", write.format(canaries.phone()).encode()) == {}


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
def test_a_digest_without_a_key_is_found(digest: str) -> None:
    """Whoever has the dump could try all phones."""
    value = canaries.plant("a phone that is digested", f"+86{canaries.phone()}")
    assert search("control", hashlib.new(digest, value.encode()).hexdigest().encode()) != {}
    assert search("control", b"\x01" + hashlib.new(digest, value.encode()).digest()) != {}


def test_a_failure_shows_no_value() -> None:
    value = canaries.text("a text of the control")
    assert canaries.MARKER not in str(search("control", value.encode()))
