"""Makers: authorizations that grow old, as time does it, past the guards."""

from uuid import UUID

from foundation import database
from foundation.transactions import transactional

VERSION = 2
"""The letter that is current: which a client must have read to answer."""


@transactional
async def ends_in(member_id: UUID, *, days: int, hours: int = 0) -> None:
    """What she gave last runs out then; a negative number: it ran out so long ago."""
    await database.execute("SET LOCAL session_replication_role = replica")
    await database.execute(
        "UPDATE given_authorization SET given_at = now() + make_interval(days => $2 - 365, hours => $3),"
        " valid_until = now() + make_interval(days => $2, hours => $3) WHERE member_id = $1 AND ended_at IS NULL",
        member_id,
        days,
        hours,
    )


@transactional
async def of_the_first_letter(member_id: UUID) -> None:
    """What she gave last was the first version, to which nobody can say yes any more."""
    await database.execute("SET LOCAL session_replication_role = replica")
    await database.execute(
        "UPDATE given_authorization SET text_id = 1 WHERE member_id = $1 AND ended_at IS NULL", member_id
    )
