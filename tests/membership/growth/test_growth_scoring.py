"""Z-scores and percentiles, against WHO's own results, another implementation, and the formulae turned round."""

import csv
import math
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist

import pygrowup
import pytest

from membership.growth import scoring
from membership.growth.scoring import as_charted, is_implausible, percentile, rounded, value_at, z_score
from membership.growth.standards import INDICATORS, Indicator, Lms, Sex, chosen, registered

DEFAULT = chosen(None)
SURVEY = Path(pygrowup.__file__).with_name("test_datasets") / "MySurvey_z_st.csv"
"""WHO's example survey with the z-scores and flags that WHO's own program gives."""


def score(indicator: Indicator, sex: Sex, day: int, value: float) -> float:
    lms = DEFAULT.spread(indicator, sex, day)
    assert lms is not None
    return z_score(indicator, lms, value)


# From WHO's printed tables: z-score fields by age, to the digit in which they are printed.
@pytest.mark.parametrize(
    ("indicator", "sex", "day", "z", "printed"),
    [
        ("weight", "boy", 0, -3, 2.1),
        ("weight", "boy", 0, -2, 2.5),
        ("weight", "boy", 0, 0, 3.3),
        ("weight", "boy", 0, 2, 4.4),
        ("weight", "boy", 0, 3, 5.0),
        ("weight", "girl", 0, -3, 2.0),
        ("weight", "girl", 0, 0, 3.2),
        ("weight", "girl", 0, 3, 4.8),
        ("weight", "girl", 365, 0, 8.9),
        ("weight", "boy", 365, 0, 9.6),
        ("length", "boy", 0, 0, 49.9),
        ("length", "girl", 0, 0, 49.1),
        ("length", "boy", 365, 0, 75.7),
        ("length", "girl", 365, 0, 74.0),
        ("length", "boy", 731, 0, 87.1),
        ("length", "girl", 731, 0, 85.7),
        ("head", "boy", 0, 0, 34.5),
        ("head", "girl", 0, 0, 33.9),
        ("head", "boy", 365, 0, 46.1),
        ("bmi", "boy", 0, 0, 13.4),
        ("bmi", "girl", 0, 0, 13.3),
    ],
)
def test_the_printed_tables(indicator: Indicator, sex: Sex, day: int, z: float, printed: float) -> None:
    lms = DEFAULT.spread(indicator, sex, day)
    assert lms is not None
    assert value_at(lms, z) == pytest.approx(printed, abs=0.0501)
    assert z_score(indicator, lms, value_at(lms, z)) == pytest.approx(z, abs=1e-9)


def survey() -> Iterator[tuple[str, Indicator, float, float, bool]]:
    """(who, indicator, ours, WHO's, WHO's flag) of every figure in the survey."""
    with SURVEY.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            day, sex = int(row["age.days"]), ("boy", "girl")[int(row["GENDER"]) - 1]
            lying = row["measure"].lower() == "l" if row["measure"] else day < DEFAULT.standing_from_day
            if day > DEFAULT.last_day:
                continue
            length = row["HEIGHT"] and as_charted(
                float(row["HEIGHT"]), "lying" if lying else "standing", standing=day >= DEFAULT.standing_from_day
            )
            weight = row["WEIGHT"] if row["oedema"] != "y" else ""
            values: dict[Indicator, tuple[float | str, str, str]] = {
                "length": (length, row["zlen"], row["flen"]),
                "weight": (weight, row["zwei"], row["fwei"]),
                "bmi": (length and weight and float(weight) / length**2 * 1e4, row["zbmi"], row["fbmi"]),
            }
            for indicator, (value, z, flag) in values.items():
                if value and z:
                    yield row["id"], indicator, score(indicator, sex, day, float(value)), float(z), flag == "1"


def test_the_survey_that_who_gives_with_its_program() -> None:
    """Length, weight and BMI of some five hundred children; it flags none of them, and so do we."""
    figures = list(survey())
    assert len(figures) > 1_300
    assert {figure[1] for figure in figures} == {"length", "weight", "bmi"}
    off = [figure for figure in figures if abs(figure[2] - figure[3]) > 0.0051]
    assert off == []
    assert [figure for figure in figures if is_implausible(figure[1], figure[2]) != figure[4]] == []
    assert any(abs(figure[3]) > 3 for figure in figures if figure[1] == "weight")


MEASURES = {"weight": "wfa", "length": "lhfa", "head": "hcfa", "bmi": "bmifa"}


def random_child(number: int) -> tuple[Sex, int, dict[Indicator, float]]:
    """Of any age that the standard knows, from very small to very large, with the digits that people measure."""
    dice = random.Random(number)
    sex: Sex = dice.choice(("girl", "boy"))
    day = dice.choice((0, 1, 729, 730, 731, 732, 1855, 1856)) if number % 20 == 0 else dice.randint(0, 1856)
    values: dict[Indicator, float] = {}
    for indicator in INDICATORS:
        lms = DEFAULT.spread(indicator, sex, day)
        assert lms is not None
        values[indicator] = round(lms.m * math.exp(lms.s * dice.gauss(0, 2.2)), 3 if indicator == "weight" else 1)
    return sex, day, values


def test_a_thousand_random_children_against_another_implementation() -> None:
    """pygrowup2 has tables and arithmetic of its own (Decimal); it shows two digits."""
    compared, restricted = 0, 0
    birth = date(2020, 2, 29)
    for number in range(1_000):
        sex, day, values = random_child(number)
        other = pygrowup.Observation(
            {"girl": "female", "boy": "male"}[sex], dob=birth, date_of_observation=birth + timedelta(days=day)
        )
        for indicator, value in values.items():
            options = {"auto_adjust": False} if indicator == "length" else {}
            try:
                theirs = getattr(other, MEASURES[indicator])(Decimal(str(value)), **options)
            except pygrowup.exceptions.MeasurementOutOfRangeError:
                continue  # a weight under 1 kg, a BMI above 60
            ours = score(indicator, sex, day, value)
            # Between 3 and 3.005 it rounds first and then sees nothing to restrict.
            assert ours == pytest.approx(float(theirs), abs=0.0051), (sex, day, indicator, value)
            compared += 1
            restricted += abs(ours) > 3 and indicator in scoring.RESTRICTED
    assert compared > 3_900
    assert restricted > 200


def test_without_the_restriction_they_differ() -> None:
    """The control: the same comparison sees what it is for."""
    lms = DEFAULT.spread("weight", "girl", 400)
    assert lms is not None
    other = pygrowup.Observation("female", age_in_days=400)
    assert abs(z_score("length", lms, 16.0) - float(other.wfa(Decimal(16)))) > 0.1


def test_beyond_three_only_weight_and_bmi_go_in_steps() -> None:
    lms = Lms(-0.3, 10.0, 0.12)
    step = value_at(lms, 3) - value_at(lms, 2)
    down = value_at(lms, -2) - value_at(lms, -3)
    for indicator in ("weight", "bmi"):
        assert z_score(indicator, lms, value_at(lms, 3) + 2 * step) == pytest.approx(5)
        assert z_score(indicator, lms, value_at(lms, -3) - 2 * down) == pytest.approx(-5)
    for indicator in ("length", "head"):
        assert z_score(indicator, lms, value_at(lms, 4)) == pytest.approx(4)
        assert z_score(indicator, lms, value_at(lms, -4)) == pytest.approx(-4)
    assert z_score("weight", lms, value_at(lms, 4)) != pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_a_larger_child_has_a_larger_score(indicator: Indicator) -> None:
    for lms in (Lms(-1.3, 15.0, 0.09), Lms(0.0, 15.0, 0.09), Lms(1.0, 15.0, 0.09)):
        scores = [z_score(indicator, lms, value / 10) for value in range(80, 400)]
        assert scores == sorted(scores)
        assert len(set(scores)) == len(scores)


def test_where_the_power_is_nothing_it_is_the_logarithm() -> None:
    lms = Lms(0.0, 12.0, 0.1)
    assert z_score("head", lms, 12 * math.exp(0.15)) == pytest.approx(1.5)
    assert value_at(lms, 1.5) == pytest.approx(12 * math.exp(0.15))
    near = Lms(1e-9, 12.0, 0.1)
    assert z_score("head", near, 14) == pytest.approx(z_score("head", lms, 14), abs=1e-5)


@pytest.mark.parametrize(
    ("z", "expected"),
    [(0, "50.0"), (1, "84.1"), (-1, "15.9"), (1.8807936, "97.0"), (-2, "2.3"), (-3, "0.1"), (-9, "0.1"), (9, "99.9")],
)
def test_percentiles(z: float, expected: str) -> None:
    assert str(percentile(z)) == expected


def test_the_curves_are_where_their_names_say() -> None:
    for share, z in scoring.PERCENTILES.items():
        assert z == pytest.approx(NormalDist().inv_cdf(share / 100), abs=1e-12)


def test_two_digits_and_no_minus_zero() -> None:
    assert [str(rounded(z)) for z in (-0.001, 0.004, 1.005, -2.346)] == ["0.00", "0.00", "1.00", "-2.35"]


@pytest.mark.parametrize(
    ("indicator", "z", "asked"),
    [
        ("length", 6.0, False),
        ("length", 6.01, True),
        ("length", -6.01, True),
        ("weight", -6.0, False),
        ("weight", -6.01, True),
        ("weight", 5.0, False),
        ("weight", 5.01, True),
        ("bmi", 5.01, True),
        ("bmi", -5.01, True),
        ("head", 5.0, False),
        ("head", -5.01, True),
    ],
)
def test_what_is_implausible(indicator: Indicator, z: float, asked: bool) -> None:
    assert is_implausible(indicator, z) is asked


def test_lying_and_standing() -> None:
    assert as_charted(90.0, "lying", standing=True) == pytest.approx(89.3)
    assert as_charted(90.0, "standing", standing=False) == pytest.approx(90.7)
    for posture, standing in (("lying", False), ("standing", True), (None, True), (None, False)):
        assert as_charted(90.0, posture, standing=standing) == 90.0


def test_the_table_has_every_day_and_no_other() -> None:
    for indicator in INDICATORS:
        for sex in ("girl", "boy"):
            rows = [DEFAULT.spread(indicator, sex, day) for day in range(1857)]
            assert all(row is not None and row.m > 0 and row.s > 0 for row in rows)
            assert DEFAULT.spread(indicator, sex, -1) is None
            assert DEFAULT.spread(indicator, sex, 1857) is None
    lying, standing = DEFAULT.spread("length", "boy", 730), DEFAULT.spread("length", "boy", 731)
    assert lying is not None and standing is not None
    assert lying.m - standing.m == pytest.approx(0.7, abs=0.05), "from this day on they stand"


def test_a_standard_says_what_it_is() -> None:
    assert registered()[DEFAULT.code] is DEFAULT
    assert "WHO 2006" in DEFAULT.name
    assert "WS/T 423-2022" in DEFAULT.note


def test_the_figures_take_little_room_and_none_before_they_are_asked_for() -> None:
    rows = DEFAULT.table().rows.values()
    assert sum(row.days.nbytes + row.numbers.nbytes for row in rows) == 8 * 1857 * 4 * 8
    unread = (
        "import membership.growth\n"
        "from membership.growth.standards import chosen, reading\n"
        "print(chosen(None).last_day, reading.read.cache_info().currsize)"
    )
    assert (
        subprocess.run([sys.executable, "-c", unread], capture_output=True, text=True, check=True).stdout == "1856 0\n"
    )
