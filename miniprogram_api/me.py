"""Herself: the member's number, phone, profile and gifts for joining."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, Caller, View
from membership import enrolment, members
from miniprogram_api.face import mothers


class GiftOut(View):
    """A gift for joining; `claimed_at` is null while it waits for her."""

    gift: enrolment.Gift
    points: int
    claimed_at: datetime | None


class MeOut(View):
    """Herself. `phone` is masked (`156******77`). `missing_required` and `missing_optional` name empty fields."""

    id: UUID
    number: str
    phone: str | None
    phone_verified: bool
    nickname: str | None
    relation: members.Relation | None
    birthday: date | None
    city: str | None
    how_heard: members.HeardFrom | None
    missing_required: list[str]
    missing_optional: list[str]
    gifts: list[GiftOut]


class ProfileIn(Body):
    """What is to be changed. A field that is left out stays as it is; an optional one that is null is emptied."""

    nickname: Annotated[str, Meta(min_length=1, max_length=20)] | UnsetType = UNSET
    relation: members.Relation | UnsetType = UNSET
    birthday: date | UnsetType | None = UNSET
    city: Annotated[str, Meta(min_length=1, max_length=30)] | UnsetType | None = UNSET
    how_heard: members.HeardFrom | UnsetType | None = UNSET


def me_out(overview: enrolment.Overview) -> MeOut:
    """The shape of herself."""
    member, profile = overview.member, overview.member.profile
    return MeOut(
        id=member.id,
        number=member.number,
        phone=member.phone_masked,
        phone_verified=member.phone_verified,
        nickname=profile.nickname,
        relation=profile.relation,
        birthday=profile.birthday,
        city=profile.city,
        how_heard=profile.how_heard,
        missing_required=profile.missing_required,
        missing_optional=profile.missing_optional,
        gifts=[GiftOut(gift.gift, gift.points, gift.claimed_at) for gift in overview.gifts],
    )


@mothers.get("/me", who="member")
async def me(caller: Caller) -> MeOut:
    """Herself."""
    return me_out(await enrolment.overview(caller.subject))


@mothers.patch("/me", who="member", refuses=(members.ConsentRequired, members.MemberBanned))
async def change_profile(caller: Caller, body: ProfileIn) -> MeOut:
    """Change the profile.

    Needs the notice `privacy`. The first time that no required field is missing brings the profile gift."""
    changes = members.ProfileChanges(**msgspec.structs.asdict(body))
    return me_out(await enrolment.change_profile(caller.subject, changes))
