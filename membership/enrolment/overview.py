"""What a member sees of herself."""

from uuid import UUID

import msgspec

from foundation.errors import NotFound
from membership import members
from membership.enrolment.gifts import GiftView, gifts_of


class Overview(msgspec.Struct, frozen=True):
    """Herself and the gifts for joining, those she got and those that wait for her."""

    member: members.MemberView
    gifts: list[GiftView]


async def overview(member_id: UUID) -> Overview:
    """Raises `NotFound`."""
    member = await members.get(member_id)
    if member is None:
        raise NotFound
    return Overview(member, await gifts_of(member_id))
