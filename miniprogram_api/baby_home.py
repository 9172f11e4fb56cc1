"""A baby's home screen: where it is today, how it grew, what comes next; two statements whatever it shows."""

from datetime import date
from uuid import UUID

import msgspec

from foundation.http import Caller, View
from foundation.scalars import scalars
from membership import babies, growth, milk, vaccinations
from miniprogram_api.babies import READING
from miniprogram_api.baby_stages import StageOut, stage_out
from miniprogram_api.face import mothers
from miniprogram_api.milk import RunsOutOut

MEASUREMENTS, SHEET = growth.MEASUREMENTS.format(baby="$1"), vaccinations.SHEET.format(baby="$1")
MILK = milk.FACTS.format(babies="$2::uuid[]", skus="$3::text[]", mothers="$4::uuid[]")


class LastGrowthOut(View):
    """The last value of each, which may be of different days: grams and millimetres."""

    measured_on: date
    """The day of the last measurement."""
    weight_g: int | None
    length_mm: int | None
    head_mm: int | None


class NextVisitOut(View):
    """What comes next at the clinic: vaccines, a 儿保 visit, or both; `day` is today for what is due, and null when
    nothing comes within a year. `overdue` counts the vaccines (series, and not doses) of which one is past its
    recommended age, which are not among `vaccines`: `question` asks in a sentence whether they were given, and is null
    when there are none."""

    day: date | None
    vaccines: list[str]
    visit: str | None
    overdue: int
    question: str | None
    notice: str
    """以接种门诊安排为准。"""


class HomeMilkOut(View):
    """Until when the cans at home suffice; `runs_out` is null as long as nobody knows what is there."""

    runs_out: RunsOutOut | None
    sentence: str


class BabyHomeOut(View):
    """The screen. Beyond nickname and stage it is a guardian's, and null where there is nothing: before the birth,
    without a measurement, when all visits are done, for a baby who drinks no formula."""

    id: UUID
    role: babies.Role
    nickname: str
    stage: StageOut
    growth: LastGrowthOut | None = None
    next_visit: NextVisitOut | None = None
    milk: HomeMilkOut | None = None


@mothers.get("/babies/{baby_id}/home", who="member", refuses=READING)
async def baby_home(caller: Caller, baby_id: UUID) -> BabyHomeOut:
    """Everything that a baby's first screen shows."""
    sight = await babies.look(caller.subject, baby_id)
    seen = sight.glimpse
    screen = BabyHomeOut(id=seen.id, role=seen.role, nickname=seen.nickname, stage=stage_out(seen.stage))
    if sight.baby is None or sight.baby.status != "born":
        return screen
    return await _with_parts(screen, sight.baby, sight.babies)


async def _with_parts(screen: BabyHomeOut, baby: babies.BabyRecord, seen: list[babies.BabyRecord]) -> BabyHomeOut:
    """What other features say of a child, in one statement."""
    drinkers = milk.household(baby, seen)
    if drinkers:
        arguments = (baby.id, *milk.asked(drinkers))
        measured, sheet, facts = await scalars(MEASUREMENTS, SHEET, MILK, arguments=arguments)
        formula = milk.milk_said(baby, seen, facts)
    else:
        measured, sheet = await scalars(MEASUREMENTS, SHEET, arguments=(baby.id,))
        formula = None
    return msgspec.structs.replace(
        screen,
        growth=_growth(growth.latest_from(baby, measured)),
        next_visit=_next_visit(vaccinations.next_from(baby, sheet)),
        milk=_milk(formula),
    )


def _growth(latest: growth.Latest | None) -> LastGrowthOut | None:
    if latest is None:
        return None
    return LastGrowthOut(
        measured_on=latest.measured_on,
        weight_g=latest.weight_g,
        length_mm=latest.length_mm,
        head_mm=latest.head_mm,
    )


def _next_visit(coming: vaccinations.NextThing | None) -> NextVisitOut | None:
    if coming is None:
        return None
    return NextVisitOut(
        day=coming.day,
        vaccines=coming.vaccines,
        visit=coming.visit,
        overdue=coming.overdue,
        question=vaccinations.GIVEN.format(count=coming.overdue) if coming.overdue else None,
        notice=vaccinations.ALWAYS,
    )


def _milk(reckoned: milk.Milk | None) -> HomeMilkOut | None:
    if reckoned is None:
        return None
    ends = reckoned.runs_out
    return HomeMilkOut(
        runs_out=None if ends is None else RunsOutOut(ends.earliest, ends.expected, ends.latest, ends.confidence),
        sentence=reckoned.sentence,
    )
