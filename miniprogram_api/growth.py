"""How a baby grows: what was measured, and where it lies among children of that sex and age."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, Caller, Page, PageQuery, View
from membership import babies, growth
from miniprogram_api.face import mothers

REFUSALS = (babies.BabyNotFound, babies.GuardianOnly, babies.AuthorizationRequired)

MeasuredOn = Annotated[date, Meta(description="Not before the birth, not to come, at most 7 years old.")]
Weight = Annotated[int, Meta(description="Grams, 200 to 80,000.", examples=[9350])]
Length = Annotated[int, Meta(description="Length or height in millimetres, 200 to 1,500.", examples=[745])]
Head = Annotated[int, Meta(description="Head circumference in millimetres, 120 to 700.", examples=[452])]
Posture = Annotated[
    growth.Posture,
    Meta(description="How the length was taken; left out: lying under two years, standing from then on."),
]
Confirmed = Annotated[bool, Meta(description="She was asked (`check`), looked again, and it is right.")]


Standard = Annotated[
    str,
    Meta(max_length=40, description="Its code; left out: the one that is shown to everybody.", examples=["who_2006"]),
]


class StandardQuery(Body):
    """By which standard."""

    standard: Standard | None = None


class GrowthQuery(PageQuery, frozen=True, kw_only=True):
    """Which page, and by which standard."""

    standard: Standard | None = None


class GrowthRecordIn(Body):
    """What was measured on a day: at least one of weight, length and head."""

    measured_on: MeasuredOn
    weight_g: Weight | None = None
    length_mm: Length | None = None
    posture: Posture | None = None
    head_mm: Head | None = None
    confirmed: Confirmed = False


class GrowthRecordChangesIn(Body):
    """What is to be corrected. A field that is left out stays as it is, null empties it; other numbers than before are
    not confirmed."""

    measured_on: MeasuredOn | UnsetType = UNSET
    weight_g: Weight | UnsetType | None = UNSET
    length_mm: Length | UnsetType | None = UNSET
    posture: Posture | UnsetType | None = UNSET
    head_mm: Head | UnsetType | None = UNSET
    confirmed: Confirmed | UnsetType = UNSET


class MonthsOut(View):
    """Completed months, and days above them."""

    months: int
    days: int


class FigureOut(View):
    """One indicator: `value` as charted (kg, cm, kg/m²; the length as the standard measures at that age), its z-score
    with two digits and its percentile with one, 0.1 to 99.9."""

    indicator: growth.Indicator
    value: float
    z: Annotated[Decimal, Meta(examples=["0.31"])]
    percentile: Annotated[Decimal, Meta(examples=["62.2"])]
    implausible: bool


class GrowthRecordOut(View):
    """A measurement. `check`: the numbers are unlikely, so please ask whether they are right; they were kept.

    `corrected_age` is given where the figures are by it: born before 37 weeks, up to 24 months corrected. `without`
    says why there are no figures. `sentence` is for the mother and never a diagnosis; `standard` must be shown beside
    any figure."""

    id: UUID
    measured_on: date
    weight_g: int | None
    length_mm: int | None
    posture: growth.Posture | None
    head_mm: int | None
    confirmed: bool
    age: MonthsOut | None
    corrected_age: MonthsOut | None
    figures: list[FigureOut]
    without: growth.Without | None
    check: bool
    standard: str
    sentence: str


@mothers.get("/babies/{baby_id}/growth", who="member", refuses=REFUSALS)
async def growth_records(caller: Caller, baby_id: UUID, query: GrowthQuery) -> Page[GrowthRecordOut]:
    """What was measured, the last day first.

    For guardians."""
    page = await growth.records(caller.subject, baby_id, query, standard=query.standard)
    return Page(items=[_record_out(view) for view in page.items], next_cursor=page.next_cursor)


@mothers.post(
    "/babies/{baby_id}/growth",
    who="member",
    status=201,
    refuses=(*REFUSALS, babies.NotBornYet, growth.TooManyGrowthRecords),
)
async def record_growth(caller: Caller, baby_id: UUID, body: GrowthRecordIn) -> GrowthRecordOut:
    """Write down what was measured.

    The very same sent again is the same record. Unlikely numbers are kept, and the answer asks about them (`check`)."""
    measured = growth.Measurement(**msgspec.structs.asdict(body))
    return _record_out(await growth.record(caller.subject, baby_id, measured))


@mothers.get("/babies/{baby_id}/growth/{record_id}", who="member", refuses=(*REFUSALS, growth.GrowthRecordNotFound))
async def growth_record(caller: Caller, baby_id: UUID, record_id: UUID, query: StandardQuery) -> GrowthRecordOut:
    """One measurement."""
    return _record_out(await growth.record_of(caller.subject, baby_id, record_id, standard=query.standard))


@mothers.patch(
    "/babies/{baby_id}/growth/{record_id}",
    who="member",
    refuses=(*REFUSALS, babies.NotBornYet, growth.GrowthRecordNotFound),
)
async def change_growth(caller: Caller, baby_id: UUID, record_id: UUID, body: GrowthRecordChangesIn) -> GrowthRecordOut:
    """Correct a measurement, or confirm it."""
    changes = growth.MeasurementChanges(**msgspec.structs.asdict(body))
    return _record_out(await growth.change(caller.subject, baby_id, record_id, changes))


@mothers.delete("/babies/{baby_id}/growth/{record_id}", who="member", refuses=(*REFUSALS, growth.GrowthRecordNotFound))
async def remove_growth(caller: Caller, baby_id: UUID, record_id: UUID) -> None:
    """Delete a measurement."""
    await growth.remove(caller.subject, baby_id, record_id)


def _record_out(view: growth.RecordView) -> GrowthRecordOut:
    assessed = view.assessed
    return GrowthRecordOut(
        id=view.id,
        **msgspec.structs.asdict(view.measurement),
        age=_age_out(assessed.age),
        corrected_age=_age_out(assessed.corrected_age),
        figures=[FigureOut(**msgspec.structs.asdict(figure)) for figure in assessed.figures],
        without=assessed.without,
        check=assessed.check,
        standard=view.standard,
        sentence=assessed.sentence,
    )


def _age_out(age: babies.ages.Age | None) -> MonthsOut | None:
    return None if age is None else MonthsOut(age.months, age.days)
