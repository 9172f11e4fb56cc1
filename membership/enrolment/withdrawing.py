"""Taking back a consent: what was given for it goes, wherever in the house it lies."""

from uuid import UUID

from foundation.transactions import transactional
from membership import addresses, authorizations, babies, members


@transactional
async def withdraw(member_id: UUID, notice: str) -> None:
    """Takes back every standing agreement to a notice, at once; what was taken back already stays as it is.

    Without `privacy` phone, profile and addresses are deleted, the authorization ends and the babies are put away.
    Raises `NotFound` for a notice that does not exist.
    """
    await members.withdraw(member_id, notice)
    if notice == members.PRIVACY:
        await babies.put_away_all(member_id)
        await authorizations.withdraw_all(member_id)
        await addresses.forget_all(member_id)
