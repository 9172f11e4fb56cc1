"""What the staff sends and is shown of disclosures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.http import Body, PageQuery, View
from membership import babies, disclosures, growth, vaccinations
from membership.staff import Role
from server.staff_api.members import CardNumber

Parts = Annotated[list[disclosures.Part], Meta(min_length=1, max_length=3)]


class MaskedMemberOut(View):
    """A member behind her masks: `name` like `王**`, `phone` like `156******77`.

    `babies`: those about which the caller's role may ask, by the guardian's authorization; no more is said of them."""

    number: str
    status: str
    name: str
    phone: str | None
    babies: list[UUID]


class DisclosureIn(Body):
    """What is asked for. `reason`: one sentence that names nobody.

    Of a child (`baby_details`) `baby_id` says which one, `unrelated: true` that the asker is no relative of it, and
    `parts` what of it is needed: its `details` and no more when nothing is said."""

    kind: disclosures.Asked
    member_number: CardNumber
    purpose: disclosures.AskedFor
    reason: Annotated[str, Meta(min_length=4, max_length=200, pattern=r"\S.*\S")]
    baby_id: UUID | None = None
    parts: Parts | None = None
    unrelated: bool = False


class ApprovalIn(Body):
    """`unrelated: true`: the approver is no relative of the child. `parts`: no more than these of what was asked for;
    all of it when nothing is said."""

    unrelated: bool
    parts: Parts | None = None


class DisclosureOut(View):
    """A request.

    `state`: `waiting` for an approval, `lapsed` (a day without one), `refused`, `open` until `open_until`, `ended`.
    `granted_parts`: what of the `parts` that were asked for was approved; `asked_unrelated` and `decided_unrelated`:
    who asked, and who approved, declared to be no relative of the child. Null where nobody had to."""

    id: UUID
    kind: disclosures.Kind
    purpose: disclosures.Purpose
    reason: str | None
    state: disclosures.State
    member_number: str
    baby_id: UUID | None
    parts: list[disclosures.Part]
    asked_unrelated: bool | None
    asked_by: UUID
    asked_by_name: str
    asked_as: Role
    store_code: str | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted_parts: list[disclosures.Part]
    decided_unrelated: bool | None
    open_until: datetime | None
    ended_at: datetime | None
    looks: int


class DisclosuresQuery(PageQuery, frozen=True):
    """`whose`: `all` is for who approves."""

    whose: Literal["mine", "all"] = "mine"


class ValueQuery(Body):
    """`part`: which part of a child is looked at; its `details` when nothing is said."""

    part: disclosures.Part | None = None


class DisclosedBabyOut(View):
    """A child or pregnancy as its guardian wrote it down."""

    nickname: str
    status: babies.Status
    sex: babies.Sex | None
    birth_date: date | None
    due_date: date | None
    gestation_days_at_birth: int | None
    feeding: babies.Feeding | None
    formula_share_percent: int | None
    allergies: list[str]
    allergy_note: str | None
    formula_sku: str | None
    formula_stage: int | None


class DisclosedFigureOut(View):
    indicator: growth.Indicator
    z: Decimal
    percentile: Decimal
    implausible: bool


class DisclosedMeasurementOut(View):
    """One measurement, and where it lies by the `standard`. No age and no birth date: they are among the details."""

    measured_on: date
    weight_g: int | None
    length_mm: int | None
    posture: growth.Posture | None
    head_mm: int | None
    figures: list[DisclosedFigureOut]
    standard: str


class DisclosedDoseOut(View):
    """One dose of the plan. When it was given is what was asked for; the days on which it is due follow from the birth
    date, which is among the details, and are not shown."""

    name: str
    status: vaccinations.Status
    given_on: date | None


class DisclosedVaccinationsOut(View):
    doses: list[DisclosedDoseOut]
    edition: str
    note: str
    """The clinic decides."""


class DisclosedOut(View):
    """The value: a phone (E.164), a name, or one part of a child. That it was seen stands in the log that the guardian
    reads. `growth`: the last day first."""

    open_until: datetime
    phone: str | None
    name: str | None
    part: disclosures.Part | None
    baby: DisclosedBabyOut | None
    growth: list[DisclosedMeasurementOut] | None
    vaccinations: DisclosedVaccinationsOut | None


def request_out(view: disclosures.DisclosureView) -> DisclosureOut:
    return DisclosureOut(**msgspec.structs.asdict(view))


def value_out(value: disclosures.Value) -> DisclosedOut:
    return DisclosedOut(
        open_until=value.open_until,
        phone=value.phone,
        name=value.name,
        part=value.part,
        baby=None if value.baby is None else _baby(value.baby),
        growth=None if value.growth is None else [_measurement(each) for each in value.growth],
        vaccinations=None if value.vaccinations is None else _vaccinations(value.vaccinations),
    )


def _baby(details: babies.BabyDetails) -> DisclosedBabyOut:
    return DisclosedBabyOut(
        nickname=details.nickname,
        status=details.status,
        sex=details.sex,
        birth_date=details.birth_date,
        due_date=details.due_date,
        gestation_days_at_birth=details.gestation_days_at_birth,
        feeding=details.feeding,
        formula_share_percent=details.formula_share_percent,
        allergies=list(details.allergies),
        allergy_note=details.allergy_note,
        formula_sku=details.formula_sku,
        formula_stage=details.formula_stage,
    )


def _measurement(record: growth.RecordView) -> DisclosedMeasurementOut:
    measured = record.measurement
    return DisclosedMeasurementOut(
        measured_on=measured.measured_on,
        weight_g=measured.weight_g,
        length_mm=measured.length_mm,
        posture=measured.posture,
        head_mm=measured.head_mm,
        figures=[
            DisclosedFigureOut(figure.indicator, figure.z, figure.percentile, figure.implausible)
            for figure in record.assessed.figures
        ],
        standard=record.standard,
    )


def _vaccinations(plan: vaccinations.PlanView) -> DisclosedVaccinationsOut:
    return DisclosedVaccinationsOut(
        doses=[
            DisclosedDoseOut(vaccinations.dose_name(dose.vaccine, dose.number), dose.status, dose.given_on)
            for dose in plan.doses
        ],
        edition=plan.edition,
        note=vaccinations.ALWAYS,
    )
