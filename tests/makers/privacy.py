"""Makers: members who ask to be forgotten, and the days that pass until they are."""

from uuid import UUID

from foundation import database
from membership.privacy import deletion_jobs, leaving
from membership.privacy.deletion_jobs import Deleted


async def ask(member_id: UUID) -> UUID:
    """Asks; the id of the deletion."""
    await leaving.line_up(member_id)
    return await deletion_of(member_id)


async def deletion_of(member_id: UUID) -> UUID:
    """The one that is under way."""
    found: UUID = await database.fetchval(
        "SELECT id FROM member_deletion WHERE member_id = $1 AND cancelled_at IS NULL", member_id
    )
    return found


async def make_due(deletion_id: UUID) -> None:
    """Seven days pass for it alone."""
    await database.execute("UPDATE member_deletion SET due_at = now() WHERE id = $1", deletion_id)


async def delete_now(member_id: UUID) -> Deleted:
    """She asks, the seven days pass, and the clock does it."""
    await make_due(await ask(member_id))
    return await deletion_jobs.delete_due()


async def row_of(member_id: UUID) -> dict[str, object]:
    row = await database.fetchrow("SELECT * FROM member WHERE id = $1", member_id)
    assert row is not None
    return dict(row)
