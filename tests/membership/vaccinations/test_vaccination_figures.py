"""Every figure of every edition, line by line, against tables that were written down beside their sources.

The files of the product and these tables are kept apart on purpose: whoever changes a figure must find it in the
edition and write it twice.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from membership.vaccinations.schedules import Rule, Schedule, Span, schedule, schedules, span
from membership.vaccinations.visits import visits


@dataclass(frozen=True)
class Line:
    """One dose as an edition prints it: `age` it may be given from, `before` which, `after` the dose before it; `more`
    are the columns that few lines have."""

    series: str
    number: int
    vaccine: str
    age: str
    before: str = ""
    after: str = ""
    more: tuple[tuple[str, object], ...] = ()


GIRLS = (("only_sex", "girl"), ("born_from", date(2011, 11, 10)))
BCG = (("test_from", Span(3)), ("not_from", Span(48)))
MPSV_A = (("not_from", Span(24)),)
FIRST_AC = (("catch_up_age", Span(24)), ("catch_up_interval", Span(3)))
WITHIN_TEN_DAYS = (("recommended_within_days", 10),)

# 国家免疫规划疫苗儿童免疫程序及说明（2021年版）: table 1 for the ages; of each vaccine "接种时间" and "补种原则" for
# what is recommended until when and for the intervals. JE-I: 2 doses 7 to 10 days apart, the third 1 to 12 months and
# the fourth at least 3 years later. HepA-I: at least 6 months.
JE_I = (
    Line("JE", 1, "JE-I", "8m", "12m"),
    Line("JE", 2, "JE-I", "8m", "12m", "7d", WITHIN_TEN_DAYS),
    Line("JE", 3, "JE-I", "2y", "3y", "1m"),
    Line("JE", 4, "JE-I", "6y", "7y", "36m"),
)
HEPA_I = (
    Line("HepA", 1, "HepA-I", "18m", "24m"),
    Line("HepA", 2, "HepA-I", "24m", "3y", "6m"),
)
OF_BOTH = (
    Line("HepB", 1, "HepB", "0d", "24h"),
    Line("HepB", 2, "HepB", "1m", "", "28d"),
    Line("HepB", 3, "HepB", "6m", "12m", "60d"),
    Line("BCG", 1, "BCG", "0d", "3m", "", BCG),
    Line("Polio", 1, "IPV", "2m"),
    Line("Polio", 2, "IPV", "3m", "", "28d"),
    Line("Polio", 3, "bOPV", "4m", "12m", "28d"),
    Line("Polio", 4, "bOPV", "4y", "5y", "28d"),
    Line("DTaP", 4, "DTaP", "18m", "24m", "6m"),
    Line("MenAC", 3, "MPSV-AC", "3y", "4y", "12m", FIRST_AC),
    Line("MenAC", 4, "MPSV-AC", "6y", "7y", "36m"),
    Line("MMR", 1, "MMR", "8m", "12m"),
    Line("MMR", 2, "MMR", "18m", "24m", "28d"),
    Line("JE", 1, "JE-L", "8m", "12m"),
    Line("JE", 2, "JE-L", "2y", "3y", "12m"),
    *JE_I,
    Line("HepA", 1, "HepA-L", "18m", "24m"),
    *HEPA_I,
)
OF_2021 = (
    *OF_BOTH,
    Line("DTaP", 1, "DTaP", "3m"),
    Line("DTaP", 2, "DTaP", "4m", "", "28d"),
    Line("DTaP", 3, "DTaP", "5m", "12m", "28d"),
    Line("DTaP", 5, "DT", "6y", "7y", "12m"),
    Line("MenAC", 1, "MPSV-A", "6m", "", "", MPSV_A),
    Line("MenAC", 2, "MPSV-A", "9m", "18m", "3m", MPSV_A),
)
# 国家免疫规划疫苗儿童免疫程序及说明（2026年版）, the table as it was handed to us; the lines of JE-I and HepA-I and the
# end of MPSV-A at 24 months are those of 2021.
OF_2026 = (
    *OF_BOTH,
    Line("DTaP", 1, "DTaP", "2m"),
    Line("DTaP", 2, "DTaP", "4m", "", "28d"),
    Line("DTaP", 3, "DTaP", "6m", "12m", "28d"),
    Line("DTaP", 5, "DTaP", "6y", "7y", "12m"),
    Line("MenAC", 1, "MPSV-A", "6m", "12m", "", MPSV_A),
    Line("MenAC", 2, "MPSV-A", "9m", "24m", "3m", MPSV_A),
    Line("HPV", 1, "2vHPV", "13y", "14y", "", GIRLS),
    Line("HPV", 2, "2vHPV", "13y6m", "", "6m", GIRLS),
)
EDITIONS = {"nip-2021": OF_2021, "nip-2026": OF_2026}
RARE = (
    "recommended_within_days",
    "only_sex",
    "born_from",
    "test_from",
    "not_from",
    "catch_up_age",
    "catch_up_interval",
)


def as_said(rule: Rule) -> tuple[object, ...]:
    rare = {name: value for name in RARE if (value := getattr(rule, name)) is not None}
    return rule.series, rule.number, rule.vaccine, rule.min_age, rule.recommended_before, rule.interval, rare


def as_written(line: Line) -> tuple[object, ...]:
    before = span(line.before) if line.before else None
    after = span(line.after) if line.after else None
    return line.series, line.number, line.vaccine, span(line.age), before, after, dict(line.more)


def edition(code: str) -> Schedule:
    found = schedule(code)
    assert found is not None
    return found


def test_every_edition_has_its_table_and_its_day() -> None:
    assert {each.code: each.in_force_from for each in schedules()} == {
        "nip-2021": date(2021, 2, 1),
        "nip-2026": date(2025, 1, 1),
    }
    assert EDITIONS.keys() == {each.code for each in schedules()}


@pytest.mark.parametrize("code", EDITIONS)
def test_no_line_is_missing_and_none_is_too_many(code: str) -> None:
    rules = edition(code).rules
    assert sorted(rules) == sorted((line.series, line.number, line.vaccine) for line in EDITIONS[code])


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param(code, line, id=f"{code}-{line.vaccine}-{line.number}")
        for code, lines in EDITIONS.items()
        for line in lines
    ],
)
def test_a_line_says_what_the_edition_says(code: str, line: Line) -> None:
    assert as_said(edition(code).rules[line.series, line.number, line.vaccine]) == as_written(line)


@pytest.mark.parametrize("code", EDITIONS)
def test_the_usual_course_stands_first_and_courses_are_whole(code: str) -> None:
    courses = edition(code).courses
    assert [[rule.vaccine for rule in course] for course in courses["JE"]] == [["JE-L"] * 2, ["JE-I"] * 4]
    assert [[rule.vaccine for rule in course] for course in courses["HepA"]] == [["HepA-L"], ["HepA-I"] * 2]
    for course in (course for those in courses.values() for course in those):
        assert [rule.number for rule in course] == list(range(1, len(course) + 1))


def test_what_the_spans_mean() -> None:
    """The tables above are read by the product's own reader: so it is held to plain figures here."""
    written = ("0d", "24h", "28d", "1m", "13y6m", "2y")
    assert [(span(text).months, span(text).days) for text in written] == [
        (0, 0),
        (0, 2),
        (0, 28),
        (1, 0),
        (162, 0),
        (24, 0),
    ]


def test_the_check_ups_are_those_of_the_standard() -> None:
    """国家基本公共卫生服务规范（第三版，2017）, 0～6 岁儿童健康管理: at the clinic from the first full month on."""
    born = date(2020, 1, 15)
    found = [(visit.day.year - 2020) * 12 + visit.day.month - 1 for visit in visits(born)]
    assert found == [1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72]
    assert {visit.day.day for visit in visits(born)} == {15}
