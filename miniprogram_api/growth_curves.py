"""Growth curves: as data, as SVG, and as PNG for sharing."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from foundation.http import Body, Caller, Limit, Raw, View
from membership import babies, growth
from miniprogram_api.face import mothers
from miniprogram_api.growth import Standard
from miniprogram_api.growth_content import GrowthPicture
from miniprogram_api.growth_svg import growth_svg
from miniprogram_api.painting import paint

REFUSALS = (
    babies.BabyNotFound,
    babies.GuardianOnly,
    babies.AuthorizationRequired,
    babies.NotBornYet,
    growth.SexNeeded,
)
PICTURE_LIMIT = Limit(requests=20, seconds=60, burst=5)
PRIVATE = {"Cache-Control": "no-store"}


class CurveQuery(Body):
    """Which curve, how many months of age of it (without: as many as the child's age and measurements need, and never
    more than the standard has), and by which standard."""

    indicator: growth.Indicator
    months: growth.Months | None = None
    standard: Standard | None = None


class LineOut(View):
    """One percentile: `[day of age, value]` from left to right, in two pieces where lying ends and standing begins."""

    percentile: int
    pieces: list[list[tuple[int, float]]]


class CurvePointOut(View):
    """A measurement on the chart. `corrected`: its day is of the corrected age. `check`: see the record."""

    record_id: UUID
    measured_on: date
    day: int
    corrected: bool
    value: float
    z: Decimal
    percentile: Decimal
    check: bool


class CurveOut(View):
    """The curves P3, P15, P50, P85 and P97 of the standard, and the child's measurements in the order of their days."""

    indicator: growth.Indicator
    unit: str
    sex: growth.Sex
    months: int
    lines: list[LineOut]
    points: list[CurvePointOut]
    standard: str
    note: str
    """To be shown with the name of the standard."""
    sentence: str


@mothers.get("/babies/{baby_id}/growth/curve", who="member", refuses=REFUSALS)
async def growth_curve(caller: Caller, baby_id: UUID, query: CurveQuery) -> CurveOut:
    """A curve as data."""
    return _curve_out(await _drawn(caller, baby_id, query))


@mothers.get(
    "/babies/{baby_id}/growth/curve.svg",
    who="member",
    limit=PICTURE_LIMIT,
    refuses=REFUSALS,
    produces="image/svg+xml",
)
async def growth_curve_svg(caller: Caller, baby_id: UUID, query: CurveQuery) -> Raw:
    """A curve as SVG, 750 × 1000."""
    picture = _picture(await _drawn(caller, baby_id, query))
    # Whoever opens it as a page of ours lets nothing run in it.
    headers = {**PRIVATE, "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
    return Raw(growth_svg(picture), "image/svg+xml", headers)


@mothers.get(
    "/babies/{baby_id}/growth/curve.png",
    who="member",
    limit=PICTURE_LIMIT,
    refuses=REFUSALS,
    produces="image/png",
)
async def growth_curve_png(caller: Caller, baby_id: UUID, query: CurveQuery) -> Raw:
    """A curve as PNG for sharing, 750 × 1000 pixels."""
    picture = _picture(await _drawn(caller, baby_id, query))
    return Raw(await paint(picture), "image/png", PRIVATE)


async def _drawn(caller: Caller, baby_id: UUID, query: CurveQuery) -> growth.Curve:
    return await growth.curve(caller.subject, baby_id, query.indicator, query.months, standard=query.standard)


def _curve_out(curve: growth.Curve) -> CurveOut:
    return CurveOut(
        indicator=curve.indicator,
        unit=curve.unit,
        sex=curve.sex,
        months=curve.months,
        lines=[LineOut(line.percentile, line.pieces) for line in curve.lines],
        points=[
            CurvePointOut(
                record_id=point.record_id,
                measured_on=point.measured_on,
                day=point.day,
                corrected=point.corrected,
                value=point.figure.value,
                z=point.figure.z,
                percentile=point.figure.percentile,
                check=point.check,
            )
            for point in curve.points
        ],
        standard=curve.standard,
        note=curve.note,
        sentence=curve.sentence,
    )


def _picture(curve: growth.Curve) -> GrowthPicture:
    """Without what the mother is still asked about: one slip of the pen would press all curves flat."""
    points = [point for point in curve.points if not point.check]
    return GrowthPicture(
        nickname=curve.nickname,
        sex=curve.sex,
        indicator=curve.indicator,
        unit=curve.unit,
        standard=curve.standard,
        note=curve.note,
        standing_from_day=curve.standing_from_day,
        months=curve.months,
        corrected=any(point.corrected for point in points),
        lines=tuple((line.percentile, tuple(tuple(piece) for piece in line.pieces)) for line in curve.lines),
        points=tuple((point.day, point.figure.value) for point in points),
        last=_last(points[-1], curve.unit) if points else "",
    )


def _last(point: growth.CurvePoint, unit: str) -> str:
    percentile = point.figure.percentile
    beyond = "以下" if percentile <= Decimal("0.1") else "以上" if percentile >= Decimal("99.9") else ""
    return f"最近一次 {point.measured_on}：{point.figure.value:g} {unit}，第 {percentile} 百分位{beyond}"
