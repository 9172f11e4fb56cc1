"""Makers: a member who can pay for a gift."""

from uuid import UUID, uuid4

from foundation.transactions import transactional
from membership import members, points
from membership.points import Kind
from tests.makers.members import MadeMember, make_member
from tests.makers.phones import new_phone


@transactional
async def make_saver(amount: int) -> UUID:
    """A member with so many points in one lot that does not expire."""
    member_id = await members.make_by_phone(new_phone())
    await points.open_account(member_id)
    if amount:
        await points.grant(member_id, amount, kind=Kind.WELCOME_GIFT, key=str(member_id), expires_on=None)
    return member_id


@transactional
async def give_points(member_id: UUID, amount: int) -> None:
    """One more lot that does not expire."""
    await points.grant(member_id, amount, kind=Kind.PURCHASE, key=f"test:{uuid4()}", expires_on=None)


async def make_rich_member(amount: int) -> MadeMember:
    """A signed-in member with so many points."""
    member = await make_member()
    await give_points(member.id, amount)
    return member
