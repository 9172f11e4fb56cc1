"""Plans of children as they live: on time, too early, late, from abroad, twice, never."""

from datetime import date, timedelta

import pytest

from foundation.clock import add_months
from membership.vaccinations.judging import Given
from membership.vaccinations.lines import OPEN, PlannedDose, Skipped, Status
from membership.vaccinations.planning import plan
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Schedule, Span, in_force, schedule, schedules, span

BORN = date(2025, 8, 31)
NOW = schedules()[-1]


def day_of(text: str, born: date = BORN) -> date:
    """The day on which the child is `8m` or `13y6m` old."""
    return span(text).after(born)


def lines(
    today: date,
    *given: Given,
    born: date = BORN,
    sex: str | None = None,
    skipped: list[Skipped] | None = None,
    by: Schedule = NOW,
    wanted: dict[str, str] | None = None,
) -> dict[tuple[str, int], PlannedDose]:
    made = plan(by, born, sex, given=given, skipped=skipped or [], today=today, wanted=wanted)
    return {(line.series, line.number): line for line in made}


def dose(series: str, number: int, vaccine: str, on: date | str, born: date = BORN) -> Given:
    return Given(series, number, vaccine, day_of(on, born) if isinstance(on, str) else on)


def on_time(until: str, born: date = BORN, by: Schedule = NOW) -> list[Given]:
    """Every usual dose at its youngest age, as far as `until`."""
    usual = [course for courses in by.courses.values() for course in courses[:1]]
    return [
        Given(rule.series, rule.number, rule.vaccine, rule.min_age.after(born))
        for course in usual
        for rule in course
        if rule.only_sex is None and rule.min_age.after(born) <= day_of(until, born)
    ]


def open_now(made: dict[tuple[str, int], PlannedDose]) -> set[tuple[str, int]]:
    return {key for key, line in made.items() if line.status in (Status.DUE, Status.OVERDUE)}


def test_a_newborn_has_her_first_day() -> None:
    made = lines(BORN)
    assert open_now(made) == {("HepB", 1), ("BCG", 1)}
    assert made["HepB", 1].recommended_until == BORN + timedelta(days=1)
    assert made["BCG", 1].recommended_until == date(2025, 11, 29)  # younger than 3 months: before 30 November
    assert made["HepB", 2].earliest == date(2025, 9, 30)  # 31 August and a month, clamped
    assert made["HepB", 3].earliest == date(2026, 2, 28)
    assert {line.status for key, line in made.items() if key not in open_now(made)} == {
        Status.UPCOMING,
        Status.NOT_APPLICABLE,
    }


def test_the_whole_schedule_on_time_leaves_nothing_open_and_nothing_to_ask() -> None:
    made = lines(day_of("7y"), *on_time("7y"), sex="boy")
    assert [line for line in made.values() if line.status in OPEN] == []
    assert [line.remarks for line in made.values() if line.status == Status.DONE and line.remarks] == []
    assert sum(line.status == Status.DONE for line in made.values()) == 22  # 24 lines of the table, two of them HPV


def test_an_on_time_child_at_eighteen_months() -> None:
    made = lines(day_of("18m"), *on_time("17m"))
    assert open_now(made) == {("DTaP", 4), ("MMR", 2), ("HepA", 1)}
    assert {made[key].status for key in open_now(made)} == {Status.DUE}
    assert made["DTaP", 4].recommended_until == day_of("24m") - timedelta(days=1)
    late = lines(day_of("24m"), *on_time("17m"))
    assert {late[key].status for key in open_now(made)} == {Status.OVERDUE}


def test_a_preterm_child_follows_her_chronological_age() -> None:
    # Born eight weeks early: nothing in the plan knows, so nothing can be put off by it.
    born = date(2026, 3, 1)
    made = lines(date(2026, 5, 1), *on_time("1m", born), born=born)
    assert open_now(made) == {("Polio", 1), ("DTaP", 1)}


def test_a_late_starter_at_fourteen_months_catches_up_without_a_new_beginning() -> None:
    today = day_of("14m")
    made = lines(today, dose("HepB", 1, "HepB", "0d"))
    assert made["HepB", 2].status == Status.OVERDUE  # dose 3 was to be given before 12 months
    assert made["HepB", 3].earliest == today + timedelta(days=60)  # as if dose 2 were given today
    assert made["Polio", 1].status == made["DTaP", 1].status == made["MMR", 1].status == Status.OVERDUE
    assert made["BCG", 1].status == Status.OVERDUE
    assert made["BCG", 1].remarks == (Remark.TEST_FIRST,)
    assert made["Polio", 3].status == Status.UPCOMING  # it can't be given yet, although its age has passed
    assert made["Polio", 3].earliest == today + timedelta(days=56)
    assert made["DTaP", 4].earliest == add_months(today + timedelta(days=56), 6)

    later = today + timedelta(days=30)
    made = lines(
        later, dose("HepB", 1, "HepB", "0d"), *(dose(s, 1, v, today) for s, v in [("Polio", "IPV"), ("DTaP", "DTaP")])
    )
    assert made["Polio", 1].status == Status.DONE
    assert made["Polio", 2].earliest == today + timedelta(days=28)
    assert made["Polio", 2].status == Status.OVERDUE
    assert made["Polio", 1].remarks == made["DTaP", 1].remarks == ()  # late is nothing to ask about


def test_recording_a_dose_moves_what_follows() -> None:
    given = [dose("HepB", 1, "HepB", "0d"), dose("HepB", 2, "HepB", "5m")]
    before = lines(day_of("5m"), given[0])
    after = lines(day_of("5m"), *given)
    assert before["HepB", 3].earliest == after["HepB", 3].earliest == day_of("5m") + timedelta(days=60)
    early = lines(day_of("5m"), given[0], dose("HepB", 2, "HepB", "1m"))
    assert early["HepB", 3].earliest == day_of("6m")  # the age is later than the interval


def test_moved_from_abroad_with_six_in_one() -> None:
    six = "DTaP-IPV-HepB-Hib"
    weeks = [BORN + timedelta(weeks=count) for count in (8, 12, 16)]
    given = [
        dose("HepB", 1, "HepB", "0d"),
        *(dose("DTaP", number, six, weeks[number - 1]) for number in (1, 2, 3)),
        *(dose("Polio", number, six, weeks[number - 1]) for number in (1, 2, 3)),
        *(dose("HepB", number + 1, six, weeks[number - 1]) for number in (1, 2, 3)),
        dose("MMR", 1, "MMRV", "12m"),
        dose("MMR", 2, "MMRV", "15m"),
    ]
    made = lines(day_of("16m"), *given)
    assert [line.remarks for line in made.values() if line.status == Status.DONE and line.remarks] == []  # by label
    assert made["HepB", 4].status == Status.DONE  # more than our schedule asks for is kept
    assert made["DTaP", 4].earliest == day_of("18m")
    assert made["Polio", 4].earliest == day_of("4y")
    assert open_now(made) == {("BCG", 1), ("JE", 1), ("MenAC", 1)}
    assert made["BCG", 1].remarks == (Remark.TEST_FIRST,)
    # A fourth dose with IPV before the fourth birthday completes polio, by the schedule's own words.
    made = lines(day_of("4y"), *given, dose("Polio", 4, "DTaP-IPV-Hib", "18m"))
    assert (made["Polio", 4].status, made["Polio", 4].remarks) == (Status.DONE, ())


def test_doses_from_abroad_that_were_early_are_kept_and_asked_about() -> None:
    made = lines(day_of("3m"), dose("DTaP", 1, "DTaP", BORN + timedelta(weeks=6)))
    assert made["DTaP", 1].status == Status.DONE
    assert made["DTaP", 1].remarks == (Remark.TOO_YOUNG,)
    assert made["DTaP", 2].earliest == day_of("4m")


def test_a_child_with_inactivated_je() -> None:
    first = day_of("8m")
    made = lines(first, dose("JE", 1, "JE-I", first))
    assert [(number, made["JE", number].vaccine) for number in (1, 2, 3, 4)] == [(n, "JE-I") for n in (1, 2, 3, 4)]
    assert made["JE", 2].earliest == first + timedelta(days=7)
    assert made["JE", 2].recommended_until == first + timedelta(days=10)
    assert lines(first + timedelta(days=11), dose("JE", 1, "JE-I", first))["JE", 2].status == Status.OVERDUE
    assert made["JE", 3].earliest == day_of("2y")
    assert made["JE", 4].earliest == day_of("6y")
    late = [dose("JE", 1, "JE-I", "4y"), dose("JE", 2, "JE-I", day_of("4y") + timedelta(days=7))]
    made = lines(day_of("4y1m"), *late)
    assert made["JE", 3].earliest == add_months(late[1].given_on, 1)
    made = lines(day_of("4y2m"), *late, dose("JE", 3, "JE-I", "4y2m"))
    assert made["JE", 4].earliest == day_of("7y2m")  # three years, although the age of six has passed


def test_what_she_wants_decides_until_something_was_given() -> None:
    wanted = {"JE": "JE-I", "HepA": "HepA-I"}
    made = lines(BORN, wanted=wanted)
    assert ("JE", 4) in made
    assert made["HepA", 2].earliest == day_of("24m")
    made = lines(day_of("9m"), dose("JE", 1, "JE-L", "8m"), wanted=wanted)
    assert ("JE", 3) not in made
    assert made["JE", 2].vaccine == "JE-L"


def test_hepatitis_a_inactivated_may_end_with_the_live_one() -> None:
    made = lines(day_of("25m"), dose("HepA", 1, "HepA-I", "18m"), dose("HepA", 2, "HepA-L", "25m"))
    assert (made["HepA", 2].status, made["HepA", 2].remarks) == (Status.DONE, ())
    assert len([key for key in made if key[0] == "HepA"]) == 2


def test_a_child_of_the_older_schedule_is_not_told_to_begin_again() -> None:
    born = date(2023, 5, 20)
    given = [dose("DTaP", number, "DTaP", age, born) for number, age in [(1, "3m"), (2, "4m"), (3, "5m"), (4, "18m")]]
    made = lines(date(2026, 11, 22), *given, born=born)
    assert [(made["DTaP", n].status, made["DTaP", n].remarks) for n in (1, 2, 3, 4)] == [(Status.DONE, ())] * 4
    assert made["DTaP", 5].earliest == date(2029, 5, 20)
    assert made["DTaP", 5].vaccine == "DTaP"
    older = schedule("nip-2021")
    assert older is not None
    made = lines(date(2024, 1, 1), *given[:3], born=born, by=older)
    assert made["DTaP", 5].vaccine == "DT"
    assert lines(date(2023, 6, 1), born=born, by=older)["DTaP", 1].earliest == date(2023, 8, 20)
    # The same ages today: a third dose at five months is early now.
    again = [dose("DTaP", number, "DTaP", age) for number, age in [(1, "3m"), (2, "4m"), (3, "5m")]]
    made = lines(day_of("6m"), *again)
    assert (made["DTaP", 3].status, made["DTaP", 3].remarks) == (Status.DONE, (Remark.TOO_YOUNG,))


def test_a_series_that_began_under_the_older_schedule_may_end_under_it() -> None:
    born = date(2024, 8, 20)
    given = [dose("DTaP", number, "DTaP", age, born) for number, age in [(1, "3m"), (2, "4m"), (3, "5m")]]
    assert given[2].given_on == date(2025, 1, 20)
    made = lines(date(2025, 2, 1), *given, born=born)
    assert made["DTaP", 3].remarks == ()
    # Her plan between the two: the next dose waits for the new age.
    assert lines(date(2025, 1, 2), *given[:2], born=born)["DTaP", 3].earliest == date(2025, 2, 20)


def test_the_dt_dose_of_the_older_schedule_stands_for_the_fifth() -> None:
    born = date(2018, 3, 1)
    made = lines(date(2026, 1, 1), dose("DTaP", 5, "DT", "6y", born), born=born)
    assert (made["DTaP", 5].status, made["DTaP", 5].remarks) == (Status.DONE, ())


PUBLISHED = """\
HepB,1,0d,24h,,
HepB,2,1m,,28,
HepB,3,6m,12m,60,
BCG,1,0d,3m,,
IPV,1,2m,,,
IPV,2,3m,,28,
bOPV,3,4m,12m,28,
bOPV,4,4y,5y,28,
DTaP,1,2m,,,
DTaP,2,4m,,28,
DTaP,3,6m,12m,28,
DTaP,4,18m,24m,,6
DTaP,5,6y,7y,,12
MMR,1,8m,12m,,
MMR,2,18m,24m,28,
JE-L,1,8m,12m,,
JE-L,2,2y,3y,,12
MPSV-A,1,6m,12m,,
MPSV-A,2,9m,24m,,3
MPSV-AC,3,3y,4y,,12
MPSV-AC,4,6y,7y,,36
HepA-L,1,18m,24m,,
2vHPV,1,13y,14y,,
2vHPV,2,13y6m,,,6
"""
"""The edition of 2026 as it was handed to us: vaccine, dose, age, before, days and months from the dose before."""


def test_the_figures_are_those_of_the_edition() -> None:
    for line in PUBLISHED.splitlines():
        vaccine, number, age, before, days, months = line.split(",")
        (rule,) = [rule for key, rule in NOW.rules.items() if key[1:] == (int(number), vaccine)]
        assert rule.min_age == span(age), line
        assert rule.recommended_before == (span(before) if before else None), line
        assert rule.interval == (Span(int(months or 0), int(days or 0)) if days or months else None), line
    assert len(NOW.rules) == 24 + 6  # and the courses of JE-I and HepA-I
    assert {vaccine for _, _, vaccine in NOW.rules} - {line.split(",")[0] for line in PUBLISHED.splitlines()} == {
        "JE-I",
        "HepA-I",
    }


def test_the_last_recommended_day_is_not_late() -> None:
    assert lines(day_of("12m") - timedelta(days=1))["MMR", 1].status == Status.DUE
    assert lines(day_of("12m"))["MMR", 1].status == Status.OVERDUE


def test_an_edition_is_in_force_from_its_day() -> None:
    assert in_force(date(2024, 12, 31)).code == "nip-2021"
    assert in_force(date(2025, 1, 1)).code == "nip-2026"
    assert in_force(date(2001, 1, 1)).code == "nip-2021"
    assert schedule("nip-1999") is None


def test_skipped_on_advice_is_not_asked_for_and_holds_nothing_up() -> None:
    made = lines(day_of("8m"), *on_time("7m"), skipped=[Skipped("MMR", 1)])
    assert made["MMR", 1].status == Status.SKIPPED
    assert made["MMR", 2].earliest == day_of("18m")
    made = lines(day_of("5m"), dose("Polio", 1, "IPV", "2m"), skipped=[Skipped("Polio", 2)])
    assert made["Polio", 3].earliest == day_of("4m")  # 28 days from what was given last
    # She had it after all.
    made = lines(day_of("9m"), dose("MMR", 1, "MMR", "9m"), skipped=[Skipped("MMR", 1)])
    assert made["MMR", 1].status == Status.DONE


@pytest.mark.parametrize(
    ("born", "sex", "status", "remarks"),
    [
        (date(2013, 5, 5), "girl", Status.DUE, ()),
        (date(2011, 11, 10), "girl", Status.OVERDUE, ()),
        (date(2011, 11, 9), "girl", Status.NOT_APPLICABLE, (Remark.FOR_GIRLS,)),
        (date(2013, 5, 5), "boy", Status.NOT_APPLICABLE, (Remark.FOR_GIRLS,)),
        (date(2013, 5, 5), None, Status.NOT_APPLICABLE, (Remark.SEX_NOT_SAID,)),
    ],
)
def test_hpv_is_for_girls(born: date, sex: str | None, status: Status, remarks: tuple[Remark, ...]) -> None:
    line = lines(date(2026, 11, 22), born=born, sex=sex)["HPV", 1]
    assert (line.status, line.remarks) == (status, remarks)


def test_the_second_hpv_dose_comes_half_a_year_later() -> None:
    born = date(2013, 5, 5)
    made = lines(date(2026, 11, 22), dose("HPV", 1, "2vHPV", date(2026, 9, 30), born), born=born, sex="girl")
    assert made["HPV", 2].earliest == date(2027, 3, 30)


@pytest.mark.parametrize(
    ("age", "status", "remarks"),
    [
        ("2m", Status.DUE, ()),
        ("3m", Status.OVERDUE, (Remark.TEST_FIRST,)),
        ("3y11m", Status.OVERDUE, (Remark.TEST_FIRST,)),
        ("4y", Status.NOT_APPLICABLE, (Remark.NOT_AT_THIS_AGE,)),
    ],
)
def test_a_missed_bcg(age: str, status: Status, remarks: tuple[Remark, ...]) -> None:
    line = lines(day_of(age))["BCG", 1]
    assert (line.status, line.remarks) == (status, remarks)


def test_bcg_given_too_late_is_kept_and_asked_about() -> None:
    assert lines(day_of("5y"), dose("BCG", 1, "BCG", "4y"))["BCG", 1].remarks == (Remark.TOO_OLD,)


def test_two_injected_live_vaccines_keep_twenty_eight_days() -> None:
    mmr = dose("MMR", 1, "MMR", day_of("8m") + timedelta(days=5))
    with_it = lines(mmr.given_on, mmr)["JE", 1]
    assert (with_it.status, with_it.earliest) == (Status.DUE, mmr.given_on)  # on the very day it may still be given
    made = lines(mmr.given_on + timedelta(days=1), mmr)["JE", 1]
    assert (made.status, made.earliest) == (Status.UPCOMING, mmr.given_on + timedelta(days=28))
    assert made.remarks == (Remark.LIVE_WAITS,)
    assert lines(mmr.given_on + timedelta(days=28), mmr)["JE", 1].status == Status.DUE
    # An inactivated or a swallowed one waits for nothing.
    made = lines(mmr.given_on + timedelta(days=1), mmr, dose("Polio", 1, "IPV", "2m"), dose("Polio", 2, "IPV", "3m"))
    assert made["Polio", 3].earliest == day_of("4m")
    assert lines(mmr.given_on + timedelta(days=1), mmr)["MenAC", 1].status == Status.DUE


def test_live_vaccines_given_too_close_are_asked_about() -> None:
    mmr, je = dose("MMR", 1, "MMR", "8m"), dose("JE", 1, "JE-L", day_of("8m") + timedelta(days=27))
    made = lines(day_of("10m"), mmr, je)
    assert (made["MMR", 1].remarks, made["JE", 1].remarks) == ((), (Remark.LIVE_TOO_CLOSE,))
    same = lines(day_of("10m"), mmr, dose("JE", 1, "JE-L", "8m"))
    assert (same["MMR", 1].remarks, same["JE", 1].remarks) == ((), ())
    inactivated = lines(day_of("10m"), mmr, dose("JE", 1, "JE-I", day_of("8m") + timedelta(days=3)))
    assert inactivated["JE", 1].remarks == ()


def test_a_late_bcg_puts_off_the_first_mmr() -> None:
    bcg = dose("BCG", 1, "BCG", day_of("8m") - timedelta(days=10))
    assert lines(day_of("8m"), bcg)["MMR", 1].earliest == bcg.given_on + timedelta(days=28)


def test_meningococcal_series_across_both_vaccines() -> None:
    given = [dose("MenAC", 1, "MPSV-A", "6m"), dose("MenAC", 2, "MPSV-A", "23m")]
    made = lines(day_of("2y"), *given)
    assert made["MenAC", 3].earliest == day_of("3y")
    assert made["MenAC", 3].vaccine == "MPSV-AC"
    made = lines(day_of("3y"), given[0], dose("MenAC", 2, "MCV-AC", "2y4m"))
    assert made["MenAC", 3].earliest == day_of("3y4m")  # twelve months from dose 2
    made = lines(day_of("4y"), *given, dose("MenAC", 3, "MPSV-AC", "3y6m"))
    assert made["MenAC", 4].earliest == add_months(day_of("3y6m"), 36)  # from dose 3


def test_from_two_years_on_nobody_catches_up_mpsv_a() -> None:
    made = lines(day_of("2y2m"))
    for number in (1, 2):
        assert made["MenAC", number].status == Status.NOT_APPLICABLE
        assert made["MenAC", number].remarks == (Remark.NOT_AT_THIS_AGE,)
    assert made["MenAC", 3].status == Status.DUE
    made = lines(day_of("2y2m"), dose("MenAC", 1, "MPSV-A", "23m15d"))
    assert made["MenAC", 3].earliest == day_of("2y2m15d")
    # At twenty-two months the second dose would come when it is not given any more.
    made = lines(day_of("22m"), dose("MenAC", 1, "MPSV-A", "22m"))
    assert made["MenAC", 2].status == Status.NOT_APPLICABLE
    assert made["MenAC", 3].earliest == day_of("25m")


def test_a_dose_too_soon_after_the_one_before_is_kept_and_counted_from() -> None:
    given = [dose("DTaP", 1, "DTaP", "4m"), dose("DTaP", 2, "DTaP", day_of("4m") + timedelta(days=20))]
    made = lines(day_of("6m"), *given)
    assert (made["DTaP", 2].status, made["DTaP", 2].remarks) == (Status.DONE, (Remark.TOO_SOON,))
    assert made["DTaP", 3].earliest == day_of("6m")


def test_a_dose_entered_twice_is_shown_twice_and_counts_once() -> None:
    made = plan(
        NOW,
        BORN,
        None,
        given=[dose("HepB", 2, "HepB", "1m"), dose("HepB", 2, "HepB", day_of("1m") + timedelta(days=1))],
        skipped=[],
        today=day_of("3m"),
    )
    seconds = [line for line in made if (line.series, line.number) == ("HepB", 2)]
    assert [(line.status, line.remarks) for line in seconds] == [(Status.DONE, ()), (Status.DONE, (Remark.TWICE,))]
    assert [line.earliest for line in made if (line.series, line.number) == ("HepB", 3)] == [day_of("6m")]


def test_a_dose_before_birth_is_kept_and_asked_about() -> None:
    # Her birth date was corrected after the dose had been entered.
    made = lines(day_of("2m"), dose("HepB", 1, "HepB", BORN - timedelta(days=3)))
    assert (made["HepB", 1].status, made["HepB", 1].remarks) == (Status.DONE, (Remark.BEFORE_BIRTH,))
    assert made["HepB", 2].earliest == day_of("1m")


def test_a_dose_removed_again_leaves_the_plan_as_it_was() -> None:
    today = day_of("9m")
    before = lines(today, *on_time("8m"))
    wrong = lines(today, *on_time("8m"), dose("MenAC", 2, "MPSV-A", "9m"))
    assert wrong["MenAC", 3].earliest == day_of("3y")
    assert wrong != before
    assert lines(today, *on_time("8m")) == before


def test_a_later_dose_without_the_earlier_asks_for_the_record() -> None:
    made = lines(day_of("19m"), dose("DTaP", 4, "DTaP", "18m"))
    assert [made["DTaP", number].remarks for number in (1, 2, 3)] == [(Remark.LATER_RECORDED,)] * 3
    assert made["DTaP", 4].remarks == ()
    assert made["DTaP", 5].earliest == day_of("6y")


def test_dates_in_the_wrong_order_are_asked_about() -> None:
    made = lines(day_of("4m"), dose("Polio", 1, "IPV", "3m"), dose("Polio", 2, "IPV", "2m"))
    assert made["Polio", 2].remarks == (Remark.OUT_OF_ORDER,)
    assert made["Polio", 3].earliest == day_of("4m")


def test_twins_have_plans_of_their_own() -> None:
    given = on_time("6m")
    one, other = lines(day_of("6m"), *given), lines(day_of("6m"), *given[:2])
    assert one["MenAC", 1].status == Status.DONE
    assert other["MenAC", 1].status == Status.DUE


def test_a_child_of_eight_still_gets_what_she_missed() -> None:
    made = lines(day_of("8y"), *on_time("5y"))
    assert made["DTaP", 5].status == made["MenAC", 4].status == Status.OVERDUE


@pytest.mark.parametrize("edition", schedules(), ids=lambda edition: edition.code)
def test_an_edition_follows_itself(edition: Schedule) -> None:
    """Given at the youngest ages, no dose is early, late, or too close to another, and courses are numbered through."""
    for courses in edition.courses.values():
        for course in courses:
            assert [rule.number for rule in course] == list(range(1, len(course) + 1))
    born = date(2022, 1, 31) if edition.code == "nip-2021" else date(2025, 1, 31)
    given = on_time("18m", born, edition)
    made = lines(day_of("18m", born), *given, born=born, by=edition)
    assert [line for line in made.values() if line.status in (Status.DUE, Status.OVERDUE)] == []
    assert [line for line in made.values() if line.status == Status.DONE and line.remarks] == []


@pytest.mark.parametrize("text", ["", "1w", "m", "12", "1m1y"])
def test_a_span_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        span(text)
