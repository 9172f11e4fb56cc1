"""What a rotation does to a few owners at a time, inside the rotation's transaction.

It never waits for a lock: whoever is busy is left for the next round. So it can't be part of a deadlock, and others
wait for it as long as a few rows take.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog

from foundation import ciphers, database
from foundation.sealed_columns import SealedColumn
from foundation.secrets import HOUSE, Keyring, Unreadable, place, vault

log = structlog.get_logger("keys")


class Outcome(msgspec.Struct):
    """What became of a batch, by owner: done, busy (to be tried again), with values that were still old."""

    owners: int = 0
    values: int = 0
    unreadable: int = 0
    busy: set[UUID] = msgspec.field(default_factory=set)
    behind: set[UUID] = msgspec.field(default_factory=set)


async def grow(table: str, owners: Sequence[UUID], wrapping_key: int) -> Outcome:
    """Phase 1: every keyring gets a fresh key in front. What is under the rotation's wrapping key already has one."""
    held, outcome = await _hold(table, owners)
    old = {owner: stored for owner, stored in held.items() if _wrapped_by(stored) < wrapping_key}
    await _write_keyrings(table, old, vault().grown, outcome)
    return outcome


async def seal(columns: Sequence[SealedColumn], table: str, owners: Sequence[UUID]) -> Outcome:
    """Phase 2: every value of these owners is sealed anew with the newest key."""
    held, outcome = await _hold(table, owners)
    await _seal(columns, table, held, outcome)
    outcome.owners = len(held.keys() - outcome.busy)
    return outcome


async def shrink(columns: Sequence[SealedColumn], table: str, owners: Sequence[UUID]) -> Outcome:
    """Phase 3: the older keys go, unless something was still sealed with them: that is sealed anew now, and waits."""
    held, outcome = await _hold(table, owners)
    kept = await _seal(columns, table, held, outcome)
    # Who is behind is looked at again after the next wait anyway, and must not be found clean before it.
    outcome.busy -= outcome.behind
    done = {owner: stored for owner, stored in held.items() if owner not in kept | outcome.busy | outcome.behind}
    await _write_keyrings(table, done, vault().shrunk, outcome)
    return outcome


async def seal_house(column: SealedColumn, rows: Sequence[UUID]) -> Outcome:
    """Values of nobody: sealed anew with the house's newest key, which every process can read already."""
    found = await database.fetch(
        f"SELECT id, id AS owner, {column.column} AS sealed FROM {column.table}"  # noqa: S608 - ours
        f" WHERE id = ANY($1::uuid[]) AND {column.column} IS NOT NULL",
        rows,
    )
    house, outcome = vault().house, Outcome()
    await _renew(column, found, lambda _row: house, outcome)
    outcome.owners = len(found) - len(outcome.busy)
    return outcome


def _wrapped_by(stored: bytes) -> int:
    try:
        return ciphers.number_of(stored)
    except Unreadable:
        return 0


async def _hold(table: str, owners: Sequence[UUID]) -> tuple[dict[UUID, bytes], Outcome]:
    rows = await database.fetch(
        f"SELECT id, data_key FROM {table} WHERE id = ANY($1::uuid[]) AND data_key IS NOT NULL"  # noqa: S608 - ours
        " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        owners,
    )
    held = {row["id"]: bytes(row["data_key"]) for row in rows}
    return held, Outcome(busy=set(owners) - held.keys())


async def _write_keyrings(
    table: str, held: Mapping[UUID, bytes], change: Callable[[bytes], bytes], outcome: Outcome
) -> None:
    changed = {}
    for owner, stored in held.items():
        try:
            new = change(stored)
        except Unreadable:
            outcome.unreadable += 1
            log.error("keyring_unreadable", table=table, owner=str(owner))
            continue
        if new != stored:
            changed[owner] = new
    await database.execute(
        f"UPDATE {table} SET data_key = new.data_key FROM unnest($1::uuid[], $2::bytea[]) AS new (id, data_key)"  # noqa: S608 - ours
        f" WHERE {table}.id = new.id",
        list(changed),
        list(changed.values()),
    )
    outcome.owners += len(changed)


async def _seal(columns: Sequence[SealedColumn], table: str, held: Mapping[UUID, bytes], outcome: Outcome) -> set[UUID]:
    """Seals what is not current; the owners whose keys must all be kept, because something of theirs can't be read."""
    keyrings, kept = {}, set()
    for owner, stored in held.items():
        try:
            keyrings[owner] = vault().keyring(stored)
        except Unreadable:
            kept.add(owner)
    for column in columns:
        if column.owner_table == table:
            rows = await database.fetch(
                f"SELECT {column.id_column} AS id, {column.owner_column} AS owner, {column.column} AS sealed"  # noqa: S608 - ours
                f" FROM {column.table} WHERE {column.owner_column} = ANY($1::uuid[]) AND {column.column} IS NOT NULL",
                list(keyrings),
            )
            kept |= await _renew(column, rows, lambda row: keyrings[row["owner"]], outcome)
    return kept


async def _renew(
    column: SealedColumn,
    rows: Sequence[asyncpg.Record],
    keyring_of: Callable[[asyncpg.Record], Keyring],
    outcome: Outcome,
) -> set[UUID]:
    """Seals those of the rows that are not current; the owners of values that nobody can read."""
    old, lost = {}, set()
    for row in rows:
        keyring = keyring_of(row)
        where = place(column.table, column.column, row["id"], HOUSE if column.owner_table is None else row["owner"])
        try:
            if not keyring.is_current(row["sealed"]):
                old[row["id"]] = (row, keyring.seal(where, keyring.unseal(where, row["sealed"])))
        except Unreadable:
            outcome.unreadable += 1
            lost.add(row["owner"])
            log.error("value_unreadable", column=column.name, row=str(row["id"]))
    written = await _write_values(column, [(key, row["sealed"], new) for key, (row, new) in old.items()])
    outcome.values += len(written)
    outcome.behind |= {row["owner"] for row, _ in old.values()}
    outcome.busy |= {row["owner"] for key, (row, _) in old.items() if key not in written}
    return lost


async def _write_values(column: SealedColumn, values: Sequence[tuple[object, bytes, bytes]]) -> set[object]:
    """Writes those whose rows are free and still as they were read; their ids."""
    if not values:
        return set()
    table, name, key, array = column.table, column.column, column.id_column, f"{column.id_type}[]"
    rows = await database.fetch(
        f"WITH free AS (SELECT {key} AS id FROM {table} WHERE {key} = ANY($1::{array}) FOR NO KEY UPDATE SKIP LOCKED)"  # noqa: S608 - ours
        f" UPDATE {table} SET {name} = new.sealed FROM free"
        f" JOIN unnest($1::{array}, $2::bytea[], $3::bytea[]) AS new (id, was, sealed) ON new.id = free.id"
        f" WHERE {table}.{key} = free.id AND {table}.{name} = new.was RETURNING {table}.{key} AS id",
        *map(list, zip(*values, strict=True)),
    )
    return {row["id"] for row in rows}
