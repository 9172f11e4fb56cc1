"""Banning a member by the number on her card, and lifting the ban."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.errors import NotFound
from foundation.http import Body, Caller
from membership import members
from membership.staff import Role
from server.staff_api.face import staff

BANNERS = (Role.ADMINISTRATOR.value, Role.MODERATOR.value)

CardNumber = Annotated[
    str, Meta(pattern="^[0-9]{12}$(?!\\n)", description="A member's number.", examples=["471100000006"])
]


class BanIn(Body):
    """`reason` is for the staff; she never sees it."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


@staff.post("/members/{number}/ban", who=BANNERS, refuses=(NotFound,))
async def ban_member(caller: Caller, number: CardNumber, body: BanIn) -> None:
    """Ban a member: she is signed out everywhere and can't sign in again.

    Banning again changes nothing, not even the reason. The number of a member who was merged leads to the one she is
    now."""
    await members.ban(await _member(number), body.reason, by=caller.subject)


@staff.delete("/members/{number}/ban", who=BANNERS, refuses=(NotFound,))
async def lift_ban(caller: Caller, number: CardNumber) -> None:
    """Lift a ban: she can sign in again.

    Who is not banned has no ban to lift: 404."""
    await members.lift_ban(await _member(number), by=caller.subject)


async def _member(number: str) -> UUID:
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise NotFound
    return member_id
