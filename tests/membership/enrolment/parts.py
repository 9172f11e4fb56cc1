"""What the tests of enrolment share."""

from uuid import UUID

from foundation import sessions
from foundation.errors import Unauthorized
from foundation.limits import Limit
from membership import tiers
from tests.makers.members import MadeMember, agree_to_privacy, make_member

LIMIT = Limit(requests=1000, seconds=1, burst=1000)


async def is_signed_in(session: sessions.SessionTokens) -> bool:
    """Whether the access token still works."""
    try:
        await sessions.authenticate("member", session.access_token, "test", LIMIT)
    except Unauthorized:
        return False
    return True


async def level_of(member_id: UUID) -> str:
    return (await tiers.standing(member_id)).level.code


async def make_consenting_member() -> MadeMember:
    """A member who agreed to `privacy` and told nothing yet."""
    member = await make_member()
    await agree_to_privacy(member.id)
    return member
