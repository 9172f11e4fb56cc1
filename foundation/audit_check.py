"""Checks the audit: every entry by its MAC, every link by its hash, and the chain by the heads that lie outside.

What is found, and how: an edit by the MAC and the hash; an entry taken out of the middle by the gap, or, numbered and
computed anew, by the next head; a cut tail because a head says more than the table; an entry put in because it has no
MAC of ours, no link, or a place that the heads do not know. An entry that waits for its link is not among them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from foundation import audit_heads, audit_keys, database
from foundation.audit_chain import BEGINNING, CONTENT, LONGEST_TRANSACTION, content_of, link_hash
from foundation.audit_heads import Heads
from foundation.audit_keys import Head

BATCH = 5_000
SOON = timedelta(minutes=5)
"""How long an entry may wait for its link, and a link for its head, before it is told."""

LINKED = f"""
SELECT link.seq, link.hash, link.entry_id, {CONTENT} FROM audit_link link
  LEFT JOIN audit_entry entry ON entry.id = link.entry_id
 WHERE link.seq > $1 ORDER BY link.seq LIMIT $2
"""  # noqa: S608  # our own constants
UNLINKED = f"""
SELECT {CONTENT}, entry.created_at > now() - $4::interval AS fresh,
       entry.created_at > coalesce((SELECT last.created_at - $5::interval FROM audit_link
         JOIN audit_entry last ON last.id = entry_id ORDER BY seq DESC LIMIT 1), '-infinity') AS waits
  FROM audit_entry entry
 WHERE (entry.created_at, entry.id) > ($1, $2) AND NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id)
 ORDER BY entry.created_at, entry.id LIMIT $3
"""  # noqa: S608  # our own constants
UNSIGNED = """
SELECT link.seq FROM audit_link link JOIN audit_entry entry ON entry.id = link.entry_id
 WHERE link.seq > $1 AND entry.created_at < now() - $2::interval ORDER BY link.seq LIMIT 1
"""

Kind = Literal["edited", "relinked", "missing", "cut", "put_in", "not_linked", "not_signed", "head_forged"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong. `not_linked` and `not_signed` may only mean that no worker runs."""

    kind: Kind
    sentence: str


class Report(msgspec.Struct):
    """What was checked, what waits for the next minute, what somebody gave up, and what is wrong."""

    entries: int = 0
    waiting: int = 0
    heads: int = 0
    given_up: list[Head] = []
    findings: list[Finding] = []

    def find(self, kind: Kind, sentence: str) -> None:
        self.findings.append(Finding(kind, sentence))


async def check(heard: Callable[[int], None] = lambda _entries: None) -> Report:
    """Checks everything; `heard` is told how many entries were. Raises `Unavailable`."""
    # The heads first: what is linked meanwhile only makes the table longer.
    heads = await audit_heads.read()
    report = Report(heads=len(heads.holding), given_up=heads.given_up)
    for name in heads.forged:
        report.find("head_forged", f"The head {name} was not signed with a key of ours, or was changed since.")
    last = await _check_links(heads, report, heard)
    _check_tail(heads, last, report)
    await _check_unlinked(report)
    await _check_signed(report)
    return report


async def _check_links(heads: Heads, report: Report, heard: Callable[[int], None]) -> int:
    """Walks along the chain; the number of its last link."""
    said: dict[int, set[str]] = {}
    for head in heads.holding:
        said.setdefault(head.seq, set()).add(head.hash)
    seq, previous = 0, BEGINNING
    while rows := await database.fetch(LINKED, seq, BATCH):
        for row in rows:
            if row["seq"] != seq + 1:
                report.find("missing", f"{_span(seq + 1, row['seq'] - 1)} taken out of the chain.")
            _check_link(row, previous, report)
            if said.get(row["seq"], {row["hash"].hex()}) != {row["hash"].hex()}:
                report.find("relinked", f"A signed head says otherwise of link {row['seq']}: the chain was made anew.")
            seq, previous = row["seq"], row["hash"]
        report.entries += len(rows)
        heard(report.entries)
    return seq


def _check_link(row: asyncpg.Record, previous: bytes, report: Report) -> None:
    where = f"Entry {row['entry_id']} (link {row['seq']})"
    if row["id"] is None:
        report.find("missing", f"{where} is gone.")
    elif not _is_ours(row):
        report.find("edited", f"{where} is not as it was written, or was not written by this program.")
    elif link_hash(previous, row["seq"], content_of(row), row["created_at"], row["mac"]) != row["hash"]:
        report.find("relinked", f"{where} does not follow the link before it: it, its time or its place was changed.")


def _check_tail(heads: Heads, last: int, report: Report) -> None:
    longest = max((head.seq for head in heads.holding), default=0)
    if longest > last:
        report.find("cut", f"{_span(last + 1, longest)} cut off the end: a signed head knows of link {longest}.")


async def _check_unlinked(report: Report) -> None:
    after = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
    while rows := await database.fetch(UNLINKED, *after, BATCH, SOON, LONGEST_TRANSACTION):
        for row in rows:
            where = f"Entry {row['id']} of {row['created_at']:%Y-%m-%d %H:%M:%S} UTC"
            if not _is_ours(row):
                report.find("put_in", f"{where} was not written by this program, or was changed before it was linked.")
            elif not row["waits"]:
                report.find("put_in", f"{where} has no link although later ones have: it was dated back, or put back.")
            elif not row["fresh"]:
                report.find("not_linked", f"{where} still waits for its link: does a worker run?")
            else:
                report.waiting += 1
        after = (rows[-1]["created_at"], rows[-1]["id"])


async def _check_signed(report: Report) -> None:
    # Read again: a head that was written meanwhile counts.
    last = await audit_heads.last()
    seq = await database.fetchval(UNSIGNED, 0 if last is None else last.seq, SOON)
    if seq is not None:
        report.find("not_signed", f"From link {seq} on no head was signed: heads were deleted, or no worker runs.")


def _is_ours(row: Mapping[str, Any]) -> bool:
    return audit_keys.keys().made(content_of(row), row["mac"])


def _span(first: int, last: int) -> str:
    return f"Link {first} was" if first == last else f"Links {first} to {last} were"
