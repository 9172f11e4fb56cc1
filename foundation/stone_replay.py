"""Doing again what was taken away: after an older backup was restored, and never twice.

What the database has a row of, it knows: such a stone is not even read. So a replay on a database that nobody restored
reads names and nothing else, and what somebody gave again after taking it away is never touched.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
import structlog

from foundation import database, outside, stones
from foundation.secrets import Unreadable
from foundation.stones import FOLDER, Stone
from foundation.transactions import transactional

NAME = re.compile(r"\d{12}-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
AT_ONCE = 16
KNOWN = "SELECT id FROM stone WHERE id = ANY($1::uuid[])"
LEARN = "INSERT INTO stone (id, about, laid_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"
SUPERSEDED = "SELECT EXISTS (SELECT FROM stone WHERE about = $1 AND laid_at > $2)"

log = structlog.get_logger("stones")


class Found(msgspec.Struct, frozen=True):
    """One that the database does not know."""

    id: UUID
    stone: Stone


class Relaid(msgspec.Struct, frozen=True, kw_only=True):
    """How many changed something, of how many whose names were read; names of files that are none of ours; how many
    failed, and are tried again next time."""

    again: int
    read: int
    forged: list[str]
    failed: int


async def replay(since: date | None) -> Relaid:
    """Does again what this database does not know, oldest first; `since`: the first day (UTC) that may be missing.

    Again: nothing happens. Raises `Unavailable`.
    """
    first = stones.oldest(stones.READ_DAYS)
    names, forged = await _names(first if since is None else max(since, first))
    fresh = set(names) - {row["id"] for row in await database.fetch(KNOWN, list(names))}
    found = await _read({stone_id: names[stone_id] for stone_id in fresh}, forged)
    again, failed = await _lay(found)
    for name in forged:
        log.error("stone_forged", name=name)
    if again:
        log.warning("stones_replayed", again=again)
    return Relaid(again=again, read=len(names), forged=forged, failed=failed)


def is_too_old(since: date) -> bool:
    """Whether some of what a database does not know since then is gone."""
    return since < stones.oldest(stones.READ_DAYS)


async def _names(since: date) -> tuple[dict[UUID, str], list[str]]:
    """By id where each file lies; and what lies there without the name of one."""
    names: dict[UUID, str] = {}
    forged: list[str] = []
    for day in await outside.folders(FOLDER):
        if day < since.isoformat():
            continue
        for name in await outside.names(f"{FOLDER}/{day}"):
            match = NAME.fullmatch(name)
            if match is None:
                forged.append(f"{FOLDER}/{day}/{name}")
            else:
                names[UUID(match[1])] = f"{FOLDER}/{day}/{name}"
    return names, forged


async def _read(names: dict[UUID, str], forged: list[str]) -> list[Found]:
    """In the order in which they were laid; a few at a time."""
    found: list[Found] = []
    wanted = list(names.items())
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        contents = await asyncio.gather(*(outside.read(name) for _, name in batch))
        for (stone_id, name), content in zip(batch, contents, strict=True):
            stone = _opened(stone_id, name, content)
            if stone is None:
                forged.append(name)
            else:
                found.append(Found(stone_id, stone))
    return sorted(found, key=lambda each: (each.stone.at, each.id))


def _opened(stone_id: UUID, name: str, content: bytes | None) -> Stone | None:
    """None for what is none of ours, or lies where it was not laid."""
    try:
        stone = stones.unseal(stone_id, content or b"")
    except (Unreadable, msgspec.MsgspecError):
        return None
    return stone if stones.name_of(stone_id, stone.at) == name else None


async def _lay(found: Sequence[Found]) -> tuple[int, int]:
    last = {mark: each.id for each in found if (mark := stones.mark(each.stone)) is not None}
    again = failed = 0
    for each in found:
        mark = stones.mark(each.stone)
        try:
            again += await _lay_one(each, is_last=mark is None or last[mark] == each.id)
        except Exception:
            log.exception("stone_failed", stone=str(each.id), kind=each.stone.kind)
            failed += 1
    return again, failed


@transactional
async def _lay_one(found: Found, *, is_last: bool) -> bool:
    """Whether it changed something. From now on the database knows of it."""
    stone = found.stone
    mark = stones.mark(stone)
    if not await database.execute(LEARN, found.id, mark, stone.at):
        return False  # another process was faster
    # What she said since the restored database was opened again counts more than what she said before.
    if not is_last or (mark is not None and await database.fetchval(SUPERSEDED, mark, stone.at)):
        return False
    kind = stones.kinds[stone.kind]
    return await kind.replay(msgspec.json.decode(stone.said, type=kind.shape), stone.at)
