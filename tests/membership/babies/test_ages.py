"""Ages by vectors: weeks of pregnancy, months with their ends, corrected age."""

from datetime import date, timedelta

import pytest

from membership.babies import ages
from membership.babies.ages import Age, Gestation


@pytest.mark.parametrize(
    ("last_period", "cycle_days", "due"),
    [
        (date(2026, 1, 1), 28, date(2026, 10, 8)),
        (date(2026, 1, 1), 35, date(2026, 10, 15)),
        (date(2026, 1, 1), 21, date(2026, 10, 1)),
        (date(2023, 6, 1), 28, date(2024, 3, 7)),  # over a 29 February
        (date(2025, 12, 31), 28, date(2026, 10, 7)),
    ],
)
def test_due_dates(last_period: date, cycle_days: int, due: date) -> None:
    assert ages.due_date(last_period, cycle_days) == due


@pytest.mark.parametrize(
    ("days", "weeks_and_days"),
    [
        (0, (0, 0)),
        (6, (0, 6)),
        (7, (1, 0)),
        (84, (12, 0)),
        (85, (12, 1)),
        (97, (13, 6)),
        (98, (14, 0)),
        (195, (27, 6)),
        (196, (28, 0)),
        (258, (36, 6)),
        (259, (37, 0)),
        (280, (40, 0)),
        (294, (42, 0)),
    ],
)
def test_gestation(days: int, weeks_and_days: tuple[int, int]) -> None:
    due = date(2026, 10, 8)
    day = due - timedelta(days=280 - days)
    gestation = ages.gestation(due, day)
    assert gestation == Gestation(*weeks_and_days)
    assert gestation.total_days == days == ages.gestation_days(due, day)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2026, 1, 31), date(2026, 1, 31), (0, 0)),
        (date(2026, 1, 31), date(2026, 2, 27), (0, 27)),
        (date(2026, 1, 31), date(2026, 2, 28), (1, 0)),
        (date(2026, 1, 31), date(2026, 3, 30), (1, 30)),
        (date(2026, 1, 31), date(2026, 3, 31), (2, 0)),
        (date(2024, 1, 31), date(2024, 2, 28), (0, 28)),
        (date(2024, 1, 31), date(2024, 2, 29), (1, 0)),
        (date(2024, 2, 29), date(2025, 2, 27), (11, 29)),
        (date(2024, 2, 29), date(2025, 2, 28), (12, 0)),
        (date(2024, 2, 29), date(2028, 2, 28), (47, 30)),
        (date(2024, 2, 29), date(2028, 2, 29), (48, 0)),
        (date(2025, 8, 31), date(2025, 9, 30), (1, 0)),
        (date(2025, 12, 15), date(2026, 1, 14), (0, 30)),
        (date(2025, 12, 15), date(2026, 1, 15), (1, 0)),
        (date(2020, 5, 1), date(2026, 4, 30), (71, 29)),
        (date(2020, 5, 1), date(2026, 5, 1), (72, 0)),
    ],
)
def test_months(birth: date, day: date, age: tuple[int, int]) -> None:
    assert ages.months(birth, day) == Age(*age)


def test_months_and_days_never_go_back() -> None:
    birth = date(2024, 1, 31)
    seen = [ages.months(birth, birth + timedelta(days=passed)) for passed in range(1500)]
    assert [(age.months, age.days) for age in seen] == sorted((age.months, age.days) for age in seen)
    assert len({(age.months, age.days) for age in seen}) == 1500


def test_corrected_age() -> None:
    birth = date(2026, 1, 10)
    assert ages.corrected_birth(birth, 32 * 7) == birth + timedelta(days=56) == date(2026, 3, 7)
    assert ages.corrected(birth, 32 * 7, date(2026, 3, 6)) is None
    assert ages.corrected(birth, 32 * 7, date(2026, 3, 7)) == Age(0, 0)
    assert ages.corrected(birth, 32 * 7, date(2026, 9, 10)) == Age(6, 3)
    assert ages.corrected(birth, 280, date(2026, 9, 10)) == ages.months(birth, date(2026, 9, 10))
    assert ages.corrected_birth(birth, 287) == date(2026, 1, 3)


def test_preterm_is_before_thirty_seven_weeks() -> None:
    assert ages.is_preterm(36 * 7 + 6)
    assert not ages.is_preterm(37 * 7)
