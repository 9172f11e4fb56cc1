"""Rotation of data keys, under load: every owner gets a fresh key, everything of hers is sealed with it, the old goes.

Three phases, a while apart. Whoever reads a keyring now and a value in a moment, or a value now and its keyring in a
moment, has both from phases that fit each other; that is all that the waiting is for. Who seals something holds the
row of its owner meanwhile, which keeps writers out of a batch.

Where a rotation stands is written with every batch, so it can be killed and taken up again; whoever takes a step holds
its row, so several may work at it.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from foundation import database, rotation_batches, wrapping_keys
from foundation.rotation_batches import Outcome
from foundation.sealed_columns import SealedColumn, owner_tables, unknown
from foundation.secrets import LONE_KEYRING_BYTES, Unreadable, vault
from foundation.settings import Settings
from foundation.startup import CannotStart
from foundation.transactions import transactional

WAIT_SECONDS = 60.0
"""Between two phases: longer than any request or job takes from a keyring to a value or back."""
LONGEST_SLEEP_SECONDS = 5.0  # in such pieces a pause is waited for: whoever listens hears how much is left
BATCH = 50
BUSY_SECONDS = 0.05
"""Before those are tried again who were busy, when nobody else is left."""
FIRST = UUID(int=0)

Columns = Sequence[SealedColumn]


class Phase(StrEnum):
    """`grow`: a fresh key in front of every keyring. `seal`: every value with it. `shrink`: the older keys go."""

    GROW = "grow"
    SEAL = "seal"
    SHRINK = "shrink"


class Progress(msgspec.Struct):
    """Where a rotation stands."""

    id: int
    wrapping_key_id: int
    phase: Phase
    unit: str
    """The table of owners, or `table.column` of the house, that is being worked at."""
    after_id: UUID
    busy: list[UUID]
    again: int
    """Owners because of whom this phase is gone through once more."""
    owners: int
    sealed: int
    unreadable: int


class Step(msgspec.Struct, frozen=True):
    """What one step came to: where the rotation stands (None: there is none any more), and how long to pause now."""

    progress: Progress | None
    pause_seconds: float = 0.0


async def begin(settings: Settings, columns: Columns) -> bool:
    """Begins a rotation, with a new wrapping key for the new data keys; False when one is under way.

    Raises `CannotStart` when the database holds sealed columns that are not among these: their values would be lost.
    """
    await _require_all(columns)
    if await under_way():
        return False
    number = await wrapping_keys.add(settings)
    return bool(
        await database.execute(
            "INSERT INTO key_rotation (wrapping_key_id, phase, unit, after_id, busy)"
            " VALUES ($1, 'grow', $2, $3, '{}') ON CONFLICT DO NOTHING",
            number,
            _units(columns, Phase.GROW)[0],
            FIRST,
        )
    )


async def proceed(
    columns: Columns,
    *,
    wait_seconds: float = WAIT_SECONDS,
    seconds: float = math.inf,
    heard: Callable[[Step], object] = lambda _step: None,
) -> bool:
    """Works at the rotation that is under way until it is done, for so many seconds at most; whether none is left.

    `heard` is told of every step, and in a pause every few seconds. Raises `CannotStart` as `begin` does.
    """
    await _require_all(columns)
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        step = await take_step(columns, wait_seconds)
        heard(step)
        if step.progress is None:
            return True
        left = until - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, min(step.pause_seconds, left, LONGEST_SLEEP_SECONDS)))
    return not await under_way()


async def under_way() -> bool:
    return bool(await database.fetchval("SELECT EXISTS (SELECT FROM key_rotation WHERE finished_at IS NULL)"))


async def latest() -> Progress | None:
    """Where the last rotation stands or ended."""
    row = await database.fetchrow("SELECT * FROM key_rotation ORDER BY id DESC LIMIT 1")
    return None if row is None else msgspec.convert(dict(row), Progress)


@transactional
async def take_step(columns: Columns, wait_seconds: float) -> Step:
    """One batch of the rotation that is under way, or the pause before its next phase."""
    row = await database.fetchrow(
        "SELECT *, extract(epoch FROM clock_timestamp() - waiting_since)::float8 AS waited"
        " FROM key_rotation WHERE finished_at IS NULL FOR UPDATE"
    )
    if row is None:
        return Step(None)
    progress = msgspec.convert(dict(row), Progress)
    if vault().wrapping_key(progress.wrapping_key_id) is None:
        raise Unreadable  # it was made under a master key that this process does not have
    if row["waited"] is not None and row["waited"] < wait_seconds:
        return Step(progress, wait_seconds - row["waited"])
    fresh = await _next_ones(columns, progress)
    batch = await _still_there(progress) + fresh
    if not batch:
        return Step(progress if await _go_on(columns, progress) else None)
    outcome = await _work(columns, progress, batch)
    _count(progress, outcome, fresh)
    await _save(progress)
    return Step(progress, BUSY_SECONDS if len(progress.busy) == len(batch) else 0.0)


async def _require_all(columns: Columns) -> None:
    forgotten = await unknown(columns)
    if forgotten:
        raise CannotStart(f"Nobody said whose values these columns hold, so no key may go: {', '.join(forgotten)}.")


def _units(columns: Columns, phase: Phase) -> list[str]:
    house = [column.name for column in columns if column.owner_table is None]
    return owner_tables(columns) + (house if phase == Phase.SEAL else [])


def _house_column(columns: Columns, unit: str) -> SealedColumn | None:
    return next((column for column in columns if column.owner_table is None and column.name == unit), None)


async def _next_ones(columns: Columns, progress: Progress) -> list[UUID]:
    house = _house_column(columns, progress.unit)
    table, column = (progress.unit, "data_key") if house is None else (house.table, house.column)
    condition: str
    than: int | bytes
    condition, than = f"octet_length({column}) > $2", LONE_KEYRING_BYTES
    if house is not None or progress.phase == Phase.GROW:
        # Two bytes after the first say which key sealed it.
        condition, than = f"substring({column} FROM 2 FOR 2) < $2", progress.wrapping_key_id.to_bytes(2, "big")
    rows = await database.fetch(
        f"SELECT id FROM {table} WHERE id > $1 AND {column} IS NOT NULL AND {condition} ORDER BY id LIMIT $3",  # noqa: S608 - ours
        progress.after_id,
        than,
        BATCH,
    )
    return [row["id"] for row in rows]


async def _still_there(progress: Progress) -> list[UUID]:
    if not progress.busy:
        return []
    table, _, column = progress.unit.partition(".")
    rows = await database.fetch(
        f"SELECT id FROM {table} WHERE id = ANY($1::uuid[]) AND {column or 'data_key'} IS NOT NULL",  # noqa: S608 - ours
        progress.busy,
    )
    return [row["id"] for row in rows]


async def _work(columns: Columns, progress: Progress, batch: list[UUID]) -> Outcome:
    house = _house_column(columns, progress.unit)
    if house is not None:
        return await rotation_batches.seal_house(house, batch)
    if progress.phase == Phase.GROW:
        return await rotation_batches.grow(progress.unit, batch, progress.wrapping_key_id)
    if progress.phase == Phase.SEAL:
        return await rotation_batches.seal(columns, progress.unit, batch)
    return await rotation_batches.shrink(columns, progress.unit, batch)


def _count(progress: Progress, outcome: Outcome, fresh: list[UUID]) -> None:
    progress.after_id = max(fresh, default=progress.after_id)
    progress.busy = sorted(outcome.busy)
    progress.sealed += outcome.values
    progress.unreadable += outcome.unreadable
    if progress.phase == Phase.GROW:
        progress.owners += outcome.owners
        progress.again += outcome.owners
    elif progress.phase == Phase.SHRINK:
        progress.again += len(outcome.behind)


async def _go_on(columns: Columns, progress: Progress) -> bool:
    """To the next table, pass or phase; False at the end of all."""
    units = _units(columns, progress.phase)
    following = units[units.index(progress.unit) + 1 :]
    progress.after_id, progress.busy = FIRST, []
    if following:
        progress.unit = following[0]
        await _save(progress)
        return True
    once_more, progress.again = progress.again > 0, 0
    waits = not (progress.phase == Phase.GROW and once_more)
    if not once_more:
        if progress.phase == Phase.SHRINK:
            await database.execute("UPDATE key_rotation SET finished_at = clock_timestamp() WHERE id = $1", progress.id)
            return False
        progress.phase = Phase.SEAL if progress.phase == Phase.GROW else Phase.SHRINK
    progress.unit = _units(columns, progress.phase)[0]
    await _save(progress)
    if waits:
        # Everything before has been committed by now: each batch was a step of its own.
        await database.execute("UPDATE key_rotation SET waiting_since = clock_timestamp() WHERE id = $1", progress.id)
    return True


async def _save(progress: Progress) -> None:
    await database.execute(
        "UPDATE key_rotation SET phase = $2, unit = $3, after_id = $4, busy = $5, again = $6, owners = $7, sealed = $8,"
        " unreadable = $9 WHERE id = $1",
        progress.id,
        progress.phase.value,
        progress.unit,
        progress.after_id,
        progress.busy,
        progress.again,
        progress.owners,
        progress.sealed,
        progress.unreadable,
    )
