"""A plan becomes a pregnancy, and a baby is born: one step each."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.http import Body, Caller, Page
from membership import babies
from miniprogram_api.babies import WRITING, BabyOut, Days, Nickname, baby_out, page
from miniprogram_api.face import mothers


class PregnancyIn(Body):
    """What tells the due date: itself (`due_date_from`: an ultrasound, or said), or the last period and the cycle."""

    due_date: date | None = None
    due_date_from: babies.DueDateFrom | None = None
    last_period: date | None = None
    cycle_days: Days | None = None


class NewbornIn(Body):
    """One child of a birth. Twins need a nickname each; an only child keeps what the pregnancy had of nickname and
    sex."""

    nickname: Nickname | None = None
    sex: babies.Sex | None = None


class BirthIn(Body):
    """`gestation_days_at_birth` is reckoned from the due date when it is left out."""

    birth_date: date
    children: Annotated[list[NewbornIn], Meta(min_length=1, max_length=babies.MOST_AT_ONCE)]
    gestation_days_at_birth: Days | None = None


@mothers.post(
    "/babies/{baby_id}/pregnancy", who="member", refuses=(*WRITING, babies.AlreadyExpected, babies.AlreadyBorn)
)
async def pregnancy(caller: Caller, baby_id: UUID, body: PregnancyIn) -> BabyOut:
    """A plan becomes a pregnancy: one step; for guardians.

    Who of the family sees the plan sees the pregnancy. Telling the same again gives the same answer."""
    told = babies.Pregnancy(**msgspec.structs.asdict(body))
    return baby_out(await babies.pregnant(caller.subject, baby_id, told))


@mothers.post(
    "/babies/{baby_id}/birth",
    who="member",
    refuses=(*WRITING, babies.AlreadyBorn, babies.BabyTooOld, babies.TooManyBabies),
)
async def birth(caller: Caller, baby_id: UUID, body: BirthIn) -> Page[BabyOut]:
    """The baby is born: one step, for twins too, and from a plan for who adopts; for guardians.

    Telling the same again gives the same answer."""
    children = [babies.Newborn(nickname=child.nickname, sex=child.sex) for child in body.children]
    born = await babies.born(caller.subject, baby_id, body.birth_date, children, body.gestation_days_at_birth)
    return page(born)
