"""What she has put away and can still bring back."""

from datetime import date
from uuid import UUID

from foundation.http import Caller, Page, View
from membership import babies
from miniprogram_api.face import mothers


class PutAwayBabyOut(View):
    """`until`: the last day on which `DELETE /api/v1/babies/{id}/ending` brings it back. `nickname` is null unless
    there are several to choose from."""

    id: UUID
    until: date
    nickname: str | None


@mothers.get("/me/put-away-babies", who="member")
async def put_away_babies(caller: Caller) -> Page[PutAwayBabyOut]:
    """What can still be brought back after a mistaken tap, the last first; nothing more is said about it.

    For a quiet place in her settings: nothing should lead there by itself. There is one page."""
    items = [
        PutAwayBabyOut(each.id, each.until, each.nickname) for each in await babies.put_away_babies(caller.subject)
    ]
    return Page(items=items, next_cursor=None)
