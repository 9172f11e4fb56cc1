"""Taking back a consent: what was given for it goes, wherever in the house it lies."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import stones
from foundation.transactions import transactional, within_transaction
from membership import addresses, authorizations, members

KIND = "enrolment.withdrawn"
CHILDREN = "children"
"""The notice about data of children. It promises that its withdrawal stops every use of them at once, and every use
stands on the letter of authorization."""


class Withdrawn(msgspec.Struct, frozen=True):
    """What a stone says: she stands by a notice no more. By all ids that she ever had: an older backup knows her as
    several."""

    member_ids: Sequence[UUID]
    notice: str


@transactional
async def withdraw(member_id: UUID, notice: str) -> None:
    """Takes back every standing agreement to a notice, at once; what was taken back already stays as it is.

    Without `privacy` phone, profile and addresses are deleted, and the authorization ends, for every purpose: nobody
    reads of her babies any more, and they go after the days that the letter names. `children` ends the authorization
    too, whether or not she had agreed to that notice: what she wants is clear. Raises `NotFound` for a notice that does
    not exist.
    """
    if await members.withdraw(member_id, notice):
        await stones.lay(KIND, Withdrawn((await members.selves([member_id]))[member_id], notice))
    if notice in (members.PRIVACY, CHILDREN):
        await authorizations.withdraw_all(member_id)
    if notice == members.PRIVACY:
        await addresses.forget_all(member_id)


@stones.replays(KIND)
@within_transaction
async def withdraw_again(said: Withdrawn, at: datetime) -> bool:
    """In a restored database, of what she had agreed to before then. The authorization has stones of its
    own."""
    withdrawn = 0
    for member_id in sorted(said.member_ids):
        again = await members.withdraw_again(member_id, said.notice, at)
        if again and said.notice == members.PRIVACY:
            await addresses.forget_all(member_id)
        withdrawn += again
    return bool(withdrawn)
