"""How a standing is written: lock it, replay the ledger, write what has changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from foundation import database
from membership.tiers.ledger import DAYS, TODAY, read_days
from membership.tiers.levels import load_levels
from membership.tiers.reckoning import Held, after, replay

LOCK = (
    "SELECT member_id, level_id, valid_until FROM tier_standing WHERE member_id = ANY($1::uuid[])"
    " ORDER BY member_id FOR UPDATE"
)
WHOLE_LEDGER = f"SELECT {TODAY} AS today, ({DAYS % 'member_id = $1'}) AS days"

WRITE = """
WITH standing AS (
    UPDATE tier_standing SET level_id = $2, valid_until = $3, level_after_id = $4,
           growth = (SELECT coalesce(sum(growth), 0) FROM growth_entry WHERE member_id = $1)
     WHERE member_id = $1
)
INSERT INTO tier_change (member_id, from_level_id, to_level_id, reason, valid_until)
SELECT $1, $5::varchar, $2, $6::varchar, $3 WHERE $5::varchar <> $2
"""

Reason = Literal["promotion", "demotion", "withdrawal", "merge"]


class Stored(msgspec.Struct, frozen=True):
    """A locked standing as it is stored."""

    member_id: UUID
    level_code: str
    valid_until: date | None


async def lock(member_ids: Sequence[UUID]) -> Mapping[UUID, Stored]:
    """Locks standings, always in the same order."""
    rows = await database.fetch(LOCK, list(member_ids))
    return {row["member_id"]: Stored(row["member_id"], row["level_id"], row["valid_until"]) for row in rows}


async def held_on(member_id: UUID, day: date) -> Held:
    """Where a member stood on a day in the past, by her ledger as it is known now."""
    row = await database.fetchrow(WHOLE_LEDGER, member_id)
    assert row is not None
    return replay(await load_levels(), read_days(row["days"]), day)


async def assess(stored: Stored, *, merged: bool = False) -> Held:
    """Replays a locked member's ledger and writes where she stands now, with the change of level if there is one."""
    levels = await load_levels()
    row = await database.fetchrow(WHOLE_LEDGER, stored.member_id)
    assert row is not None
    ledger, today = read_days(row["days"]), row["today"]
    held = replay(levels, ledger, today)
    was = levels.by_code[stored.level_code]
    reason: Reason
    if merged:
        reason = "merge"
    elif held.level.rank > was.rank:
        reason = "promotion"
    else:
        reason = "demotion" if stored.valid_until is not None and stored.valid_until < today else "withdrawal"
    await database.execute(
        WRITE,
        stored.member_id,
        held.level.code,
        held.valid_until,
        after(levels, ledger, held).code,
        was.code,
        reason,
    )
    return held
