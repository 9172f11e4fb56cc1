"""What a measurement means among children of that sex and age. Never a diagnosis. Pure."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from foundation import clock
from membership import babies
from membership.growth import plausible, scoring
from membership.growth.content import Measurement
from membership.growth.standards import INDICATORS, Indicator, Spread, Standard

Without = Literal["sex_unknown", "before_birth", "before_term", "gestation_gone", "beyond_standard"]
"""Why there are no figures: the standard is by sex; the birth date was changed to a later one; the standard begins with
a birth at term; how early a preterm child came is void, and by its birthday it would be judged too hard; the standard
has an end."""

SEE_A_DOCTOR = "建议下次儿保时咨询医生"
SENTENCES: dict[Without, str] = {
    "sex_unknown": "生长曲线分男孩和女孩，在宝宝资料里选择性别后就能看到参考位置。",
    "before_birth": "这次测量早于现在填写的出生日期，请检查哪一个填错了。",
    "before_term": "按矫正月龄还没有到预产期，暂时没有可以参考的曲线，数值先帮您记着。",
    "gestation_gone": "宝宝满5岁后，出生孕周已经按约定销毁；两岁多以前的测量保留数值，不再对照曲线。",
    "beyond_standard": f"这个标准的曲线只到{{until}}，之后的数值先帮您记着；{SEE_A_DOCTOR}。",
}
USUAL = f"曲线和百分位只供参考，宝宝的生长要连起来看，{SEE_A_DOCTOR}。"
CHECK = f"这次的数值和同龄宝宝相差比较多，请核对一下单位和数字；如果没有填错，{SEE_A_DOCTOR}。"


class ChartAge(msgspec.Struct, frozen=True):
    """Where on the chart a day lies: days since birth, or since term while the age of a preterm child is corrected."""

    day: int
    corrected: bool


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator. `value` is as charted, in its unit: the length as the standard measures at that age."""

    indicator: Indicator
    value: float
    z: Decimal
    """Two digits."""
    percentile: Decimal
    """One digit, 0.1 to 99.9."""
    implausible: bool


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement with its figures. `age` is None for a day before the birth as it is known now."""

    age: babies.ages.Age | None
    corrected_age: babies.ages.Age | None
    """When the figures are by it."""
    chart_age: ChartAge | None
    figures: list[Figure]
    without: Without | None
    check: bool
    """The mother is asked whether it is right: implausible, and not confirmed by her."""
    sentence: str


def chart_age(details: babies.BabyDetails, day: date) -> ChartAge | None:
    """Corrected for a child born before 37 + 0, up to 24 months corrected. None before birth, before it is born, and
    where nobody knows any more how much it was corrected."""
    birth, gestation = details.birth_date, details.gestation_days_at_birth
    if birth is None or day < birth:
        return None
    if gestation is not None and babies.ages.is_preterm(gestation):
        begins = babies.ages.corrected_birth(birth, gestation)
        if day < clock.add_months(begins, babies.ages.CORRECTED_UNTIL_MONTHS):
            return ChartAge((day - begins).days, corrected=True)
    if gestation is None and details.came_early and day < babies.ages.surely_uncorrected(birth):
        return None
    return ChartAge((day - birth).days, corrected=False)


def assess(details: babies.BabyDetails, measurement: Measurement, standard: Standard) -> Assessed:
    birth, day = details.birth_date, measurement.measured_on
    at = chart_age(details, day)
    without = _without(details, at, standard, day)
    figures = [] if at is None or without is not None else _figures(details, measurement, standard, at.day)
    check = not measurement.confirmed and (
        any(figure.implausible for figure in figures) or _is_slip(measurement, standard, at, without)
    )
    return Assessed(
        age=babies.ages.months(birth, day) if birth is not None and birth <= day else None,
        corrected_age=babies.ages.corrected(birth, details.gestation_days_at_birth, day)
        if birth is not None and details.gestation_days_at_birth is not None and at is not None and at.corrected
        else None,
        chart_age=at,
        figures=figures,
        without=without,
        check=check,
        sentence=CHECK if check else said(without, standard) if without else USUAL,
    )


def said(without: Without, standard: Standard) -> str:
    """Why there are no figures, in words."""
    years, months = divmod(standard.last_month, 12)
    return SENTENCES[without].format(until=f"{standard.last_month}个月" if months else f"{years}岁")


def _is_slip(measurement: Measurement, standard: Standard, at: ChartAge | None, without: Without | None) -> bool:
    """Of what has no figures."""
    if at is None:
        return False
    values = charted(measurement, standing=at.day >= standard.standing_from_day)
    if without == "before_term":
        return plausible.is_slip_before_term(values)
    return without == "sex_unknown" and plausible.is_slip_of_either_sex(values, standard, at.day)


def _without(details: babies.BabyDetails, at: ChartAge | None, standard: Standard, day: date) -> Without | None:
    if at is None:
        return "before_birth" if details.birth_date is None or day < details.birth_date else "gestation_gone"
    if at.day < 0:
        return "before_term"
    assert details.birth_date is not None, "who has a place on the chart is born"
    # The table goes to the end of its last month by 30.4375 days; that of the calendar may end before.
    if at.day > standard.last_day or babies.ages.months(details.birth_date, day).months > standard.last_month:
        return "beyond_standard"
    return "sex_unknown" if details.sex is None else None


def _figures(details: babies.BabyDetails, measurement: Measurement, standard: Standard, day: int) -> list[Figure]:
    assert details.sex is not None, "who has figures has a sex"
    values = charted(measurement, standing=day >= standard.standing_from_day)
    found = []
    for indicator in INDICATORS:
        spread = standard.spread(indicator, details.sex, day)
        if indicator in values and spread is not None:
            found.append(figure(indicator, spread, values[indicator]))
    return found


def figure(indicator: Indicator, spread: Spread, value: float) -> Figure:
    z = scoring.z_score(indicator, spread, value)
    return Figure(
        indicator=indicator,
        value=round(value, 3 if indicator == "weight" else 1),
        z=scoring.rounded(z),
        percentile=scoring.percentile(z),
        implausible=scoring.is_implausible(indicator, z),
    )


def charted(measurement: Measurement, *, standing: bool) -> dict[Indicator, float]:
    """The values in the units of the standard, the length as it is measured at that age."""
    values: dict[Indicator, float] = {}
    if measurement.weight_g is not None:
        values["weight"] = measurement.weight_g / 1000
    if measurement.length_mm is not None:
        values["length"] = scoring.as_charted(measurement.length_mm / 10, measurement.posture, standing=standing)
    if measurement.head_mm is not None:
        values["head"] = measurement.head_mm / 10
    if "weight" in values and "length" in values:
        values["bmi"] = values["weight"] / (values["length"] / 100) ** 2
    return values
