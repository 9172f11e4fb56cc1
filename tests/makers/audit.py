"""Makers: entries of the audit, a sealed chain, and attackers who own the database and hold no key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from foundation import audit, audit_chain, audit_check, database
from foundation.audit_chain import BEGINNING, content_of, link_hash
from foundation.audit_check import Report
from foundation.ids import new_id
from foundation.transactions import transactional

FORGED = (
    "INSERT INTO audit_entry (id, actor_id, action, subject, subject_id, reason, created_at, mac) VALUES"
    " (gen_random_uuid(), gen_random_uuid(), 'test.forged', 'test', 'x', NULL, now() - $1::interval, $2)"
)


@transactional
async def write_entry(reason: str = "test") -> UUID:
    """One entry about a thing of its own: the thing's id."""
    subject = new_id()
    await audit.record(new_id(), "test.changed", "test", subject, after={"points": 8}, reason=reason)
    return subject


async def write_and_seal(count: int = 3) -> list[int]:
    """So many entries, linked and under a signed head: the numbers of their links."""
    subjects = [str(await write_entry()) for _ in range(count)]
    sealed = await audit_chain.seal()
    assert not sealed.broken
    return [
        row["seq"]
        for row in await database.fetch(
            "SELECT seq FROM audit_link JOIN audit_entry entry ON entry.id = entry_id"
            " WHERE subject = 'test' AND subject_id = ANY($1) ORDER BY seq",
            subjects,
        )
    ]


@asynccontextmanager
async def owning_the_database() -> AsyncIterator[asyncpg.Connection]:
    """Whoever owns it switches triggers and foreign keys off. What he does is seen inside and undone afterwards."""
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        token = database.transaction_connection.set(connection)
        try:
            await connection.execute("SET LOCAL session_replication_role = replica")
            yield connection
        finally:
            database.transaction_connection.reset(token)
            await transaction.rollback()


async def rechain(connection: asyncpg.Connection) -> None:
    """Numbers all links anew and computes all their hashes, as somebody would who knows how and holds no key."""
    rows = await connection.fetch(
        f"SELECT {audit_chain.CONTENT} FROM audit_entry entry JOIN audit_link link ON link.entry_id = entry.id"  # noqa: S608  # ours
        " ORDER BY link.seq"
    )
    await connection.execute("DELETE FROM audit_link")
    last, hashes = BEGINNING, []
    for seq, row in enumerate(rows, 1):
        last = link_hash(last, seq, content_of(row), row["created_at"], row["mac"])
        hashes.append(last)
    await connection.execute(audit_chain.LINK, list(range(1, len(rows) + 1)), [row["id"] for row in rows], hashes)


async def kinds(report: Report | None = None) -> set[str]:
    """What kinds of wrong there are."""
    return {finding.kind for finding in (report or await audit_check.check()).findings}
