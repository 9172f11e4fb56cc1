"""The babies of the small named world: one child of eight months, one pregnancy, each authorized by its mother.

All days are counted from today, so that the child is always eight months old when the world is planted.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from foundation import clock
from foundation.pages import PageQuery
from membership import authorizations, babies, growth, members, vaccinations
from membership.vaccinations import DoseGiven


class Measured(msgspec.Struct, frozen=True):
    """At so many completed months of age."""

    months: int
    weight_g: int
    length_mm: int
    head_mm: int


class Visit(msgspec.Struct, frozen=True):
    """What was given on the day of so many completed months of age."""

    months: int
    doses: tuple[tuple[str, int], ...]


CHILDS_MOTHER = "+8619912340002"
MONTHS_OLD = 8
DAYS_ABOVE = 5
MEASURED = (
    Measured(0, 3_280, 495, 341),
    Measured(1, 4_250, 540, 366),
    Measured(3, 5_950, 602, 396),
    Measured(6, 7_400, 661, 423),
    Measured(8, 8_050, 692, 435),
)
VISITS = (
    Visit(0, (("HepB", 1), ("BCG", 1))),
    Visit(1, (("HepB", 2),)),
    Visit(2, (("Polio", 1), ("DTaP", 1))),
    Visit(3, (("Polio", 2),)),
    Visit(4, (("Polio", 3), ("DTaP", 2))),
    Visit(6, (("HepB", 3), ("DTaP", 3), ("MenAC", 1))),
)

EXPECTING = "+8619912340003"
DAYS_TO_GO = 110


async def plant_babies() -> None:
    """What is missing of it; the members are planted first. A mother who took her authorization back is let be."""
    today = clock.today()
    mother = await _member(CHILDS_MOTHER)
    birth = clock.add_months(today, -MONTHS_OLD) - timedelta(days=DAYS_ABOVE)
    child = babies.BabyDetails(
        nickname="糯米",
        sex="girl",
        birth_date=birth,
        gestation_days_at_birth=275,
        feeding="mixed",
        formula_share_percent=40,
        allergies=("egg",),
        formula_sku="F-STAGE2-800",
        formula_stage=2,
    )
    await _mother(mother, ("service", "expert", "store_reminders"), child)
    for baby in await babies.babies_of(mother):
        if baby.details is not None and baby.details.birth_date is not None:
            await _grow(mother, baby.id, baby.details.birth_date)
    due = today + timedelta(days=DAYS_TO_GO)
    pregnancy = babies.BabyDetails(nickname="小星星", due_date=due, due_date_from="ultrasound")
    await _mother(await _member(EXPECTING), ("service",), pregnancy)


async def _member(phone: str) -> UUID:
    member_id = await members.find_by_phone_index(members.phone_index(phone))
    assert member_id is not None, "the members are planted first"
    return member_id


async def _mother(mother: UUID, purposes: Sequence[authorizations.Purpose], baby: babies.BabyDetails) -> None:
    """Agrees, authorizes and adds the baby, all once: what she made of them since stays."""
    standing = await authorizations.authorization(mother)
    if standing.given is None and standing.prompt:
        await _agree_to_privacy(mother)
        await authorizations.answer(mother, standing.text.version, purposes, is_guardian=True)
        await babies.add(mother, [baby])


async def _agree_to_privacy(mother: UUID) -> None:
    (notice,) = (each for each in await members.notices() if each.notice == members.PRIVACY)
    await members.agree(mother, notice.notice, notice.version)


async def _grow(mother: UUID, baby_id: UUID, birth: date) -> None:
    if (await growth.records(mother, baby_id, PageQuery(limit=1))).items:
        return
    for visit in VISITS:
        given_on = clock.add_months(birth, visit.months)
        await vaccinations.record(mother, baby_id, given_on, [DoseGiven(*dose) for dose in visit.doses])
    for each in MEASURED:
        measurement = growth.Measurement(
            measured_on=clock.add_months(birth, each.months),
            weight_g=each.weight_g,
            length_mm=each.length_mm,
            head_mm=each.head_mm,
        )
        await growth.record(mother, baby_id, measurement)
