"""Corrections of a birth: what was reckoned follows, what she said stays; the clock stands still."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from foundation.errors import Invalid
from membership import babies
from membership.babies import BabyChanges, BabyDetails, Newborn
from membership.babies.entering import mark
from membership.babies.voiding import without_pregnancy
from membership.babies.writing import _changed, checked
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.stages import entered

TODAY = date(2026, 6, 1)
NOON = "2026-06-01T12:00:00+08:00"
BIRTH, DUE = date(2026, 5, 10), date(2026, 5, 24)  # 266 days: 38 weeks
RECKONED = BabyDetails(
    nickname="小满",
    birth_date=BIRTH,
    due_date=DUE,
    due_date_from="last_period",
    last_period=date(2025, 8, 17),
    gestation_days_at_birth=266,
    gestation_from="due_date",
)
SAID = BabyDetails(
    nickname="小满",
    birth_date=BIRTH,
    due_date=DUE,
    due_date_from="said",
    gestation_days_at_birth=252,
    gestation_from="said",
)


def corrected(before: BabyDetails, **changes: Any) -> BabyDetails:
    with time_machine.travel(NOON, tick=False):
        return checked(_changed(before, BabyChanges(**changes)), before)


def complained(before: BabyDetails, **changes: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        corrected(before, **changes)
    return [error.field for error in refused.value.errors]


def gestation(details: BabyDetails) -> tuple[int | None, str | None]:
    return details.gestation_days_at_birth, details.gestation_from


def test_what_was_reckoned_follows_every_day_that_is_corrected() -> None:
    assert gestation(corrected(RECKONED, birth_date=BIRTH + timedelta(days=5))) == (271, "due_date")
    assert gestation(corrected(RECKONED, due_date=DUE + timedelta(days=7))) == (259, "due_date")
    assert gestation(corrected(RECKONED, due_date=DUE - timedelta(days=3), due_date_from="ultrasound")) == (
        269,
        "due_date",
    )
    later = corrected(RECKONED, last_period=date(2025, 8, 20))
    assert (later.due_date, gestation(later)) == (date(2026, 5, 27), (263, "due_date"))
    longer = corrected(RECKONED, cycle_days=30)
    assert (longer.due_date, gestation(longer)) == (date(2026, 5, 26), (264, "due_date"))
    both = corrected(RECKONED, birth_date=BIRTH + timedelta(days=5), due_date=DUE + timedelta(days=5))
    assert gestation(both) == (266, "due_date")


def test_what_she_said_stays() -> None:
    assert gestation(corrected(SAID, birth_date=BIRTH - timedelta(days=5))) == (252, "said")
    assert gestation(corrected(SAID, due_date=DUE + timedelta(days=5))) == (252, "said")
    assert gestation(corrected(RECKONED, birth_date=BIRTH + timedelta(days=5), gestation_days_at_birth=260)) == (
        260,
        "said",
    )
    assert gestation(corrected(RECKONED, gestation_days_at_birth=None)) == (None, None)
    unknown = corrected(RECKONED, gestation_days_at_birth=None)
    assert gestation(corrected(unknown, birth_date=BIRTH - timedelta(days=1))) == (None, None)
    untouched = corrected(RECKONED, nickname="新名", gestation_days_at_birth=266)
    assert gestation(untouched) == (266, "due_date"), "a form that sends everything back says nothing of it"
    assert gestation(corrected(untouched, birth_date=BIRTH + timedelta(days=1), gestation_days_at_birth=266)) == (
        267,
        "due_date",
    )


def test_rows_from_before_it_was_noted() -> None:
    old = BabyDetails(nickname="小满", birth_date=BIRTH, due_date=DUE, gestation_days_at_birth=266)
    assert gestation(corrected(old, birth_date=BIRTH + timedelta(days=5))) == (271, "due_date")
    typed = BabyDetails(nickname="小满", birth_date=BIRTH, due_date=DUE, gestation_days_at_birth=250)
    assert gestation(corrected(typed, birth_date=BIRTH + timedelta(days=5))) == (250, None)
    alone = BabyDetails(nickname="小满", birth_date=BIRTH, gestation_days_at_birth=250)
    assert gestation(corrected(alone, birth_date=BIRTH + timedelta(days=5))) == (250, None)


def test_a_preterm_child_whose_due_date_is_void_moves_by_as_many_days() -> None:
    birth = date(2025, 5, 1)
    early = BabyDetails(
        nickname="早早",
        birth_date=birth,
        due_date=birth + timedelta(days=56),
        gestation_days_at_birth=224,
        gestation_from="due_date",
    )
    void = without_pregnancy(early, TODAY)
    assert (void.due_date, gestation(void)) == (None, (224, "due_date"))
    assert gestation(corrected(void, birth_date=birth + timedelta(days=2))) == (226, "due_date")
    assert complained(void, birth_date=birth - timedelta(days=90)) == ["birth_date"]
    assert complained(void, due_date=birth) == ["due_date", "due_date_from"], "nothing of a pregnancy is kept any more"


@pytest.mark.parametrize("before", [RECKONED, SAID])
def test_days_that_contradict_each_other(before: BabyDetails) -> None:
    assert complained(before, due_date=BIRTH + timedelta(days=200)) == ["due_date"]
    assert complained(before, due_date=BIRTH - timedelta(days=60)) == ["due_date"]
    assert complained(before, due_date=date(2028, 1, 1)) == ["due_date"]
    assert complained(before, birth_date=TODAY + timedelta(days=1)) == ["birth_date"]
    assert complained(before, last_period=BIRTH + timedelta(days=1)) == ["last_period"]
    reckoned = {"due_date_from": "last_period"}
    assert complained(before, last_period=BIRTH - timedelta(days=120), **reckoned) == ["last_period"]
    assert complained(before, last_period=date(2025, 8, 17), cycle_days=99) == ["cycle_days"]
    assert complained(RECKONED, birth_date=BIRTH - timedelta(days=200)) == ["birth_date"]


def test_a_child_that_was_never_expected_here_has_no_due_date_to_correct() -> None:
    child = BabyDetails(nickname="小满", birth_date=BIRTH)
    assert complained(child, due_date=DUE) == ["due_date", "due_date_from"]
    assert complained(child, last_period=date(2025, 8, 17)) == ["last_period"]
    said = corrected(child, gestation_days_at_birth=250)
    assert gestation(said) == (250, "said")


@pytest.mark.usefixtures("world")
async def test_each_twin_is_corrected_by_itself_and_enters_its_stage() -> None:
    mother = await make_mother()
    with time_machine.travel(NOON, tick=True):
        pregnancy = await make_pregnancy(mother.id, DUE)
        first, second = await babies.born(mother.id, pregnancy, BIRTH, [Newborn(nickname="早"), Newborn(nickname="晚")])
        for twin in (first, second):
            assert twin.details is not None and gestation(twin.details) == (266, "due_date")
            after = await babies.change(mother.id, twin.id, BabyChanges(due_date=DUE + timedelta(days=14)))
            assert after.details is not None and gestation(after.details) == (252, "due_date")
            assert after.stage.corrected_age is None and after.stage.corrected_gestation is not None, "preterm now"
        assert set(await entered(second.id)) == {mark(second.id, "m0_6")}
        older = await babies.change(mother.id, second.id, BabyChanges(birth_date=BIRTH - timedelta(days=20)))
        assert older.age == babies.ages.months(BIRTH - timedelta(days=20), TODAY)
        child = await make_child(mother.id, date(2026, 1, 1), "大宝")
        await babies.change(mother.id, child, BabyChanges(birth_date=date(2025, 11, 20)))
        assert set(await entered(child)) == {mark(child, "m0_6"), mark(child, "m6_12")}


@pytest.mark.usefixtures("world")
async def test_who_is_told_with_her_weeks_keeps_them() -> None:
    mother = await make_mother()
    with time_machine.travel(NOON, tick=True):
        pregnancy = await make_pregnancy(mother.id, DUE)
        (child,) = await babies.born(mother.id, pregnancy, BIRTH, [Newborn()], gestation_days_at_birth=260)
        assert child.details is not None and gestation(child.details) == (260, "said")
        after = await babies.change(mother.id, child.id, BabyChanges(birth_date=BIRTH + timedelta(days=9)))
        assert after.details is not None and gestation(after.details) == (260, "said")
