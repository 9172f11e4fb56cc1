"""Who of the family sees a baby, and as what."""

from uuid import UUID

from foundation.http import Body, Caller, Page, View
from membership import babies, families
from miniprogram_api.babies import READING
from miniprogram_api.face import mothers


class ShareIn(Body):
    """`person_id`: one of `GET /api/v1/me/family`. A `guardian` sees and writes health data as well."""

    person_id: UUID
    role: babies.ShareRole


class ShareOut(View):
    """Somebody of the family who sees a baby; `name` is masked."""

    person_id: UUID
    name: str
    role: babies.ShareRole


@mothers.get("/babies/{baby_id}/shares", who="member", refuses=(babies.BabyNotFound, babies.OnlyTheMother))
async def baby_shares(caller: Caller, baby_id: UUID) -> Page[ShareOut]:
    """Who of her family sees a baby of hers."""
    return _shares(await babies.shares(caller.subject, baby_id))


@mothers.post(
    "/babies/{baby_id}/shares",
    who="member",
    refuses=(*READING, babies.OnlyTheMother, families.PersonNotFound),
)
async def share_baby(caller: Caller, baby_id: UUID, body: ShareIn) -> Page[ShareOut]:
    """Let somebody of her family see a baby, or change as what he sees it.

    It ends at once, and for ever, when he leaves the family or she does."""
    return _shares(await babies.share_with(caller.subject, baby_id, body.person_id, body.role))


@mothers.delete(
    "/babies/{baby_id}/shares/{person_id}", who="member", refuses=(babies.BabyNotFound, babies.OnlyTheMother)
)
async def stop_sharing_baby(caller: Caller, baby_id: UUID, person_id: UUID) -> None:
    """He sees it no more, at once. Again: nothing happens."""
    await babies.stop_sharing(caller.subject, baby_id, person_id)


def _shares(seeing: list[babies.ShareView]) -> Page[ShareOut]:
    return Page(items=[ShareOut(each.person_id, each.name, each.role) for each in seeing], next_cursor=None)
