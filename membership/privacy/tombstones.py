"""Tombstones: that somebody was erased, kept outside of the database, so that no backup brings her back.

A tombstone names a random id and nothing else; a MAC makes sure that it is ours, because it makes us erase. They lie in
a folder per day (UTC). Whatever backup is restored, it tells until when it knows of all that lay there; everything from
the day before on is read then.

What was taken away but not destroyed has stones of its own kind (`foundation.stones`).
"""

import hmac
import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from foundation import clock, database, outside, stones
from foundation.secrets import vault

FOLDER = "tombstones"
MARGIN = timedelta(days=1)
"""What a clock that goes wrong, or a slow hand between the tombstone and the erasure, may cost."""

What = Literal["member", "baby"]
NAME = re.compile(r"\d{12}-(member|baby)-([0-9a-f-]{36})\.json")
LAST_NIGHT = "SELECT max(finished_at) FROM retention_run"
STILL_THERE = """
SELECT id FROM member WHERE id = ANY($1::uuid[]) AND status IN ('active', 'banned')
UNION ALL SELECT id FROM baby WHERE id = ANY($1::uuid[]) AND status <> 'destroyed'
"""

log = structlog.get_logger("privacy")


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """That a member or a baby with this id was erased."""

    what: What
    id: UUID
    at: datetime
    mac: str = ""

    def signed(self) -> "Tombstone":
        return msgspec.structs.replace(self, mac=self._mac())

    def is_ours(self) -> bool:
        return hmac.compare_digest(self.mac, self._mac())

    def _mac(self) -> str:
        return vault().index("tombstone", f"{self.what}:{self.id}:{self.at.isoformat()}").hex()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Those whom a tombstone names and the database has; names of files that are none of ours."""

    members: list[UUID]
    babies: list[UUID]
    forged: list[str]
    read: int
    """How many tombstones there are in these days."""


async def write(what: What, whose: UUID) -> None:
    """Writes one. Raises `Unavailable`."""
    at = clock.now()
    stone = Tombstone(what=what, id=whose, at=at).signed()
    # By its time, and never over another: a bucket may refuse that. Two for the same are no harm.
    await outside.write(f"{FOLDER}/{at:%Y-%m-%d}/{at:%H%M%S%f}-{what}-{whose}.json", msgspec.json.encode(stone))


async def find(*, all_days: bool = False) -> Found:
    """Who is back and must not be. Raises `Unavailable`."""
    since = None if all_days else await first_day()
    named: dict[UUID, tuple[What, str]] = {}
    forged: list[str] = []
    for day in await outside.folders(FOLDER):
        if since is not None and day < since.isoformat():
            continue
        for name in await outside.names(f"{FOLDER}/{day}"):
            match = NAME.fullmatch(name)
            if match is None:
                forged.append(f"{day}/{name}")
            else:
                named[UUID(match[2])] = ("member" if match[1] == "member" else "baby", f"{day}/{name}")
    return await _verified(named, forged)


async def _verified(named: dict[UUID, tuple[What, str]], forged: list[str]) -> Found:
    back: dict[What, list[UUID]] = {"member": [], "baby": []}
    for found_id in await _still_there(list(named)):
        what, name = named[found_id]
        if await _vouched(what, found_id, name):
            back[what].append(found_id)
        else:
            forged.append(name)
    for name in forged:
        log.error("tombstone_forged", name=name)
    return Found(members=back["member"], babies=back["baby"], forged=forged, read=len(named))


async def _still_there(ids: Collection[UUID]) -> list[UUID]:
    return [row["id"] for row in await database.fetch(STILL_THERE, ids)]


async def _vouched(what: What, found_id: UUID, name: str) -> bool:
    try:
        stone = msgspec.json.decode(await outside.read(f"{FOLDER}/{name}") or b"", type=Tombstone)
    except msgspec.MsgspecError:
        return False
    return stone.is_ours() and (stone.what, stone.id) == (what, found_id)


async def first_day() -> date | None:
    """From which on (UTC) this database may not know what was taken away; None: from the beginning."""
    # A night of retention stands in for what an older program did not write down.
    until: datetime | None = await stones.known_until() or await database.fetchval(LAST_NIGHT)
    return None if until is None else (until.astimezone(UTC) - MARGIN).date()
