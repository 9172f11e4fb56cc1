"""Stages by vectors: weeks and days, ends of months, 29 February, preterm children, twins, what comes next."""

from datetime import date, timedelta

import pytest

from membership.babies import BabyDetails, NextStage, stage_words
from membership.babies.ages import Age, Gestation
from membership.babies.stages import BORN, PREGNANT, Stage, began_on, for_relative, stage_on, view_on

DUE = date(2026, 10, 8)
PREGNANCY = BabyDetails(nickname="豆豆", due_date=DUE)
BIRTH = date(2026, 1, 31)
CHILD = BabyDetails(nickname="小满", birth_date=BIRTH)
TWENTY_NINTH = BabyDetails(nickname="闰闰", birth_date=date(2024, 2, 29))
EARLY = BabyDetails(nickname="早早", birth_date=date(2026, 1, 10), gestation_days_at_birth=32 * 7 + 3)


def at(days: int) -> date:
    """That day of the pregnancy."""
    return DUE - timedelta(days=280 - days)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-1, "trying"),
        (0, "early"),
        (84, "early"),
        (97, "early"),  # 13 + 6
        (98, "middle"),  # 14 + 0
        (195, "middle"),  # 27 + 6
        (196, "late"),  # 28 + 0
        (280, "late"),
        (294, "late"),
        (600, "late"),
    ],
)
def test_stages_of_a_pregnancy(days: int, stage: Stage) -> None:
    assert stage_on(PREGNANCY, at(days)) == stage


def test_trying_is_what_has_no_day_yet() -> None:
    assert view_on(BabyDetails(nickname="豆豆"), DUE).stage == "trying"
    assert began_on(BabyDetails(nickname="豆豆"), "trying") is None


@pytest.mark.parametrize(
    ("day", "stage", "age"),
    [
        (date(2026, 1, 31), "m0_6", (0, 0)),
        (date(2026, 2, 27), "m0_6", (0, 27)),
        (date(2026, 2, 28), "m0_6", (1, 0)),
        (date(2026, 7, 30), "m0_6", (5, 30)),
        (date(2026, 7, 31), "m6_12", (6, 0)),
        (date(2027, 1, 30), "m6_12", (11, 30)),
        (date(2027, 1, 31), "m12_36", (12, 0)),
        (date(2029, 1, 30), "m12_36", (35, 30)),
        (date(2029, 1, 31), "m36_72", (36, 0)),
        (date(2032, 1, 30), "m36_72", (71, 30)),
        (date(2032, 1, 31), "over", (72, 0)),
        (date(2026, 1, 30), "m0_6", (0, 0)),  # a clock on the other side of midnight
    ],
)
def test_stages_of_a_child(day: date, stage: Stage, age: tuple[int, int]) -> None:
    view = view_on(CHILD, day)
    assert (view.stage, view.age, view.gestation) == (stage, Age(*age), None)


@pytest.mark.parametrize(
    ("birth", "day", "stage"),
    [
        (date(2025, 8, 31), date(2026, 2, 27), "m0_6"),  # six months end with February
        (date(2025, 8, 31), date(2026, 2, 28), "m6_12"),
        (date(2023, 8, 31), date(2024, 2, 28), "m0_6"),  # and in a leap year a day later
        (date(2023, 8, 31), date(2024, 2, 29), "m6_12"),
        (date(2024, 2, 29), date(2024, 8, 28), "m0_6"),
        (date(2024, 2, 29), date(2024, 8, 29), "m6_12"),
        (date(2024, 2, 29), date(2025, 2, 27), "m6_12"),  # the birthday of 29 February in other years is the 28th
        (date(2024, 2, 29), date(2025, 2, 28), "m12_36"),
        (date(2024, 2, 29), date(2030, 2, 27), "m36_72"),
        (date(2024, 2, 29), date(2030, 2, 28), "over"),
    ],
)
def test_ends_of_months_and_29_february(birth: date, day: date, stage: Stage) -> None:
    assert stage_on(BabyDetails(nickname="小满", birth_date=birth), day) == stage


@pytest.mark.parametrize("details", [PREGNANCY, CHILD, TWENTY_NINTH, EARLY], ids=["豆豆", "小满", "闰闰", "早早"])
def test_every_day_of_a_life_has_one_stage_that_the_day_before_announced(details: BabyDetails) -> None:
    """Day by day: a stage begins on the day that was named all along, and none is left out."""
    first = at(0) if details is PREGNANCY else details.birth_date
    assert first is not None
    entered = [stage_on(details, first)]
    for number in range(1, 2300 if details.birth_date else 400):
        day = first + timedelta(days=number)
        view, before = view_on(details, day), view_on(details, day - timedelta(days=1))
        if view.stage != before.stage:
            assert before.next == NextStage(view.stage, day) and began_on(details, view.stage) == day
            entered.append(view.stage)
    assert entered == list(BORN if details.birth_date else PREGNANT)


def test_what_comes_after_a_pregnancy_is_a_child_on_the_due_date_until_that_has_passed() -> None:
    assert view_on(PREGNANCY, at(196)).next == NextStage("m0_6", DUE)
    assert view_on(PREGNANCY, DUE).next == NextStage("m0_6", DUE)
    assert view_on(PREGNANCY, at(281)).next == NextStage("m0_6", None)
    assert view_on(CHILD, date(2032, 1, 31)).next is None


def test_from_42_weeks_on_one_asks_whether_the_baby_has_arrived() -> None:
    assert not view_on(PREGNANCY, at(293)).asks_arrival
    view = view_on(PREGNANCY, at(294))
    assert view.asks_arrival and view.gestation == Gestation(42, 0)
    assert view_on(PREGNANCY, at(308)).gestation == Gestation(44, 0)
    assert view.next is None, "the question stands alone"
    assert not view_on(CHILD, BIRTH + timedelta(days=400)).asks_arrival


@pytest.mark.parametrize("days", [309, 340, 461, 644])
def test_after_44_weeks_neither_a_week_nor_what_comes_next_is_said_only_asked(days: int) -> None:
    view = view_on(PREGNANCY, at(days))
    assert (view.gestation, view.next, view.asks_arrival) == (None, None, True)
    hers, his = stage_words.arrival(view), stage_words.arrival(for_relative(view))
    assert hers is not None and "出生日期" in hers and "停止" in hers and his is None
    for reader in (view, for_relative(view)):
        said = (stage_words.words(reader), stage_words.title(reader), stage_words.next_words(reader, at(days)), hers)
        assert not [
            each for each in said if each and any(word in each for word in ("孕晚期", "周", "到来", "来到", "！", "啦"))
        ]


def test_the_corrected_age_of_a_preterm_child_is_told_until_24_months_of_it() -> None:
    born = date(2026, 1, 10)
    term = born + timedelta(days=280 - (32 * 7 + 3))
    assert view_on(EARLY, born).corrected_gestation == Gestation(32, 3)
    last = view_on(EARLY, term - timedelta(days=1))
    assert (last.corrected_gestation, last.corrected_age) == (Gestation(39, 6), None)
    view = view_on(EARLY, term)
    assert (view.corrected_gestation, view.corrected_age) == (None, Age(0, 0))
    assert view_on(EARLY, date(2026, 7, 10)).corrected_age == Age(4, 6), "term was 4 March"
    assert view_on(EARLY, date(2028, 3, 3)).corrected_age == Age(23, 28)
    assert view_on(EARLY, date(2028, 3, 4)).corrected_age is None
    assert stage_on(EARLY, date(2026, 7, 10)) == "m6_12", "stages go by the birthday"


@pytest.mark.parametrize(("days", "is_corrected"), [(258, True), (259, False), (None, False)])
def test_only_who_was_born_before_37_weeks_is_corrected(days: int | None, is_corrected: bool) -> None:
    details = BabyDetails(nickname="小满", birth_date=BIRTH, gestation_days_at_birth=days)
    assert (view_on(details, BIRTH + timedelta(days=60)).corrected_age is not None) == is_corrected


def test_twins_are_two_of_one_age_and_a_mother_of_two_is_in_two_stages() -> None:
    twin = BabyDetails(nickname="晚晚", birth_date=BIRTH)
    day = date(2026, 8, 20)
    assert view_on(CHILD, day) == view_on(twin, day)
    assert {view_on(CHILD, day).stage, view_on(PREGNANCY, day).stage} == {"m6_12", "late"}


def test_a_relative_sees_no_week_no_due_date_and_no_correction() -> None:
    view = for_relative(view_on(PREGNANCY, at(300)))
    assert (view.stage, view.gestation, view.next, view.asks_arrival) == ("late", None, None, False)
    child = for_relative(view_on(EARLY, date(2026, 2, 10)))
    assert (child.age, child.corrected_gestation, child.corrected_age) == (Age(1, 0), None, None)
    assert child.next == NextStage("m6_12", date(2026, 7, 10))


@pytest.mark.parametrize(
    ("details", "day", "said"),
    [
        (PREGNANCY, at(84), "孕12周"),
        (PREGNANCY, at(85), "孕12周+1天"),
        (PREGNANCY, at(-5), "备孕期"),
        (CHILD, BIRTH, "今天出生"),
        (CHILD, BIRTH + timedelta(days=9), "出生9天"),
        (CHILD, date(2026, 2, 28), "1个月"),
        (CHILD, date(2026, 3, 30), "1个月30天"),  # the second month ends with March
        (CHILD, date(2026, 3, 31), "2个月"),
        (CHILD, date(2026, 5, 5), "3个月5天"),
        (CHILD, date(2027, 1, 31), "1岁"),
        (CHILD, date(2028, 3, 2), "2岁1个月2天"),
    ],
)
def test_words_of_an_age(details: BabyDetails, day: date, said: str) -> None:
    assert stage_words.words(view_on(details, day)) == said


@pytest.mark.parametrize(
    ("details", "day", "said"),
    [
        (PREGNANCY, at(85), "还有13天进入孕中期"),
        (PREGNANCY, at(196), "距预产期还有84天"),
        (PREGNANCY, DUE, "今天是预产期"),
        (PREGNANCY, at(281), "宝宝随时可能到来"),
        (PREGNANCY, at(293), "宝宝随时可能到来"),
        (PREGNANCY, at(294), None),
        (CHILD, date(2032, 1, 30), "还有1天满6岁"),
        (CHILD, date(2026, 7, 30), "还有1天进入6–12个月"),
        (CHILD, date(2033, 1, 1), None),
    ],
)
def test_words_of_what_comes_next(details: BabyDetails, day: date, said: str | None) -> None:
    assert stage_words.next_words(view_on(details, day), day) == said


def test_words_of_the_corrected_age_say_what_it_is_for() -> None:
    assert stage_words.corrected_words(view_on(CHILD, date(2026, 5, 5))) is None
    before = stage_words.corrected_words(view_on(EARLY, date(2026, 1, 10)))
    assert before is not None and before.startswith("矫正胎龄32周+3天") and "接种" in before
    after = stage_words.corrected_words(view_on(EARLY, date(2026, 7, 10)))
    assert after is not None and after.startswith("矫正年龄4个月6天") and "接种" in after
    days = stage_words.corrected_words(view_on(EARLY, date(2026, 3, 9)))
    assert days is not None and days.startswith("矫正年龄5天")


def test_nothing_of_it_ends_in_a_log() -> None:
    assert repr(view_on(PREGNANCY, at(85))) == "StageView(…)"
