"""The chain of the audit: each link is a hash over the link before it and one entry, so no entry changes unseen.

Entries are written freely, without a lock between the verbs of the staff. Every minute one worker links what has been
committed since, in a sequence without gaps, and writes the signed head of the chain outside of the database. A link
without a head would prove nothing against somebody who can write into the tables and computes the chain anew; so
linking earlier than that would cost a lock and bring nothing.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog

from foundation import audit_heads, database, jobs
from foundation.audit_keys import Content
from foundation.audit_reasons import reason_of
from foundation.transactions import transactional

BATCH = 2_000
LONGEST_TRANSACTION = timedelta(minutes=15)
"""No transaction lasts so long. What was begun that long before the last link is not linked any more: it was dated
back, and `muying audit verify` finds it."""
LOCK = 0x6175646974
"""The advisory lock of whoever links ("audit")."""
BEGINNING = bytes(32)
EVER = datetime(2000, 1, 1, tzinfo=UTC)

CONTENT = (
    "entry.id, entry.actor_id, entry.action, entry.subject, entry.subject_id, entry.before::text AS before,"
    " entry.after::text AS after, entry.reason, entry.reason_sealed, entry.created_at, entry.mac"
)
TIP = "SELECT seq, hash, now() AS at FROM audit_link ORDER BY seq DESC LIMIT 1"
END = """
SELECT link.seq, link.hash, entry.created_at - $1::interval AS since FROM audit_link link
  LEFT JOIN audit_entry entry ON entry.id = link.entry_id ORDER BY link.seq DESC LIMIT 1
"""
# `since` is a parameter: with a subquery in its place the planner reads the whole table, every minute.
UNLINKED = f"""
SELECT {CONTENT} FROM audit_entry entry
 WHERE entry.created_at > $1 AND NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id)
 ORDER BY entry.created_at, entry.id LIMIT $2
"""  # noqa: S608  # our own constants
LINK = "INSERT INTO audit_link (seq, entry_id, hash) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])"

log = structlog.get_logger("audit")


class Sealed(msgspec.Struct, frozen=True):
    """What a minute brought. `broken`: the table no longer holds what the last head says; nothing is linked or signed
    then, until a lost tail is given up (`muying audit give-up`)."""

    linked: int
    head: int | None
    broken: bool = False


def link_hash(previous: bytes, seq: int, content: bytes, at: datetime, mac: bytes) -> bytes:
    """The hash of a link: over the one before it, its number, and everything that stands in its entry."""
    said = msgspec.json.encode((previous.hex(), seq, content.decode(), at.astimezone(UTC), mac.hex()))
    return hashlib.sha256(said).digest()


def content_of(row: Mapping[str, Any]) -> bytes:
    """The entry of a row with `CONTENT` as the bytes that were sealed."""
    before, after = (None if row[name] is None else msgspec.json.decode(row[name]) for name in ("before", "after"))
    said = Content(
        id=row["id"],
        actor_id=row["actor_id"],
        action=row["action"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        before=before,
        after=after,
        reason=reason_of(row),
    )
    return said.encoded()


@jobs.by_the_clock("audit.seal", "* * * * *")
async def seal() -> Sealed:
    """Links what is new and signs the head of the chain. Raises `Unavailable`."""
    last, linked = await audit_heads.last(), 0
    if last is not None and await hash_at(last.seq) != last.hash:
        # Another head over it would make the cut look like the truth. Nor is anything linked: under the number of a
        # lost link it could not be told from a forgery, and after a restore nobody could give the lost ones up.
        log.error("audit_chain_broken", seq=last.seq, remedy="muying audit verify")
        return Sealed(0, None, broken=True)
    while batch := await _link():
        linked += batch
    tip = await database.fetchrow(TIP)
    if tip is None or (last is not None and last.seq >= tip["seq"]):
        return Sealed(linked, None)
    await audit_heads.sign(tip["seq"], tip["hash"], tip["at"])
    return Sealed(linked, tip["seq"])


async def hash_at(seq: int) -> str | None:
    """The hash of that link as heads write it; None where the table has no such link."""
    if seq == 0:
        return BEGINNING.hex()
    found: bytes | None = await database.fetchval("SELECT hash FROM audit_link WHERE seq = $1", seq)
    return None if found is None else found.hex()


@transactional
async def _link() -> int:
    """Links the next entries; how many. One at a time: who finds another at it leaves it to him."""
    if not await database.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
        return 0
    end = await database.fetchrow(END, LONGEST_TRANSACTION)
    seq, last, since = (0, BEGINNING, None) if end is None else (end["seq"], end["hash"], end["since"])
    rows = await database.fetch(UNLINKED, since or EVER, BATCH)
    hashes = []
    for number, row in enumerate(rows, seq + 1):
        last = link_hash(last, number, content_of(row), row["created_at"], row["mac"])
        hashes.append(last)
    if rows:
        await database.execute(LINK, list(range(seq + 1, seq + len(rows) + 1)), [row["id"] for row in rows], hashes)
    return len(rows)
