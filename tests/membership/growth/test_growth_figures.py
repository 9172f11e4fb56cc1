"""What a measurement means: ages on the chart, the posture, what is asked about, why there may be nothing to say."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.errors import Invalid
from membership.babies import BabyDetails
from membership.babies.ages import Age
from membership.growth.content import BOUNDS, Measurement, MeasurementChanges, changed, checked
from membership.growth.figures import CHECK, SENTENCES, USUAL, Assessed, ChartAge, assess, chart_age, said
from membership.growth.standards import chosen

DEFAULT = chosen(None)
BIRTH = date(2024, 2, 29)


def child(**details: Any) -> BabyDetails:
    return BabyDetails(**{"nickname": "小满", "sex": "girl", "birth_date": BIRTH, **details})


def measured(day: date, **values: Any) -> Measurement:
    return Measurement(measured_on=day, **values)


def z_of(assessed: Assessed) -> dict[str, str]:
    return {figure.indicator: str(figure.z) for figure in assessed.figures}


@pytest.mark.parametrize(
    ("gestation", "day", "expected"),
    [
        (None, date(2024, 2, 29), ChartAge(0, corrected=False)),
        (None, date(2024, 2, 28), None),
        (280, date(2024, 3, 10), ChartAge(10, corrected=False)),
        (259, date(2024, 3, 10), ChartAge(10, corrected=False)),  # 37 + 0 is not preterm
        (258, date(2024, 3, 22), ChartAge(0, corrected=True)),  # 36 + 6: 22 days early
        (258, date(2024, 3, 21), ChartAge(-1, corrected=True)),
        (196, date(2024, 5, 23), ChartAge(0, corrected=True)),  # 28 + 0: 84 days early
        (196, date(2026, 5, 22), ChartAge(729, corrected=True)),
        (196, date(2026, 5, 23), ChartAge(814, corrected=False)),  # 24 months corrected
    ],
)
def test_the_age_on_the_chart(gestation: int | None, day: date, expected: ChartAge | None) -> None:
    assert chart_age(child(gestation_days_at_birth=gestation), day) == expected


def test_a_pregnancy_has_no_age() -> None:
    assert chart_age(BabyDetails(nickname="豆豆", due_date=BIRTH), BIRTH) is None


def test_a_term_child_at_one_year() -> None:
    """The medians of girls at 366 days: weight 8.9536, length 74.0451, head 44.9037."""
    at = assess(child(), measured(date(2025, 3, 1), weight_g=8951, length_mm=740, head_mm=449), DEFAULT)
    assert all(abs(Decimal(z)) <= Decimal("0.03") for z in z_of(at).values()), z_of(at)
    assert [figure.indicator for figure in at.figures] == ["weight", "length", "head", "bmi"]
    assert at.age == Age(12, 1)
    assert (at.corrected_age, at.without, at.check, at.sentence) == (None, None, False, USUAL)


def test_bmi_needs_weight_and_length() -> None:
    assert set(z_of(assess(child(), measured(date(2025, 3, 1), weight_g=8951), DEFAULT))) == {"weight"}
    assert set(z_of(assess(child(), measured(date(2025, 3, 1), length_mm=740), DEFAULT))) == {"length"}


def test_a_preterm_child_is_compared_with_younger_ones() -> None:
    """28 + 0, so at six months of age three of corrected age."""
    day = date(2024, 8, 31)
    early = assess(child(gestation_days_at_birth=196), measured(day, weight_g=5800, length_mm=595), DEFAULT)
    late = assess(child(), measured(day, weight_g=5800, length_mm=595), DEFAULT)
    assert (early.age, early.corrected_age) == (Age(6, 2), Age(3, 8))
    assert late.corrected_age is None
    assert Decimal(z_of(early)["weight"]) > Decimal(z_of(late)["weight"]) + 1
    after = assess(child(gestation_days_at_birth=196), measured(date(2026, 5, 23), weight_g=11_000), DEFAULT)
    assert after.corrected_age is None
    assert z_of(after) == z_of(assess(child(), measured(date(2026, 5, 23), weight_g=11_000), DEFAULT))


def test_the_posture_moves_length_and_bmi_by_seven_millimetres() -> None:
    lying_day, standing_day = BIRTH + timedelta(days=730), BIRTH + timedelta(days=731)
    for day, other, moved in ((lying_day, "standing", 7), (standing_day, "lying", -7)):
        as_usual = assess(child(), measured(day, length_mm=860 + moved, weight_g=12_000), DEFAULT)
        otherwise = assess(child(), measured(day, length_mm=860, posture=other, weight_g=12_000), DEFAULT)
        assert z_of(otherwise) == z_of(as_usual)
        assert otherwise.figures[1].value == (860 + moved) / 10
    assert z_of(assess(child(), measured(lying_day, length_mm=860, posture="lying"), DEFAULT)) == z_of(
        assess(child(), measured(lying_day, length_mm=860), DEFAULT)
    )


def test_what_is_implausible_is_asked_about_once() -> None:
    slip = measured(date(2025, 3, 1), weight_g=29_000, length_mm=740)
    asked = assess(child(), slip, DEFAULT)
    assert (asked.check, asked.sentence) == (True, CHECK)
    assert {figure.indicator for figure in asked.figures if figure.implausible} == {"weight", "bmi"}
    confirmed = assess(child(), measured(date(2025, 3, 1), weight_g=29_000, length_mm=740, confirmed=True), DEFAULT)
    assert confirmed.check is False
    assert confirmed.figures == asked.figures


@pytest.mark.parametrize(
    ("details", "day", "without"),
    [
        ({"sex": None}, date(2025, 3, 1), "sex_unknown"),
        ({}, date(2024, 2, 28), "before_birth"),
        ({"gestation_days_at_birth": 196}, date(2024, 5, 22), "before_term"),
        ({}, date(2029, 3, 28), None),
        ({}, date(2029, 3, 29), "beyond_standard"),  # 61 months
        ({"birth_date": date(2024, 1, 1)}, date(2029, 1, 30), None),  # day 1856
        ({"birth_date": date(2024, 1, 1)}, date(2029, 1, 31), "beyond_standard"),  # 60 months + 30, but day 1857
        ({"birth_date": date(2021, 2, 1)}, date(2026, 2, 28), None),
        ({"birth_date": date(2021, 2, 1)}, date(2026, 3, 1), "beyond_standard"),  # 61 months, but day 1854
    ],
)
def test_why_there_may_be_no_figures(details: dict[str, Any], day: date, without: str | None) -> None:
    at = assess(child(**details), measured(day, weight_g=5000 if without == "before_term" else 9000), DEFAULT)
    assert at.without == without
    assert bool(at.figures) is (without is None)
    assert at.sentence == (said(at.without, DEFAULT) if at.without else at.sentence)
    assert not at.check or without is None


@pytest.mark.parametrize(
    ("details", "day", "values", "asked"),
    [
        ({"sex": None}, date(2024, 7, 29), {"weight_g": 79_000}, True),  # five months
        ({"sex": None}, date(2024, 7, 29), {"weight_g": 7_000, "length_mm": 650}, False),
        ({"sex": None}, date(2024, 7, 29), {"length_mm": 250}, True),  # inches
        ({"sex": None}, date(2024, 7, 29), {"head_mm": 700}, True),
        ({"sex": None}, date(2029, 6, 29), {"weight_g": 79_000}, False),  # beyond the standard nobody knows
        ({"gestation_days_at_birth": 196}, date(2024, 3, 29), {"weight_g": 1_300, "length_mm": 380}, False),
        ({"gestation_days_at_birth": 196}, date(2024, 3, 29), {"weight_g": 13_000}, True),
        ({"gestation_days_at_birth": 196}, date(2024, 3, 29), {"weight_g": 290}, True),
        ({"gestation_days_at_birth": 196}, date(2024, 3, 29), {"length_mm": 610}, True),
        ({"gestation_days_at_birth": 196, "sex": None}, date(2024, 3, 29), {"head_mm": 430}, True),
        ({}, date(2024, 2, 28), {"weight_g": 79_000}, False),  # what is wrong is a day
    ],
)
def test_slips_are_asked_about_where_there_are_no_figures(
    details: dict[str, Any], day: date, values: dict[str, int], asked: bool
) -> None:
    at = assess(child(**details), measured(day, **values), DEFAULT)
    assert (at.check, at.figures) == (asked, [])
    assert (at.sentence == CHECK) == asked
    assert assess(child(**details), measured(day, **values, confirmed=True), DEFAULT).check is False


@given(
    day=st.integers(0, 1800),
    weight_g=st.integers(*BOUNDS["weight_g"][:2]),
    length_mm=st.integers(*BOUNDS["length_mm"][:2]),
    head_mm=st.integers(*BOUNDS["head_mm"][:2]),
)
def test_whose_sex_is_not_said_is_asked_about_what_would_be_asked_of_either(day: int, **values: int) -> None:
    def slips(sex: Any) -> set[str]:
        at = assess(child(sex=sex), measured(BIRTH + timedelta(days=day), **values), DEFAULT)
        return {figure.indicator for figure in at.figures if figure.implausible}

    unsaid = assess(child(sex=None), measured(BIRTH + timedelta(days=day), **values), DEFAULT)
    assert unsaid.check == bool(slips("girl") & slips("boy"))


def test_sentences_send_her_to_a_doctor_where_one_could_say_something_and_none_is_a_diagnosis() -> None:
    for sentence in (USUAL, CHECK, SENTENCES["beyond_standard"]):
        assert "建议下次儿保时咨询医生" in sentence
    for sentence in (SENTENCES["sex_unknown"], SENTENCES["before_birth"], SENTENCES["before_term"]):
        assert "医生" not in sentence, "what helps is to fill in, to correct or to wait"
    for sentence in (USUAL, CHECK, *SENTENCES.values()):
        assert sentence.endswith("。")
        assert not any(word in sentence for word in ("肥胖", "超重", "消瘦", "矮小", "迟缓", "异常", "偏轻", "偏重"))


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"weight_g": 900_000}, ["weight_g"]),
        ({"weight_g": 199}, ["weight_g"]),
        ({"weight_g": 0}, ["weight_g"]),
        ({"length_mm": -1}, ["length_mm"]),
        ({"length_mm": 1501}, ["length_mm"]),
        ({"head_mm": 2**62}, ["head_mm"]),
        ({}, ["weight_g"]),
        ({"posture": "lying"}, ["weight_g"]),
        ({"weight_g": 900_000, "head_mm": 7}, ["weight_g", "head_mm"]),
    ],
)
def test_what_no_child_is(values: dict[str, Any], fields: list[str]) -> None:
    assert fields_refused(measured(clock.today(), **values), clock.today()) == fields


@pytest.mark.parametrize(
    ("age_days", "days_ago", "refused"),
    [(100, 0, False), (100, -1, True), (100, 100, False), (100, 101, True)],
)
def test_days_that_can_not_be(age_days: int, days_ago: int, refused: bool) -> None:
    birth = clock.today() - timedelta(days=age_days)
    day = clock.today() - timedelta(days=days_ago)
    assert fields_refused(measured(day, weight_g=4000), birth) == (["measured_on"] if refused else [])


def test_until_the_seventh_birthday() -> None:
    birth = clock.add_months(clock.today(), -100)
    seventh = clock.add_months(birth, 84)
    assert fields_refused(measured(seventh, weight_g=24_000), birth) == []
    assert fields_refused(measured(seventh + timedelta(days=1), weight_g=24_000), birth) == ["measured_on"]


def fields_refused(measurement: Measurement, birth: date) -> list[str]:
    try:
        checked(measurement, birth)
    except Invalid as invalid:
        return [error.field for error in invalid.errors]
    return []


def test_a_posture_is_of_a_length() -> None:
    kept = checked(measured(clock.today(), weight_g=4000, posture="lying"), clock.today())
    assert kept.posture is None


def test_a_confirmation_is_of_the_numbers_it_was_given_for() -> None:
    old = measured(BIRTH, weight_g=29_000, confirmed=True)
    assert changed(old, MeasurementChanges(weight_g=28_000)).confirmed is False
    assert changed(old, MeasurementChanges(weight_g=29_000)).confirmed is True
    assert changed(old, MeasurementChanges(weight_g=28_000, confirmed=True)).confirmed is True
    assert changed(old, MeasurementChanges(confirmed=False)).confirmed is False


def test_nothing_names_a_child() -> None:
    assert "29000" not in repr(measured(BIRTH, weight_g=29_000))
    assert "29000" not in repr(MeasurementChanges(weight_g=29_000))


@given(
    age_days=st.integers(0, 2_600),
    gestation=st.none() | st.integers(140, 310),
    sex=st.sampled_from(("girl", "boy")),
    weight_g=st.integers(*BOUNDS["weight_g"][:2]),
    length_mm=st.integers(*BOUNDS["length_mm"][:2]),
    head_mm=st.integers(*BOUNDS["head_mm"][:2]),
    posture=st.sampled_from((None, "lying", "standing")),
)
def test_whatever_is_taken_has_figures_or_says_why(
    age_days: int, gestation: int | None, sex: Any, **values: Any
) -> None:
    details = child(sex=sex, gestation_days_at_birth=gestation)
    at = assess(details, measured(BIRTH + timedelta(days=age_days), **values), DEFAULT)
    assert len(at.figures) == (0 if at.without else 4)
    assert all(figure.z.is_finite() and Decimal("0.1") <= figure.percentile <= Decimal("99.9") for figure in at.figures)
    assert at.check == any(figure.implausible for figure in at.figures) or at.without == "before_term"
