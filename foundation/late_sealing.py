"""Sealing late: a text that once stood in clear moves into the sealed column beside it, batch by batch.

A migration can't seal, because it has no keys. It adds the sealed column and a trigger (`refuse_clear_text`) that lets
no new text into the clear one; this moves what stands there already; a later release drops the empty column. Until
then a reader takes the sealed value, and the clear one where there is none.

Each batch is a transaction of its own and rows that are busy are left for the next time, so it can be killed and begun
again, and nobody waits for it. Afterwards it finds nothing.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog

from foundation import database
from foundation.sealed_columns import SealedColumn
from foundation.secrets import HOUSE, Keyring, Unreadable, place, vault
from foundation.transactions import transactional

BATCH = 200
FIRST = UUID(int=0)
GONE = b""
"""In place of what was of somebody whose keys are destroyed: a table may want that there was something."""

log = structlog.get_logger("late_sealing")


class LateColumn(msgspec.Struct, frozen=True):
    """Where a text stood in clear, and where it belongs. `also`: a statement about the ids of the same rows ($1)."""

    clear: str
    into: SealedColumn
    also: str | None = None


class Batch(msgspec.Struct, frozen=True):
    """What a batch came to; `last` is None at the end."""

    sealed: int
    last: UUID | None


async def seal_late(column: LateColumn) -> int:
    """Moves what stands in clear in one column; how many values. Busy rows and owners wait for the next time."""
    sealed, batch = 0, await seal_batch(column, FIRST)
    while batch.last is not None:
        sealed += batch.sealed
        batch = await seal_batch(column, batch.last)
    return sealed


@transactional
async def seal_batch(column: LateColumn, after: UUID) -> Batch:
    """The next rows behind that id."""
    into = column.into
    rows = await database.fetch(
        f"SELECT id, {into.owner_column} AS owner FROM {into.table}"  # noqa: S608  # ours
        f" WHERE {column.clear} IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
        after,
        BATCH,
    )
    if not rows:
        return Batch(0, None)
    keyrings = await _hold(into.owner_table, {row["owner"] for row in rows})
    # Only now are they read: who changed one, or gave it to another owner, was waited for with the owner, or is busy.
    free = await database.fetch(
        f"SELECT id, {into.owner_column} AS owner, {column.clear} AS text FROM {into.table}"  # noqa: S608  # ours
        f" WHERE id = ANY($1::uuid[]) AND {column.clear} IS NOT NULL ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        [row["id"] for row in rows],
    )
    return Batch(await _write(column, free, keyrings), rows[-1]["id"])


async def _hold(owner_table: str | None, owners: set[UUID]) -> Mapping[UUID, Keyring | None]:
    """The keyrings of those owners who are free, held until the commit; None for whoever has none any more."""
    if owner_table is None:
        return dict.fromkeys(owners, vault().house)
    rows = await database.fetch(
        f"SELECT id, data_key FROM {owner_table} WHERE id = ANY($1::uuid[])"  # noqa: S608  # ours
        " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        list(owners),
    )
    keyrings: dict[UUID, Keyring | None] = {}
    for row in rows:
        try:
            keyrings[row["id"]] = None if row["data_key"] is None else vault().keyring(row["data_key"])
        except Unreadable:
            log.error("keyring_unreadable", table=owner_table, owner=str(row["id"]))
    return keyrings


async def _write(column: LateColumn, rows: Sequence[asyncpg.Record], keyrings: Mapping[UUID, Keyring | None]) -> int:
    into, sealed = column.into, {}
    for row in rows:
        if row["owner"] in keyrings:
            owner, keyring = HOUSE if into.owner_table is None else row["owner"], keyrings[row["owner"]]
            where = place(into.table, into.column, row["id"], owner)
            sealed[row["id"]] = GONE if keyring is None else keyring.seal(where, row["text"])
    await database.execute(
        f"UPDATE {into.table} SET {into.column} = new.sealed, {column.clear} = NULL"  # noqa: S608  # ours
        f" FROM unnest($1::uuid[], $2::bytea[]) AS new (id, sealed) WHERE {into.table}.id = new.id",
        list(sealed),
        list(sealed.values()),
    )
    if column.also is not None and sealed:
        await database.execute(column.also, list(sealed))
    return len(sealed)
