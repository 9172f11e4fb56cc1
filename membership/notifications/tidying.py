"""What is old leaves the boxes. Which box holds something old stands in none of their columns."""

from uuid import UUID

from foundation import database
from foundation.transactions import transactional
from membership.notifications import discreet

BATCH = 500
"""Opening so many takes some 10 ms, for which the worker's other jobs wait."""
PAGE = f"SELECT {discreet.COLUMNS} FROM discreet_inbox WHERE id > $1 ORDER BY id LIMIT $2"  # noqa: S608  # our own


async def tidy() -> int:
    """A work of the nightly retention job; out of how many boxes something went."""
    tidied, after = 0, UUID(int=0)
    while page := await database.fetch(PAGE, after, BATCH):
        after = page[-1]["id"]
        old = [box for box in discreet.opened(page) if len(box.fresh()) < len(box.messages)]
        if old:
            tidied += await _forget([box.member_id for box in old])
    return tidied


@transactional
async def _forget(members: list[UUID]) -> int:
    return await discreet.forget(members)
