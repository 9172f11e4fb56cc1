"""A race between her second thoughts and the clock: one of them wins, never both."""

import asyncio
from uuid import UUID

from foundation import database
from membership import privacy
from membership.privacy import erasing
from tests.makers.members import make_member
from tests.makers.privacy import ask, make_due, row_of


async def change_of_mind_against_the_clock() -> tuple[bool, str]:
    """(Whether she was told that she stays, what became of her)."""
    member = await make_member()
    deletion_id = await ask(member.id)
    await make_due(deletion_id)
    stays, _ = await asyncio.gather(_stays(member.id), erasing.delete(deletion_id))
    return stays, str((await row_of(member.id))["status"])


async def _stays(member_id: UUID) -> bool:
    try:
        await privacy.change_mind(member_id)
    except privacy.DeletionNotAsked:
        return False
    return True


async def careless_change_against_the_clock() -> tuple[bool, str]:
    """Without the condition on what has begun: she is told that she stays, while the clock goes on."""
    member = await make_member()
    deletion_id = await ask(member.id)
    await make_due(deletion_id)

    async def careless() -> bool:
        before = await database.fetchval("SELECT begun_at FROM member_deletion WHERE id = $1", deletion_id)
        await asyncio.sleep(0.05)
        return before is None

    stays, _ = await asyncio.gather(careless(), erasing.delete(deletion_id))
    return stays, str((await row_of(member.id))["status"])


async def several_clocks_at_once() -> tuple[int, int]:
    """(How many deletions are written down, how many members were erased)."""
    member = await make_member()
    deletion_id = await ask(member.id)
    await make_due(deletion_id)
    await asyncio.gather(*(erasing.delete(deletion_id) for _ in range(4)))
    done = await database.fetchval("SELECT count(*) FROM member_deletion WHERE member_id = $1", member.id)
    erased = await database.fetchval("SELECT count(*) FROM member WHERE id = $1 AND status = 'erased'", member.id)
    return done, erased
