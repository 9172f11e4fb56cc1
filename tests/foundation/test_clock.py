"""Days and months: Asia/Shanghai calendar days, clamped month ends."""

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 2, 28, 15, 59, 59, 999999, UTC), date(2024, 2, 28)),
        (datetime(2024, 2, 28, 16, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2023, 12, 31, 16, tzinfo=UTC), date(2024, 1, 1)),
    ],
)
def test_a_business_day_begins_at_16_utc_the_day_before(instant: datetime, day: date) -> None:
    assert clock.business_day(instant) == day


@given(DAYS)
def test_a_day_starts_at_its_start_and_not_a_moment_earlier(day: date) -> None:
    start = clock.start_of_day(day)
    assert start.tzinfo is UTC
    assert clock.business_day(start) == day
    assert clock.business_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(INSTANTS)
def test_every_instant_lies_in_its_business_day(instant: datetime) -> None:
    day = clock.business_day(instant)
    assert clock.start_of_day(day) <= instant < clock.start_of_day(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
    ],
)
def test_months_are_added_and_clamped(day: date, months: int, wanted: date) -> None:
    assert clock.add_months(day, months) == wanted


@given(DAYS, st.integers(-600, 600))
def test_months_arithmetic(day: date, months: int) -> None:
    moved = clock.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


@given(DAYS)
def test_the_end_of_a_month_is_followed_by_a_first(day: date) -> None:
    end = clock.end_of_month(day)
    assert (end + timedelta(days=1)).day == 1
    assert (end.year, end.month) == (day.year, day.month)
    assert end.day == clock.days_in_month(day.year, day.month)


def test_the_last_month_of_the_calendar_has_an_end() -> None:
    assert clock.end_of_month(date(9999, 12, 1)) == date(9999, 12, 31)


def test_now_is_utc_and_today_is_shanghais() -> None:
    assert clock.now().tzinfo is UTC
    assert clock.today() in {clock.business_day(clock.now()), clock.business_day(clock.now() - timedelta(seconds=5))}
