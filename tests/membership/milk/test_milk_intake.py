"""How much a baby drinks, and how long a can lasts: vectors without a database."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest

from membership.babies import BabyDetails
from membership.milk.intake import Need, Spread, bands, formula_percent, need_of, together
from membership.milk.lasting import Said, Supply, at_her_pace, runs_out
from membership.milk.products import FormulaProduct

BIRTH = date(2026, 8, 1)
DAY = date(2026, 11, 1)
TODAY = DAY.toordinal()
CAN = FormulaProduct(
    id=uuid4(),
    sku="F",
    name="奶粉",
    stage=1,
    label_from_months=0,
    label_until_months=6,
    net_g=800,
    scoop_mg=4400,
    scoop_ml=30,
    listed=True,
    promotion_refused=True,
)
ONE = CAN.made_up(100)
NOTHING = Spread(0, 0, 0)


def baby(**details: object) -> BabyDetails:
    return BabyDetails(**{"nickname": "小满", "birth_date": BIRTH, "feeding": "formula"} | details)  # type: ignore[arg-type]


def steady(ml: int, since: date = DAY) -> Need:
    return Need.of([(since.toordinal(), ml * 100)])


def spread(ml: int) -> Spread[Need]:
    return Spread(steady(ml), steady(ml), steady(ml))


def test_a_can_of_800_g_at_4400_mg_for_30_ml_is_5454_ml_and_lasts_6_days_and_a_bit_at_800_ml() -> None:
    assert ONE == 545_454
    assert steady(800).ends(TODAY, ONE, TODAY + 730) == TODAY + 6
    assert round(ONE / 80_000, 1) == 6.8
    assert CAN.powder_g(ONE) == 799  # whole millilitres and grams, rounded down: never more than was there
    assert CAN.powder_g(75_000) == 110


@pytest.mark.parametrize(
    ("amount", "days"), [(0, 0), (79_999, 0), (80_000, 1), (559_999, 6), (560_000, 7), (10**12, 730)]
)
def test_the_first_day_that_does_not_suffice(amount: int, days: int) -> None:
    assert steady(800).ends(TODAY, amount, TODAY + 730) == TODAY + days


def test_days_of_a_changing_need() -> None:
    need = Need.of([(TODAY, 100), (TODAY + 10, 50)])
    assert [need.on(TODAY + day) for day in (-1, 0, 9, 10, 99)] == [0, 100, 100, 50, 50]
    assert need.between(TODAY - 5, TODAY + 12) == 1100
    assert need.between(TODAY + 12, TODAY) == 0
    for amount in (0, 99, 100, 999, 1000, 1049, 1050, 5000):
        day = need.ends(TODAY - 3, amount, TODAY + 730)
        assert need.between(TODAY - 3, day) <= amount < need.between(TODAY - 3, day + 1)


def test_the_table_is_whole_and_within_what_is_known() -> None:
    found = bands(DAY)
    assert [(band.months, band.days) for band in found] == [(0, 0), (0, 7), (0, 14), (0, 21), (1, 0), (6, 0), (12, 0)]
    assert all(band.ml.least < band.ml.expected < band.ml.most for band in found)
    first_month = [band.ml.expected for band in found[:4]]
    assert first_month == sorted(first_month)
    assert (min(band.ml.least for band in found[:4]), max(band.ml.most for band in found[:4])) == (400, 800)
    assert [(band.ml.least, band.ml.most) for band in found[4:]] == [(600, 900), (500, 800), (350, 600)]
    assert bands(date(2020, 1, 1)) == found


def test_need_follows_the_age_by_calendar_months() -> None:
    need = need_of(baby(birth_date=date(2026, 8, 31)), date(2026, 8, 31), DAY).expected
    for before, day, after in ((650, date(2026, 9, 30), 750), (750, date(2027, 2, 28), 650)):
        assert need.on(day.toordinal() - 1) == before * 100
        assert need.on(day.toordinal()) == after * 100
    assert need.on(date(2026, 8, 30).toordinal()) == 0


def test_need_from_a_later_day_begins_in_the_middle_of_a_step() -> None:
    need = need_of(baby(), date(2026, 12, 1), DAY).expected
    begins, february = date(2026, 12, 1).toordinal(), date(2027, 2, 1).toordinal()
    assert need.spans[0] == (begins, february, 75_000)
    assert need.spans[1][0] == february
    assert need.spans[1][2] == 65_000


@pytest.mark.parametrize(
    ("details", "percent"),
    [
        ({"feeding": "breast"}, Spread(0, 0, 0)),
        ({"feeding": "formula"}, Spread(100, 100, 100)),
        ({"feeding": "mixed", "formula_share_percent": 40}, Spread(40, 40, 40)),
        ({"feeding": "mixed"}, Spread(25, 50, 75)),
        ({"feeding": None}, Spread(50, 100, 100)),
    ],
)
def test_the_share_that_is_formula(details: dict[str, object], percent: Spread[int]) -> None:
    found = baby(**details)
    assert formula_percent(found) == percent
    need = need_of(found, BIRTH, DAY)
    assert need.expected.on(TODAY) == 750 * percent.expected
    assert need.least.on(TODAY) == 600 * percent.least


def test_twins_drink_from_one_can() -> None:
    twins = together([steady(700), steady(300)])
    assert twins.on(TODAY) == 100_000
    assert twins.ends(TODAY, ONE, TODAY + 730) == TODAY + 5
    later = together([steady(700), steady(300, DAY + timedelta(days=3))])
    assert later.between(TODAY, TODAY + 5) == 5 * 70_000 + 2 * 30_000


def ends(supplies: list[Supply], said: Said | None = None, ml: int = 800) -> list[int]:
    found = runs_out(spread(ml), said, supplies, DAY, certain=True, paced=False)
    assert found is not None
    return [day.toordinal() - TODAY for day in (found.earliest, found.expected, found.latest)]


def test_a_can_lasts_from_the_end_of_the_one_before() -> None:
    assert ends([Supply(TODAY, ONE)]) == [6, 6, 13]
    assert ends([Supply(TODAY, ONE), Supply(TODAY, ONE)]) == [13, 13, 20]
    assert ends([Supply(TODAY, 3 * ONE)]) == [20, 20, 27]
    assert ends([Supply(TODAY, ONE), Supply(TODAY + 5, ONE)]) == [13, 13, 20]
    # He ran dry in between: what was not there was not drunk.
    assert ends([Supply(TODAY, ONE), Supply(TODAY + 30, ONE)]) == [36, 36, 43]


def test_what_she_says_she_has_is_where_it_begins() -> None:
    exact = Said(TODAY, Spread(2 * ONE, 2 * ONE, 2 * ONE))
    assert ends([], exact) == [13, 13, 13]
    assert ends([Supply(TODAY + 1, ONE)], exact) == [20, 20, 20]
    assert ends([], Said(TODAY, Spread(ONE, ONE + ONE // 2, 2 * ONE))) == [6, 10, 13]
    assert ends([], Said(TODAY, NOTHING)) == [0, 0, 0]


def test_nothing_known_names_no_day_and_neither_does_nobody_who_drinks() -> None:
    assert runs_out(spread(800), None, [], DAY, certain=True, paced=False) is None
    assert runs_out(spread(0), None, [Supply(TODAY, ONE)], DAY, certain=True, paced=False) is None


def test_little_and_much_make_a_range_in_order() -> None:
    need = need_of(baby(), BIRTH, DAY)
    found = runs_out(need, None, [Supply(TODAY, 4 * ONE)], DAY, certain=True, paced=False)
    assert found is not None
    # 21,818 ml: 24.2 days at 900, 29.1 at 750, 36.4 at 600 and a week unopened.
    assert [(day - DAY).days for day in (found.earliest, found.expected, found.latest)] == [24, 29, 43]
    assert (found.confidence, found.left) == ("medium", 4 * ONE)


def test_no_day_beyond_two_years_however_much_there_is() -> None:
    assert ends([Supply(TODAY, 10**15)]) == [730, 730, 730]


def test_her_own_pace_is_worth_more_than_the_table() -> None:
    need = need_of(baby(), BIRTH, DAY)
    every_eight_days = [Supply(TODAY - days, ONE) for days in (32, 24, 16, 8, 0)]
    paced = at_her_pace(need, every_eight_days)
    assert paced is not None
    assert paced.expected.on(TODAY) == int(75_000 * Fraction(4 * ONE, 32 * 75_000))
    found = runs_out(paced, None, every_eight_days, DAY, certain=True, paced=True)
    assert found is not None
    assert ((found.expected - DAY).days, found.confidence) == (8, "high")
    table = runs_out(need, None, every_eight_days, DAY, certain=True, paced=False)
    assert table is not None
    assert (found.latest - found.earliest).days == 3
    assert (table.latest - table.earliest).days == 14


def test_a_pace_stays_within_what_is_usual() -> None:
    need = need_of(baby(), BIRTH, DAY)
    for pieces, ml in ((50, 900), (0, 600)):
        paced = at_her_pace(need, [Supply(TODAY - days, pieces * ONE) for days in (40, 20, 0)])
        assert paced is not None
        assert abs(paced.expected.on(TODAY) - ml * 100) <= 1


@pytest.mark.parametrize("days_ago", [(30, 0), (27, 10, 0), (40, 40, 0), ()])
def test_few_purchases_show_no_pace(days_ago: tuple[int, ...]) -> None:
    assert at_her_pace(need_of(baby(), BIRTH, DAY), [Supply(TODAY - days, ONE) for days in days_ago]) is None


def test_how_far_it_can_be_trusted() -> None:
    def trusted(supplies: list[Supply], said: Said | None = None, *, certain: bool = True, paced: bool = False) -> str:
        found = runs_out(spread(100), said, supplies, DAY, certain=certain, paced=paced)
        assert found is not None
        return found.confidence

    now, exact = [Supply(TODAY, ONE)], Said(TODAY, Spread(ONE, ONE, ONE))
    assert trusted(now) == "medium"
    assert trusted(now, paced=True) == "high"
    assert trusted([], exact) == "high"
    assert trusted([], Said(TODAY, Spread(0, ONE, ONE))) == "medium"
    assert trusted([], exact, certain=False) == "low"
    assert trusted([Supply(TODAY - 61, 9 * ONE)]) == "low"
    assert trusted([], Said(TODAY - 61, Spread(9 * ONE, 9 * ONE, 9 * ONE))) == "low"


def test_cans_one_by_one_are_as_cans_together_when_nothing_runs_dry() -> None:
    need = need_of(baby(), BIRTH, DAY)
    days = [TODAY + 3 * number for number in range(6)]
    today = date.fromordinal(days[-1])
    one_by_one = runs_out(need, None, [Supply(day, ONE) for day in days], today, certain=True, paced=False)
    at_once = runs_out(need, None, [Supply(TODAY, 6 * ONE)], today, certain=True, paced=False)
    assert one_by_one == at_once
