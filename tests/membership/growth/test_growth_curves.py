"""Curves as data: the percentiles by day, and where the child was measured."""

from datetime import timedelta
from itertools import pairwise

import pytest

from foundation import clock
from membership import growth
from membership.growth import scoring
from membership.growth.curves import STEP_DAYS, last_day, lines
from membership.growth.standards import INDICATORS, chosen
from tests.makers.babies import make_child, make_mother
from tests.makers.growth import measure

DEFAULT = chosen(None)


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("months", STEP_DAYS)
def test_five_curves_one_above_the_other(indicator: growth.Indicator, months: growth.Months) -> None:
    drawn = lines(DEFAULT, indicator, "boy", months)
    assert [line.percentile for line in drawn] == [3, 15, 50, 85, 97]
    by_day = [dict(point for piece in line.pieces for point in piece) for line in drawn]
    assert all(days.keys() == by_day[0].keys() for days in by_day)
    for below, above in pairwise(by_day):
        assert all(below[day] < above[day] for day in below)
    days = list(by_day[0])
    assert (days[0], days[-1]) == (0, last_day(months, DEFAULT))
    assert days == sorted(set(days))
    assert len(days) < 170


def test_a_curve_is_where_the_percentile_is() -> None:
    for line in lines(DEFAULT, "weight", "girl", 24):
        for day, value in line.pieces[0]:
            lms = DEFAULT.spread("weight", "girl", day)
            assert lms is not None
            assert float(scoring.percentile(scoring.z_score("weight", lms, value))) == pytest.approx(
                line.percentile, abs=0.11
            )


def test_the_curve_of_a_length_breaks_where_they_stand_up() -> None:
    for indicator, pieces in (("length", 2), ("bmi", 2), ("weight", 1), ("head", 1)):
        assert {len(line.pieces) for line in lines(DEFAULT, indicator, "boy", 60)} == {pieces}
    lying, standing = lines(DEFAULT, "length", "boy", 60)[2].pieces
    assert (lying[-1][0], standing[0][0]) == (730, 731)
    assert lying[-1][1] - standing[0][1] == pytest.approx(0.7, abs=0.05)
    assert all(len(line.pieces) == 1 for line in lines(DEFAULT, "length", "boy", 24))


@pytest.mark.usefixtures("world")
async def test_the_points_of_a_child_and_how_much_is_shown() -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=400)
    baby = await make_child(mother.id, birth, sex="boy", nickname="年糕")
    await measure(mother.id, baby, 395, weight_g=3400, length_mm=501)
    await measure(mother.id, baby, 0, weight_g=10_200)
    await measure(mother.id, baby, 1, weight_g=102_00, length_mm=780, posture="standing")
    slip = await measure(mother.id, baby, 30, weight_g=30_000)
    curve = await growth.curve(mother.id, baby, "weight")
    assert (curve.months, curve.unit, curve.sex, curve.nickname) == (24, "kg", "boy", "年糕")
    assert [point.day for point in curve.points] == [5, 370, 399, 400]
    assert [point.record_id for point in curve.points if point.check] == [slip.id]
    length = await growth.curve(mother.id, baby, "length")
    assert [(point.day, point.figure.value) for point in length.points] == [(5, 50.1), (399, 78.7)]
    assert [point.day for point in (await growth.curve(mother.id, baby, "bmi", 6)).points] == [5]
    assert (await growth.curve(mother.id, baby, "head")).points == []


@pytest.mark.usefixtures("world")
async def test_a_preterm_child_lies_where_its_corrected_age_is() -> None:
    mother = await make_mother()
    baby = await make_child(
        mother.id, clock.today() - timedelta(days=100), sex="girl", gestation_days_at_birth=210, nickname="小满"
    )
    await measure(mother.id, baby, 0, weight_g=3500)
    await measure(mother.id, baby, 80, weight_g=1500)  # not yet at term: on no chart
    (point,) = (await growth.curve(mother.id, baby, "weight")).points
    assert (point.day, point.corrected) == (30, True)


@pytest.mark.usefixtures("world")
async def test_the_curves_are_by_sex() -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    made = await measure(mother.id, baby)
    assert (made.assessed.without, made.assessed.figures) == ("sex_unknown", [])
    with pytest.raises(growth.SexNeeded):
        await growth.curve(mother.id, baby, "weight")
