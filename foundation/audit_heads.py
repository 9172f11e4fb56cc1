"""The signed heads of the audit's chain, outside of the database: what the table must still hold.

A file per head, named by its time, in a folder per day (UTC): none is ever written over, so that a bucket may refuse
it. A head vouches for all links up to its own; checking reads the last one of each day, and all of the last day.
"""

from datetime import datetime

import msgspec
import structlog

from foundation import audit_keys, outside
from foundation.audit_keys import Head

FOLDER = "audit-heads"
GIVEN_UP = "-given-up.json"

log = structlog.get_logger("audit")


class Heads(msgspec.Struct, frozen=True):
    """What lies outside: heads that hold, oldest first; statements of loss; names of files that are none of ours."""

    holding: list[Head]
    given_up: list[Head]
    forged: list[str]

    @property
    def last(self) -> Head | None:
        return self.holding[-1] if self.holding else None


async def sign(seq: int, link_hash: bytes, at: datetime, given_up: str | None = None) -> Head:
    """Writes a head. Raises `Unavailable`."""
    head = audit_keys.keys().signed(seq, link_hash, at, given_up)
    ending = ".json" if given_up is None else GIVEN_UP
    await outside.write(f"{FOLDER}/{at:%Y-%m-%d}/{at:%H%M%S%f}-{seq:012}{ending}", msgspec.json.encode(head))
    # Whoever collects the logs is one more witness.
    log.info("audit_head", seq=seq, hash=head.hash, key=head.key, given_up=given_up)
    return head


async def last() -> Head | None:
    """The newest one that we signed. Raises `Unavailable`."""
    for day in reversed(await outside.folders(FOLDER)):
        for name in reversed(await outside.names(f"{FOLDER}/{day}")):
            head = await _read(f"{FOLDER}/{day}/{name}")
            if head is not None:
                return head
    return None


async def read() -> Heads:
    """What to check the table against. Raises `Unavailable`."""
    found: list[Head] = []
    forged: list[str] = []
    days = await outside.folders(FOLDER)
    for day in days:
        names = await outside.names(f"{FOLDER}/{day}")
        wanted = names if day == days[-1] else [name for name in names if name.endswith(GIVEN_UP) or name == names[-1]]
        for name in wanted:
            head = await _read(f"{FOLDER}/{day}/{name}")
            if head is None:
                forged.append(f"{day}/{name}")
            else:
                found.append(head)
    found.sort(key=lambda head: head.at)
    given_up = [head for head in found if head.given_up is not None]
    holding = [head for head in found if not any(head.at < later.at and head.seq > later.seq for later in given_up)]
    return Heads(holding, given_up, forged)


async def _read(name: str) -> Head | None:
    """The head in a file; None when it holds none that we signed."""
    try:
        head = msgspec.json.decode(await outside.read(name) or b"", type=Head)
    except msgspec.MsgspecError:
        return None
    return head if audit_keys.keys().vouches(head) else None
