"""The record of what was destroyed: it proves that something is gone and when, and says nothing of what it was.

It is written in the transaction that destroys, so there is none without the other.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.secrets import vault
from foundation.transactions import within_transaction
from membership import babies
from membership.babies import Destruction

BABY = "baby"
WHY: dict[Destruction, str] = {
    "put_away": "put away seven days ago",
    "erased": "erased with its mother's account",
    "never_born": "a year after the due date, no birth told",
    "pregnancy": "data of the pregnancy, a year after the birth",
    "gestation": "how early a preterm child came, at its fifth birthday",
}


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A destruction: by which rule, how many rows at once, and when."""

    what: str
    rule: str
    rows: int
    destroyed_at: datetime


@within_transaction
async def record(what: str, rule: str, ids: Collection[str]) -> None:
    """Writes down that the rows of `what` with these ids are destroyed by a rule, in one line."""
    assert ids, "nothing was destroyed"
    await database.execute(
        "INSERT INTO destruction_record (what, rule, rows, ids_digest) VALUES ($1, $2, $3, $4)",
        what,
        rule,
        len(ids),
        _digest(what, ids),
    )


async def proofs(what: str, ids: Collection[str]) -> list[Proof]:
    """What is recorded of exactly these ids, the oldest first."""
    rows = await database.fetch(
        "SELECT what, rule, rows, destroyed_at FROM destruction_record WHERE ids_digest = $1 ORDER BY id",
        _digest(what, ids),
    )
    return [Proof(**dict(row)) for row in rows]


@babies.records_destructions
async def record_baby(baby_id: UUID, destruction: Destruction) -> None:
    await record(BABY, WHY[destruction], [str(baby_id)])


def _digest(what: str, ids: Collection[str]) -> bytes:
    return vault().index("destruction", "\0".join([what, *sorted(ids)]))
