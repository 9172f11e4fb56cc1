"""What was measured long ago means the same after the nightly job has voided what it must: the points of a preterm
child stay where they were, and when nothing tells any more how early it came, nobody judges them anew."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from membership import babies, growth
from membership.babies import BabyDetails
from membership.babies.checks import checked
from membership.babies.voiding import without_pregnancy
from membership.growth.content import Measurement
from membership.growth.figures import SENTENCES, Assessed, assess, chart_age
from membership.growth.standards import chosen
from tests.makers.babies import make_child, make_mother
from tests.makers.growth import measure

DEFAULT = chosen(None)
BIRTH = date(2024, 8, 1)


def assessed(details: BabyDetails, day: date, **values: Any) -> Assessed:
    return assess(details, Measurement(measured_on=day, **values), DEFAULT)


def child(**details: Any) -> BabyDetails:
    return BabyDetails(**{"nickname": "早早", "sex": "girl", "birth_date": BIRTH, **details})


@given(
    birth=st.dates(date(2019, 1, 1), date(2026, 1, 1)),
    gestation=st.none() | st.integers(22 * 7, 44 * 7),
    sex=st.sampled_from((None, "girl", "boy")),
    day=st.integers(0, 84 * 31),
    nights=st.lists(st.integers(0, 84 * 31), min_size=1, max_size=4).map(sorted),
    values=st.fixed_dictionaries({"weight_g": st.integers(400, 30_000), "length_mm": st.integers(300, 1_200)}),
)
def test_a_point_answers_the_same_before_and_after_every_voiding(
    *, birth: date, gestation: int | None, sex: Any, day: int, nights: list[int], values: dict[str, int]
) -> None:
    due = birth + timedelta(days=280 - (gestation or 280))
    known = child(birth_date=birth, sex=sex, gestation_days_at_birth=gestation, due_date=due, due_date_from="said")
    measured_on = birth + timedelta(days=day)
    before = assessed(known, measured_on, **values)
    details = known
    for night in nights:
        today = birth + timedelta(days=night)
        details = without_pregnancy(details, today)
        after = assessed(details, measured_on, **values)
        is_late = clock.add_months(birth, 60) <= today
        if is_late and babies.ages.is_preterm(gestation or 280) and measured_on < babies.ages.surely_uncorrected(birth):
            assert (after.figures, after.corrected_age, after.check) == ([], None, False)
            assert after.without == "gestation_gone"
        else:
            assert after == before
        assert clock.add_months(birth, 12) > today or details.due_date is None
        assert not is_late or details.gestation_days_at_birth is None


def test_the_girl_of_32_weeks_keeps_her_points_the_night_she_is_24_months_corrected() -> None:
    known = child(gestation_days_at_birth=224)
    before = assessed(known, date(2024, 9, 26), length_mm=420)
    assert str(before.figures[0].z) == "-3.84"
    for night in (date(2026, 9, 25), date(2026, 9, 26), date(2029, 7, 31)):
        assert assessed(without_pregnancy(known, night), date(2024, 9, 26), length_mm=420) == before
    gone = without_pregnancy(known, date(2029, 8, 1))
    assert (gone.gestation_days_at_birth, gone.gestation_from, gone.came_early) == (None, None, True)
    after = assessed(gone, date(2024, 9, 26), length_mm=420)
    assert (after.figures, after.without, after.sentence) == ([], "gestation_gone", SENTENCES["gestation_gone"])
    assert chart_age(gone, date(2024, 9, 26)) is None
    assert assessed(gone, date(2027, 8, 1), length_mm=900) == assessed(known, date(2027, 8, 1), length_mm=900)


@pytest.mark.parametrize("gestation", [22 * 7, 224, 258])
def test_nothing_is_said_of_a_day_that_may_have_been_corrected_and_all_of_the_others(gestation: int) -> None:
    known = child(gestation_days_at_birth=gestation)
    gone = without_pregnancy(known, date(2029, 8, 1))
    last = babies.ages.surely_uncorrected(BIRTH)
    corrected_until = clock.add_months(babies.ages.corrected_birth(BIRTH, gestation), 24)
    assert corrected_until <= last
    assert assessed(gone, last - timedelta(days=1), weight_g=12_000).without == "gestation_gone"
    assert assessed(gone, last, weight_g=12_000) == assessed(known, last, weight_g=12_000)


def test_who_says_it_again_is_believed() -> None:
    """She tells how early the child came, and everything is reckoned by it; emptied, nobody knows again."""
    gone, day = child(came_early=True), date(2024, 9, 26)
    for weeks in (224, 280):
        again = checked(msgspec.structs.replace(gone, gestation_days_at_birth=weeks), gone)
        assert again.gestation_days_at_birth == weeks
        known = child(gestation_days_at_birth=weeks)
        for at in (day, date(2026, 9, 26), date(2027, 8, 1)):
            assert chart_age(again, at) == chart_age(known, at) is not None
        assert assessed(again, day, length_mm=420) == assessed(known, day, length_mm=420)
        night = without_pregnancy(again, date(2029, 8, 1))
        assert (night.gestation_days_at_birth, night.came_early) == (None, weeks == 224), "what she said last"
        emptied = checked(msgspec.structs.replace(again, gestation_days_at_birth=None), again)
        assert (emptied.came_early, emptied.gestation_days_at_birth, emptied.gestation_from) == (True, None, None)
        assert assessed(emptied, day, length_mm=420).without == "gestation_gone"
    kept = checked(msgspec.structs.replace(gone, nickname="小满"), gone)
    assert kept.came_early is True


@pytest.mark.usefixtures("world")
async def test_the_job_leaves_the_curve_of_a_preterm_child_as_it_was() -> None:
    mother = await make_mother()
    birth = clock.today() - timedelta(days=200)
    baby = await make_child(mother.id, birth, sex="girl", gestation_days_at_birth=224)
    made = await measure(mother.id, baby, 140, length_mm=430)
    before = await growth.curve(mother.id, baby, "length")
    for months, is_there in ((12, True), (27, True), (59, True), (60, False)):
        with time_machine.travel(clock.start_of_day(clock.add_months(birth, months)), tick=True):
            await void_all()
            after = await growth.curve(mother.id, baby, "length", before.months)
            record = await growth.record_of(mother.id, baby, made.id)
        if is_there:
            assert (after.points, record.assessed) == (before.points, made.assessed), months
            assert after.sentence == before.sentence
        else:
            assert (after.points, record.assessed.figures) == ([], [])
            assert record.measurement.length_mm == 430
            assert record.assessed.sentence == after.sentence == SENTENCES["gestation_gone"]


async def void_all() -> None:
    batch = await babies.void_pregnancies()
    while batch.next_after is not None:
        batch = await babies.void_pregnancies(batch.next_after)
