"""What may be written about a baby, and how it is complained of; the clock stands still."""

from datetime import date
from typing import Any

import pytest
import time_machine

from foundation.errors import Invalid
from membership.babies import BabyDetails, BabyTooOld
from membership.babies.checks import checked

TODAY = date(2026, 6, 1)
NOON = "2026-06-01T12:00:00+08:00"


def fields(**values: Any) -> list[str]:
    """The fields that are complained of."""
    with time_machine.travel(NOON, tick=False), pytest.raises(Invalid) as refused:
        checked(BabyDetails(**{"nickname": "小满", **values}))
    assert all(error.message for error in refused.value.errors)
    return sorted(error.field for error in refused.value.errors)


def accepted(**values: Any) -> BabyDetails:
    with time_machine.travel(NOON, tick=False):
        return checked(BabyDetails(**{"nickname": "小满", **values}))


def test_a_birth_lies_in_the_past_and_less_than_six_years_back() -> None:
    assert accepted(birth_date=TODAY).birth_date == TODAY
    assert fields(birth_date=date(2026, 6, 2)) == ["birth_date"]
    assert accepted(birth_date=date(2020, 6, 2)).status == "born"
    for birth in (date(2020, 6, 1), date(2016, 6, 1)):
        with time_machine.travel(NOON, tick=False), pytest.raises(BabyTooOld):
            checked(BabyDetails(nickname="小满", birth_date=birth))


def test_today_is_shanghais() -> None:
    with time_machine.travel("2026-05-31T16:30:00+00:00", tick=False):  # half past midnight there
        assert checked(BabyDetails(nickname="小满", birth_date=TODAY)).birth_date == TODAY


def test_a_due_date_lies_within_a_pregnancy() -> None:
    assert accepted(due_date=date(2027, 3, 8)).due_date_from == "said"  # 280 days away
    assert fields(due_date=date(2027, 3, 9)) == ["due_date"]
    assert fields(due_date=date(2028, 6, 1)) == ["due_date"]
    assert accepted(due_date=date(2026, 5, 4)).status == "expected"  # 44 weeks
    assert fields(due_date=date(2026, 5, 3)) == ["due_date"]
    assert fields() == ["due_date"]


def test_a_due_date_comes_from_the_last_period_unless_somebody_knows_better() -> None:
    reckoned = accepted(last_period=date(2026, 3, 1), cycle_days=30)
    assert (reckoned.due_date, reckoned.due_date_from) == (date(2026, 12, 8), "last_period")
    seen = accepted(last_period=date(2026, 3, 1), due_date=date(2026, 12, 12), due_date_from="ultrasound")
    assert (seen.due_date, seen.due_date_from) == (date(2026, 12, 12), "ultrasound")
    told = accepted(last_period=date(2026, 3, 1), due_date=date(2026, 12, 11))
    assert (told.due_date, told.due_date_from) == (date(2026, 12, 11), "said")
    assert fields(last_period=date(2026, 6, 2)) == ["last_period"]
    assert fields(last_period=date(2025, 1, 1)) == ["last_period"]
    assert fields(last_period=date(2026, 3, 1), cycle_days=90) == ["cycle_days"]


def test_a_pregnancy_eats_nothing_and_a_child_is_not_expected() -> None:
    due = date(2026, 10, 1)
    assert fields(due_date=due, feeding="breast", allergies=("egg",), formula_stage=1) == [
        "allergies",
        "feeding",
        "formula_stage",
    ]
    assert fields(birth_date=TODAY, due_date=due, last_period=due) == ["due_date", "last_period"]


def test_feeding() -> None:
    assert accepted(birth_date=TODAY, feeding="mixed", formula_share_percent=40).formula_share_percent == 40
    for share in (0, 100, 101, -5):
        assert fields(birth_date=TODAY, feeding="mixed", formula_share_percent=share) == ["formula_share_percent"]
    assert fields(birth_date=TODAY, feeding="breast", formula_share_percent=40) == ["formula_share_percent"]
    assert fields(birth_date=TODAY, formula_stage=5) == ["formula_stage"]
    assert fields(birth_date=TODAY, formula_stage=0) == ["formula_stage"]


def test_gestation_at_birth() -> None:
    assert accepted(birth_date=TODAY, gestation_days_at_birth=32 * 7).gestation_days_at_birth == 224
    assert fields(birth_date=TODAY, gestation_days_at_birth=100) == ["gestation_days_at_birth"]
    assert fields(birth_date=TODAY, gestation_days_at_birth=400) == ["gestation_days_at_birth"]


def test_allergies_are_coded_sorted_and_said_once() -> None:
    child = accepted(birth_date=TODAY, allergies=("peanut", "egg", "peanut"), allergy_note=" 吃虾后起疹子 ")
    assert (child.allergies, child.allergy_note) == (("egg", "peanut"), "吃虾后起疹子")
    assert fields(birth_date=TODAY, allergies=("moonlight",)) == ["allergies"]


def test_a_note_has_lines() -> None:
    for typed in ("吃虾后起疹子\n2025年确诊", "吃虾后起疹子\r\n2025年确诊\r\n", "吃虾后起疹子\r2025年确诊"):
        assert accepted(birth_date=TODAY, allergy_note=typed).allergy_note == "吃虾后起疹子\n2025年确诊"
    for refused in ("\n\n", "a\tb", "a\u2028b"):
        assert fields(birth_date=TODAY, allergy_note=refused) == ["allergy_note"]
    assert fields(birth_date=TODAY, formula_sku="a\nb") == ["formula_sku"]


@pytest.mark.parametrize("text", ["", "   ", "小\u0007满", "小\u202e满", "满" * 21, "\u200b", "a\nb"])
def test_a_nickname_is_clean(text: str) -> None:
    assert fields(birth_date=TODAY, nickname=text) == ["nickname"]


def test_names_keep_their_emoji() -> None:
    assert accepted(birth_date=TODAY, nickname=" 👨‍👩‍👧 ").nickname == "👨‍👩‍👧"
    assert fields(birth_date=TODAY, allergy_note="\x00") == ["allergy_note"]
    assert fields(birth_date=TODAY, formula_sku="\x7f1") == ["formula_sku"]
