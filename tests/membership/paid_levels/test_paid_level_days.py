"""From which day to which a level holds, and what of its price is left."""

import itertools
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from membership.paid_levels.days import DAY, Period, one_after_the_other, period_of, refundable_fen

DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def test_a_year_ends_the_day_before_the_same_day() -> None:
    assert period_of(date(2026, 3, 5), 12, None) == (date(2026, 3, 5), date(2027, 3, 4))
    assert period_of(date(2026, 1, 31), 1, None) == (date(2026, 1, 31), date(2026, 2, 27))
    # What she has already comes first; what has ended does not count.
    assert period_of(date(2026, 3, 5), 1, date(2026, 3, 9)) == (date(2026, 3, 10), date(2026, 4, 9))
    assert period_of(date(2026, 3, 5), 1, date(2026, 3, 4)) == (date(2026, 3, 5), date(2026, 4, 4))


def left(day: date, *, sold_on: date = date(2026, 1, 1), begins_on: date = date(2026, 1, 1)) -> int:
    return refundable_fen(
        36_500, full_refund_days=7, sold_on=sold_on, begins_on=begins_on, ends_on=begins_on + 364 * DAY, day=day
    )


def test_what_is_left_of_the_price() -> None:
    assert left(date(2026, 1, 8)) == 36_500, "the seventh day after the sale"
    assert left(date(2026, 1, 9)) == 35_600, "nine of 365 days are used"
    assert left(date(2026, 12, 31)) == 0, "the last day is used"
    assert left(date(2027, 2, 1)) == 0
    assert left(date(2026, 5, 1), begins_on=date(2026, 6, 1)) == 36_500, "no day of it has begun"


@given(st.integers(1, 10**7), DAYS, st.integers(0, 400), st.integers(1, 800), st.integers(0, 1500))
def test_it_falls_day_by_day_and_is_never_more_than_was_paid(
    price_fen: int, sold_on: date, wait: int, days: int, later: int
) -> None:
    begins_on = sold_on + wait * DAY
    ends_on = begins_on + days * DAY

    def on(day: date) -> int:
        return refundable_fen(
            price_fen, full_refund_days=7, sold_on=sold_on, begins_on=begins_on, ends_on=ends_on, day=day
        )

    day = sold_on + later * DAY
    assert price_fen >= on(day) >= on(day + DAY) >= 0


@given(st.lists(st.tuples(DAYS, st.integers(0, 400)), max_size=6))
def test_periods_follow_each_other_and_keep_their_days(given_periods: list[tuple[date, int]]) -> None:
    periods = [
        Period(UUID(int=at), begins, begins + timedelta(days=days)) for at, (begins, days) in enumerate(given_periods)
    ]
    moved = {period.id: period for period in one_after_the_other(periods)}
    after = sorted((moved.get(period.id, period) for period in periods), key=lambda period: period.begins_on)
    assert {period.id: period.days for period in after} == {period.id: period.days for period in periods}
    assert all(earlier.ends_on < later.begins_on for earlier, later in itertools.pairwise(after))
    assert one_after_the_other(after) == []
