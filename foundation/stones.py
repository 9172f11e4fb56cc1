"""Stones: what somebody took away, written down outside of the database too, so that no older backup gives it back.

A verb that takes something away, or gives back what was taken, lays a stone in its transaction: a row here, and soon
afterwards a file outside. The row says that this database knows of it. In a database that was restored the newer rows
are missing, and `foundation.stone_replay` does again what their files tell.

A file is named by time and a random id, is sealed with a key of the environment (a restored database has that key too)
and has the length of all others: who reads the folder learns how often something happened, not what or to whom. What is
not sealed by us is reported and never obeyed.

A feature that lays stones says how to do it again:

    await stones.lay("shares.ended", Ended(share_id), about=str(share_id))    # in the transaction of the verb

    @stones.replays("shares.ended")                    # a step; whether it changed anything
    @within_transaction
    async def end_again(said: Ended, at: datetime) -> bool: ...
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
import structlog

from foundation import clock, database, jobs, outside
from foundation.ids import new_id
from foundation.secrets import HOUSE, Keyring, place, vault
from foundation.transactions import within_transaction

FOLDER = "stones"
READ_DAYS = 170
"""How old a file may be that is obeyed; no backup may be older. Rows stay longer (`KEPT_DAYS`): a file that is read
without its row would be news."""
KEPT_DAYS = 180
"""As the data map says of the rows; files go then, too."""
PADDED_BYTES = 512
LATE = timedelta(minutes=5)
COPY = "stones.copy"

INSERT = """
INSERT INTO stone (id, about, laid_at, content)
SELECT id, about, $3, content FROM unnest($1::uuid[], $2::bytea[], $4::bytea[]) AS laid (id, about, content)
"""
TO_COPY = "SELECT laid_at, content FROM stone WHERE id = $1 AND content IS NOT NULL"
COPIED = "UPDATE stone SET content = NULL WHERE id = $1"
KNOWN_UNTIL = "SELECT read_until FROM stone_reading"
KNOW_UNTIL = """
INSERT INTO stone_reading (id, read_until) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET read_until = greatest(stone_reading.read_until, EXCLUDED.read_until)
"""
LEFT = "SELECT id FROM stone WHERE content IS NOT NULL AND laid_at < $1 ORDER BY laid_at LIMIT 10000"

log = structlog.get_logger("stones")

Replayer = Callable[[Any, datetime], Awaitable[bool]]


class Stone(msgspec.Struct, frozen=True):
    """What a file tells. `said` is a shape of the feature that laid it."""

    kind: str
    at: datetime
    about: str | None
    said: msgspec.Raw


class Kind(msgspec.Struct, frozen=True):
    """What one kind says, and how it is done again."""

    shape: Any
    replay: Replayer


class Laid(msgspec.Struct, frozen=True):
    """One that is to be copied outside."""

    id: UUID


kinds: dict[str, Kind] = {}


def replays(kind: str) -> Callable[[Replayer], Replayer]:
    """Registers the step that does again what a kind of stones says, `async def (said, at) -> bool`."""

    def register(replay: Replayer) -> Replayer:
        assert kind not in kinds, f"two kinds of stones are called {kind}"
        kinds[kind] = Kind(get_type_hints(replay)["said"], replay)
        return replay

    return register


@within_transaction
async def lay(kind: str, said: msgspec.Struct, *, about: str | None = None) -> None:
    """Lays one, in the transaction of what it tells. Of several about the same thing only the last one counts.

    The caller holds the rows that it changed, so that the times of stones are in the order of what happened.
    """
    await lay_all(kind, [(said, about)])


@within_transaction
async def lay_all(kind: str, laid: Sequence[tuple[msgspec.Struct, str | None]]) -> None:
    """Lays several of a kind, each with what it is about."""
    assert kind in kinds, f"nobody replays {kind}"
    if not laid:
        return
    at: datetime = await database.fetchval("SELECT clock_timestamp()")
    ids = [new_id() for _ in laid]
    whole = [Stone(kind, at, about, msgspec.Raw(msgspec.json.encode(said))) for said, about in laid]
    sealed = [seal(stone_id, stone) for stone_id, stone in zip(ids, whole, strict=True)]
    await database.execute(INSERT, ids, [mark(stone) for stone in whole], at, sealed)
    await jobs.enqueue_many(COPY, [Laid(stone_id) for stone_id in ids])


@jobs.job(COPY)
async def copy(laid: Laid) -> None:
    """Writes the file. Twice: the same file again, in a store that allows it, or nothing."""
    row = await database.fetchrow(TO_COPY, laid.id)
    if row is not None:
        await outside.write(name_of(laid.id, row["laid_at"]), row["content"])
        await database.execute(COPIED, laid.id)


@jobs.by_the_clock("stones.copy_left", "37 * * * *")
async def copy_left() -> int:
    """Writes the files whose jobs failed; how many."""
    left = await database.fetch(LEFT, clock.now() - LATE)
    for row in left:
        await copy(Laid(row["id"]))
    if left:
        log.warning("stones_copied_late", stones=len(left))
    return len(left)


@jobs.by_the_clock("stones.clear", "41 17 * * *")
async def clear() -> int:
    """Deletes files that nobody would obey any more; how many. A bucket that refuses has a lifetime of its own."""
    deleted = 0
    for day in await outside.folders(FOLDER):
        if day < oldest(KEPT_DAYS).isoformat():
            for name in await outside.names(f"{FOLDER}/{day}"):
                if not await outside.delete(f"{FOLDER}/{day}/{name}"):
                    return deleted
                deleted += 1
    return deleted


async def known_until() -> datetime | None:
    """When everything that lay outside was read and done again in this database; None: never yet."""
    until: datetime | None = await database.fetchval(KNOWN_UNTIL)
    return until


async def know_all_until(at: datetime) -> None:
    """Everything that lay outside then was read and done again. Never goes back."""
    await database.execute(KNOW_UNTIL, at)


def oldest(days: int) -> date:
    """The folder of so many days ago."""
    return clock.now().astimezone(UTC).date() - timedelta(days=days)


def name_of(stone_id: UUID, at: datetime) -> str:
    """Where its file lies: by its time, and never over another."""
    at = at.astimezone(UTC)
    return f"{FOLDER}/{at:%Y-%m-%d}/{at:%H%M%S%f}-{stone_id}"


def mark(stone: Stone) -> bytes | None:
    """What the row says of what it is about."""
    return None if stone.about is None else vault().index("stone", f"{stone.kind}:{stone.about}")


def seal(stone_id: UUID, stone: Stone) -> bytes:
    written = msgspec.json.encode(stone)
    # JSON does not mind spaces at its end; who counts bytes learns nothing.
    padded = written.ljust(-(-len(written) // PADDED_BYTES) * PADDED_BYTES)
    return _keyring().seal(_place(stone_id), padded.decode())


def unseal(stone_id: UUID, sealed: bytes) -> Stone:
    """Raises `Unreadable` for what was not sealed by us as this stone."""
    return msgspec.json.decode(_keyring().unseal(_place(stone_id), sealed), type=Stone)


def _keyring() -> Keyring:
    return vault().outside


def _place(stone_id: UUID) -> str:
    return place("stone", "content", stone_id, HOUSE)
