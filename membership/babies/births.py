"""Writes: a plan becomes a pregnancy, and either becomes a child or several, each in one step."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import FieldError, Invalid
from foundation.transactions import transactional
from membership import members
from membership.babies import doors
from membership.babies.checks import ANOTHER_NAME, PREGNANCY, check_birth_date, checked
from membership.babies.details import BabyDetails, DueDateFrom, GestationFrom, Sex
from membership.babies.doors import Glimpse, glimpse_of
from membership.babies.errors import AlreadyBorn, AlreadyExpected
from membership.babies.reckoning import gestation_at_birth
from membership.babies.records import BabyRecord
from membership.babies.writing import all_checked, hers, insert, role_of, write


class Newborn(msgspec.Struct, frozen=True, kw_only=True):
    """One child of a birth; the only one keeps nickname and sex of the pregnancy where it has none. Never logged."""

    nickname: str | None = None
    sex: Sex | None = None

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "Newborn(…)"


class Pregnancy(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a pregnancy: its due date, or the last period from which it is reckoned. Never logged."""

    due_date: date | None = None
    due_date_from: DueDateFrom | None = None
    last_period: date | None = None
    cycle_days: int | None = None

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "Pregnancy(…)"


@transactional
async def pregnant(guardian_id: UUID, baby_id: UUID, told: Pregnancy) -> Glimpse:
    """A plan becomes a pregnancy in one step, shared as it was. Telling the same again gives the same answer.

    Raises `AlreadyBorn`, `AlreadyExpected`, `Invalid`, and what `hold_baby` does.
    """
    plan = await doors.hold_baby(guardian_id, baby_id)
    if plan.status == "born":
        raise AlreadyBorn
    expected = checked(BabyDetails(nickname=plan.details.nickname, **msgspec.structs.asdict(told)))
    if plan.status == "trying":
        plan = await write(plan, expected)
    elif _known(plan.details) != _known(expected):
        raise AlreadyExpected
    return glimpse_of(plan, role_of(guardian_id, plan))


@transactional
async def born(
    guardian_id: UUID,
    baby_id: UUID,
    birth_date: date,
    children: Sequence[Newborn],
    gestation_days_at_birth: int | None = None,
) -> list[Glimpse]:
    """A pregnancy becomes its one to four children in one step; the first keeps the profile, and all of them are shared
    as it was. So does a plan, for who adopts. Telling the same again gives the same answer.

    Raises `AlreadyBorn`, `Invalid`, `BabyTooOld`, `TooManyBabies`, and what `hold_baby` does.
    """
    seen = await doors.open_baby(guardian_id, baby_id)
    await members.hold_one(seen.member_id)  # twins take places of hers
    pregnancy = await doors.hold_baby(guardian_id, baby_id)
    role = role_of(guardian_id, pregnancy)
    nicknames = _nicknames(pregnancy.details, children)
    if pregnancy.status == "born":
        return [glimpse_of(each, role) for each in await _born_before(pregnancy, birth_date, nicknames)]
    if errors := check_birth_date(birth_date):
        raise Invalid(errors=errors)
    gestation = gestation_at_birth(pregnancy.details.due_date, birth_date, gestation_days_at_birth)
    origin: GestationFrom | None = None if gestation is None or gestation_days_at_birth is not None else "due_date"
    babies = [
        BabyDetails(
            nickname=name,
            sex=sex,
            birth_date=birth_date,
            gestation_days_at_birth=gestation,
            gestation_from=origin,
        )
        for name, sex in zip(nicknames, _sexes(pregnancy.details, children), strict=True)
    ]
    # Each keeps it for itself: what was reckoned from it can be corrected for each of them.
    first, *others = [_with_pregnancy(child, pregnancy.details) for child in all_checked(babies)]
    found = [await write(pregnancy, first)]
    found += [await insert(pregnancy.member_id, other) for other in others]
    await _share_as(baby_id, [other.id for other in found[1:]])
    return [glimpse_of(each, role) for each in found]


def _nicknames(pregnancy: BabyDetails, children: Sequence[Newborn]) -> list[str]:
    """What they are called. Raises `Invalid` unless each of several has a name of its own."""
    names = [(child.nickname or "").strip() for child in children]
    if len(names) == 1:
        return [names[0] or pregnancy.nickname]
    if not all(names) or len(set(names)) < len(names):
        raise Invalid(errors=[FieldError("children", ANOTHER_NAME)])
    return names


def _sexes(pregnancy: BabyDetails, children: Sequence[Newborn]) -> list[Sex | None]:
    """What was known before the birth is of an only child; of twins nobody knows which one was meant."""
    said = [child.sex for child in children]
    return said if len(said) > 1 else [said[0] or pregnancy.sex]


def _known(pregnancy: BabyDetails) -> dict[str, Any]:
    return {name: getattr(pregnancy, name) for name in PREGNANCY}


def _with_pregnancy(child: BabyDetails, pregnancy: BabyDetails) -> BabyDetails:
    """Keeps what was known of the pregnancy, until it is void a year later."""
    return msgspec.structs.replace(child, **_known(pregnancy))


async def _born_before(baby: BabyRecord, birth_date: date, nicknames: list[str]) -> list[BabyRecord]:
    """The children of a birth that was told before in the same words. Raises `AlreadyBorn` for other words."""
    children = {
        each.details.nickname: each
        for each in await hers(baby.member_id)
        if each.details.birth_date == birth_date and each.details.nickname in nicknames
    }
    if len(children) < len(nicknames) or baby.details.nickname not in children:
        raise AlreadyBorn
    return [children[name] for name in nicknames]


async def _share_as(baby_id: UUID, twins: list[UUID]) -> None:
    if twins:
        await database.execute(
            "INSERT INTO baby_share (id, baby_id, person_id, giver_id, role)"
            " SELECT gen_random_uuid(), twin.id, share.person_id, share.giver_id, share.role"
            " FROM baby_share share, unnest($2::uuid[]) AS twin (id) WHERE share.baby_id = $1",
            baby_id,
            twins,
        )
