"""What she reads of the cans at home: days with their year, an end that is worth naming, and nothing that is over as if
it were to come."""

from datetime import date, timedelta

import pytest
import time_machine

from foundation import clock
from membership import milk
from membership.milk.lasting import FAR_DAYS
from membership.milk.reckoning import day_words
from tests.makers.babies import make_mother
from tests.makers.members import MadeMember
from tests.makers.milk import buy, make_drinker, make_formula
from tests.makers.purchases import make_shop

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def mother() -> MadeMember:
    return await make_mother()


async def reckoned(mother: MadeMember, months: int, cans: int, percent: int | None = 0, **terms: int) -> milk.Milk:
    """Of a child of so many months who drinks a product alone, when she just said what she has."""
    product = await make_formula(**terms)
    days_old = (clock.today() - clock.add_months(clock.today(), -months)).days
    baby = await make_drinker(mother.id, product.sku, days_old=days_old)
    await milk.say_stock(mother.id, baby, full_cans=cans, open_percent=percent)
    found = await milk.milk_of(mother.id, baby)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 31), "12月31日"),
        (date(2026, 1, 1), "1月1日"),
        (date(2027, 1, 1), "2027年1月1日"),
        (date(2025, 12, 31), "2025年12月31日"),
    ],
)
def test_a_day_of_another_year_says_so(day: date, words: str) -> None:
    assert day_words(day, date(2026, 11, 22)) == words


async def test_days_that_reach_into_another_year_carry_it(mother: MadeMember) -> None:
    found, today = await reckoned(mother, 3, 30), clock.today()
    ends = found.runs_out
    assert ends is not None and ends.confidence == "high"
    assert (ends.latest - today).days > 200
    assert f"预计{day_words(ends.earliest, today)}到{day_words(ends.latest, today)}之间喝完" in found.sentence
    assert ends.latest.year == today.year or f"{ends.latest.year}年" in found.sentence


async def test_what_lasts_beyond_a_year_names_no_day(mother: MadeMember) -> None:
    found = await reckoned(mother, 30, 60)
    assert found.runs_out is not None
    assert (found.runs_out.expected - clock.today()).days > FAR_DAYS
    assert (found.runs_out.confidence, "一年以上" in found.sentence) == ("low", True)
    assert not any(each in found.sentence for each in ("年1月", "月", "日", "买", "购"))


async def test_the_stage_by_age_for_a_child_far_beyond_the_label(mother: MadeMember) -> None:
    found = await reckoned(mother, 40, 1, stage=1, label_until_months=6)
    assert found.label is not None
    assert (found.label.position, found.label.next_stage) == ("after", 4)
    assert found.label.ends_on is not None and day_words(found.label.ends_on, clock.today()) not in found.sentence
    assert "为止" not in found.sentence and "已经超过" in found.sentence and "咨询医生" in found.sentence


@pytest.mark.parametrize(
    ("months", "stage", "until", "next_stage"),
    [
        (4, 1, 6, None),
        (6, 1, 6, 2),
        (7, 1, 12, None),
        (12, 1, 12, 3),
        (13, 1, 6, 3),
        (34, 2, 12, 3),
        (36, 2, 12, 4),
        (10, 2, 10, 3),
        (71, 4, 60, None),
        (36, 3, 36, 4),
    ],
)
async def test_the_next_stage_is_by_age_and_never_the_same_again(
    mother: MadeMember, months: int, stage: int, until: int, next_stage: int | None
) -> None:
    found = await reckoned(mother, months, 1, stage=stage, label_until_months=until)
    assert found.label is not None
    assert found.label.next_stage == next_stage
    assert (found.label.position == "after") == ("已经超过" in found.sentence)


async def test_nothing_left_is_an_answer_and_not_asked_for_again(mother: MadeMember) -> None:
    found = await reckoned(mother, 3, 0)
    assert found.runs_out is not None and found.runs_out.expected == clock.today()
    assert "已经喝完" in found.sentence and "会更准" not in found.sentence
    little = await reckoned(mother, 3, 0, 5)
    assert "差不多要喝完了" in little.sentence and "会更准" not in little.sentence
    unseen = await reckoned(mother, 3, 0, None)
    assert "已经喝完" not in unseen.sentence


async def test_what_came_after_nothing_was_left_counts_again(mother: MadeMember) -> None:
    product = await make_formula()
    baby = await make_drinker(mother.id, product.sku)
    with time_machine.travel(clock.now() - timedelta(days=2), tick=True):
        await milk.say_stock(mother.id, baby, full_cans=0, open_percent=0)
    before = await milk.milk_of(mother.id, baby)
    assert before is not None and "已经喝完" in before.sentence
    await buy(await make_shop(), mother.id, product.sku, days_ago=1)
    found = await milk.milk_of(mother.id, baby)
    assert found is not None and "已经喝完" not in found.sentence
    assert found.runs_out is not None and found.runs_out.expected > clock.today() + timedelta(days=4)
