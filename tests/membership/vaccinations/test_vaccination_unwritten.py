"""What was not written down, came late, or stands in no plan: nothing is reckoned from it, and nothing is lost."""

from datetime import date, timedelta

import pytest

from membership.vaccinations.jobs import due_soon
from membership.vaccinations.judging import Given
from membership.vaccinations.lines import PlannedDose, Status
from membership.vaccinations.planning import plan
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import schedules, span
from membership.vaccinations.vaccines import LIVE_INJECTED, OUTSIDE, SERIES, VACCINES

BORN = date(2025, 1, 1)


def planned(today: date, *given: Given) -> dict[tuple[str, int], PlannedDose]:
    made = plan(schedules()[-1], BORN, None, given=given, skipped=[], today=today)
    return {(line.series, line.number): line for line in made}


def age(text: str) -> date:
    return span(text).after(BORN)


def test_a_later_dose_is_what_the_next_counts_from() -> None:
    third = Given("DTaP", 3, "DTaP", date(2025, 7, 1))
    made = planned(date(2026, 11, 22), third)
    assert (made["DTaP", 4].earliest, made["DTaP", 4].status) == (date(2026, 7, 1), Status.DUE)
    for number in (1, 2):
        line = made["DTaP", number]
        assert (line.status, line.earliest, line.recommended_until) == (Status.UNRECORDED, None, None)
        assert line.remarks == (Remark.LATER_RECORDED,)
    assert made["DTaP", 5].earliest == date(2031, 1, 1)
    # And she is reminded of what comes, not of what is unwritten.
    soon = due_soon(list(planned(date(2026, 7, 1), third).values()), BORN, date(2026, 7, 1))
    assert [(line.number, when) for line, when in soon if line.series == "DTaP"] == [(4, "due")]


def test_what_was_not_needed_any_more_is_not_asked_for() -> None:
    made = planned(age("3y"), Given("MenAC", 3, "MPSV-AC", age("2y6m")))
    assert [made["MenAC", n].status for n in (1, 2)] == [Status.NOT_APPLICABLE] * 2
    assert made["MenAC", 4].earliest == age("6y")


def test_what_is_late_has_no_last_day_before_the_first() -> None:
    today = age("23m")
    made = planned(today)
    for line in made.values():
        if line.earliest is not None and line.recommended_until is not None:
            assert line.recommended_until >= line.earliest
    assert made["DTaP", 1].recommended_until == age("12m") - timedelta(days=1)
    assert (made["DTaP", 1].status, made["DTaP", 2].status) == (Status.OVERDUE, Status.UPCOMING)
    assert made["DTaP", 2].recommended_until is None
    given = Given("DTaP", 1, "DTaP", today)
    later = planned(today + timedelta(days=28), given)["DTaP", 2]
    assert (later.status, later.recommended_until) == (Status.OVERDUE, None)


@pytest.mark.parametrize(("series", "number"), [("BCG", 2), ("MMR", 3), ("DTaP", 6)])
def test_a_dose_that_no_plan_knows_is_kept_with_a_word(series: str, number: int) -> None:
    line = planned(age("6y"), Given(series, number, series, age("5y")))[series, number]
    assert line.status == Status.DONE
    assert Remark.NOT_IN_PLAN in line.remarks


def test_a_dose_of_another_make_that_no_plan_knows_is_given_by_its_label() -> None:
    assert planned(age("5y"), Given("HepB", 4, "HepB", age("5m")))["HepB", 4].remarks == (Remark.NOT_IN_PLAN,)
    four = [Given("HepB", n, "DTaP-IPV-HepB-Hib", age(f"{n}m")) for n in (1, 2, 3, 4)]
    assert planned(age("5y"), *four)["HepB", 4].remarks == ()


@pytest.mark.parametrize("vaccine", ["VarV", "YF", "other-live", "MMRV"])
def test_a_live_vaccine_outside_of_the_plan_puts_off_the_others(vaccine: str) -> None:
    day = age("8m") - timedelta(days=10)
    (*_, series) = VACCINES[vaccine].series
    made = planned(age("8m"), Given(series, 1, vaccine, day))
    assert made[series, 1].status == Status.DONE
    assert made["JE", 1].earliest == day + timedelta(days=28)
    assert made["JE", 1].remarks == (Remark.LIVE_WAITS,)


@pytest.mark.parametrize("vaccine", ["RV", "PCV", "Hib", "EV71", "IIV", "LAIV", "Rabies", "other"])
def test_whatever_else_puts_off_nothing(vaccine: str) -> None:
    (series,) = VACCINES[vaccine].series
    made = planned(age("8m"), Given(series, 1, vaccine, age("8m") - timedelta(days=10)))
    assert (made[series, 1].status, made[series, 1].remarks) == (Status.DONE, ())
    assert made["JE", 1].earliest == age("8m")


def test_the_lists_are_whole() -> None:
    assert {series for vaccine in VACCINES.values() for series in vaccine.series} == set(SERIES)
    assert set(SERIES) - OUTSIDE == set(schedules()[-1].courses)
    assert {"BCG", "MMR", "JE-L", "HepA-L", "MMRV", "VarV", "YF", "other-live"} == LIVE_INJECTED
