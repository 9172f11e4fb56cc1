"""Reads: what a member bought."""

from uuid import UUID

from foundation import database
from membership.paid_levels.errors import PaidLevelNotFound
from membership.paid_levels.views import SELECT, PaidLevelView, view

MOST = 100


async def one(paid_level_id: UUID) -> PaidLevelView:
    """Raises `PaidLevelNotFound`."""
    row = await database.fetchrow(f"{SELECT} WHERE sold.id = $1", paid_level_id)
    if row is None:
        raise PaidLevelNotFound
    return view(row)


async def of_member(member_id: UUID) -> list[PaidLevelView]:
    """What a member bought, the last to end first; a hundred at most, where a year has one."""
    rows = await database.fetch(
        f"{SELECT} WHERE sold.member_id = $1 ORDER BY sold.ends_on DESC, sold.id DESC LIMIT {MOST}", member_id
    )
    return [view(row) for row in rows]
