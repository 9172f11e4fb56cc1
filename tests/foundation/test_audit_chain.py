"""Linking the audit: without gaps, by one worker at a time, whenever entries are committed; heads go outside."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import pytest

from foundation import audit, audit_chain, audit_heads, database
from foundation.ids import new_id
from foundation.transactions import transactional
from tests.controls import CHANCES
from tests.makers.audit import kinds, owning_the_database, write_and_seal, write_entry

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Heads of this test alone."""
    monkeypatch.setattr(audit_heads, "FOLDER", f"audit-heads-{uuid4().hex}")
    yield


async def gaps() -> int:
    count: int = await database.fetchval("SELECT max(seq) - count(*) FROM audit_link")
    return count


async def test_a_head_is_signed_when_there_is_something_new() -> None:
    *_, last = await write_and_seal()
    head = await audit_heads.last()
    assert head is not None
    assert (head.seq, head.hash) == (last, await audit_chain.hash_at(last))
    assert await audit_chain.seal() == audit_chain.Sealed(0, None)
    await write_entry()
    assert await audit_chain.seal() == audit_chain.Sealed(1, last + 1)


async def test_nothing_is_linked_and_no_head_is_signed_over_a_cut() -> None:
    *_, last = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute("DELETE FROM audit_link WHERE seq = $1", last)
        assert await audit_chain.hash_at(last) is None
    await audit_heads.sign(last + 5, b"x" * 32, await database.fetchval("SELECT now()"))  # as if five had been lost
    await write_entry()
    sealed = await audit_chain.seal()
    assert (sealed.linked, sealed.head, sealed.broken) == (0, None, True)
    assert await kinds() == {"cut"}, "and the entry waits"


async def test_what_is_committed_late_is_linked_late() -> None:
    """An entry whose transaction began before others that are linked already still gets its link, at the end."""
    subject, linked = new_id(), asyncio.Event()
    written = asyncio.Event()

    @transactional
    async def slow() -> None:
        await audit.record(new_id(), "test.changed", "test", subject)
        written.set()
        await linked.wait()

    running = asyncio.create_task(slow())
    await written.wait()
    *_, last = await write_and_seal()
    linked.set()
    await running
    assert (await audit_chain.seal()).linked == 1
    seq = await database.fetchval(
        "SELECT seq FROM audit_link JOIN audit_entry entry ON entry.id = entry_id WHERE subject_id = $1", str(subject)
    )
    assert seq == last + 1
    assert await kinds() == set()


async def write_and_link_at_once(writers: int) -> int:
    """Many write while many link: how many entries have no link afterwards."""
    results = await asyncio.gather(
        *(write_entry() for _ in range(writers)),
        *(audit_chain.seal() for _ in range(6)),
        *(write_entry() for _ in range(writers)),
        return_exceptions=True,
    )
    for error in results:
        if isinstance(error, BaseException):
            raise error
    await audit_chain.seal()
    waiting: int = await database.fetchval(
        "SELECT count(*) FROM audit_entry entry WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id)"
    )
    return waiting


async def test_many_write_while_many_link() -> None:
    assert await write_and_link_at_once(20) == 0
    assert await gaps() == 0
    assert await kinds() == set()


async def test_control_linking_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    fetchval = database.fetchval

    async def everybody_is_first(query: str, *arguments: object) -> object:
        return True if "pg_try_advisory_xact_lock" in query else await fetchval(query, *arguments)

    monkeypatch.setattr(database, "fetchval", everybody_is_first)
    with pytest.raises(asyncpg.UniqueViolationError):  # the primary key is the second guard: nothing is linked twice
        for _ in CHANCES:
            await write_and_link_at_once(20)


@pytest.mark.parametrize("after", [{"n": 1e16}, {"n": 0.1, "a": [1.0, {"b": 2.5e-7}]}, {"名": "\U0001f476\u2028"}, {}])
async def test_what_jsonb_writes_otherwise_is_the_same_to_us(after: dict[str, object]) -> None:
    @transactional
    async def write() -> None:
        await audit.record(new_id(), "test.changed", "test", "x", before={"b": 1, "a": None}, after=after)

    await write()
    await audit_chain.seal()
    assert await kinds() == set()


@pytest.mark.parametrize("statement", ["UPDATE audit_link SET seq = seq", "DELETE FROM audit_link"])
async def test_the_database_keeps_the_links(statement: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement)
