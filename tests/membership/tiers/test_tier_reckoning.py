"""Which level follows from a ledger and a day: windows, validity, all and any; without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.tiers.ledger import Day, Ledger
from membership.tiers.reckoning import after, replay
from tests.makers.tiers import bought, calendar, make_level, make_levels, rolling

SILVER = make_level(1, rolling("amount_fen", 1_000_00))
GOLD = make_level(2, rolling("amount_fen", 5_000_00))
TWO = make_levels(SILVER, GOLD)

BOUGHT_ON = date(2026, 3, 15)
END = date(2027, 3, 15)
DAY = timedelta(days=1)


def level_on(day: date, *purchases: tuple[date, int]) -> str:
    return replay(TWO, bought(*purchases), day).level.code


def test_reaching_a_level_promotes_at_once_and_one_fen_less_does_not() -> None:
    assert level_on(BOUGHT_ON, (BOUGHT_ON, 1_000)) == "L1"
    assert level_on(BOUGHT_ON, (BOUGHT_ON, 999)) == "L0"
    assert level_on(BOUGHT_ON, (BOUGHT_ON, 5_000)) == "L2"


def test_the_level_holds_to_the_last_day_of_its_validity() -> None:
    held = replay(TWO, bought((BOUGHT_ON, 5_000)), END)
    assert (held.level, held.valid_until) == (GOLD, END)
    assert level_on(END + DAY, (BOUGHT_ON, 5_000)) == "L0"


def test_at_the_end_she_is_assessed_by_the_window_that_ends_there() -> None:
    ledger = bought((BOUGHT_ON, 5_000), (BOUGHT_ON + DAY, 1_200))
    held = replay(TWO, ledger, END + DAY)
    assert (held.level, held.valid_until) == (SILVER, date(2028, 3, 15))
    assert after(TWO, ledger, held).code == "L0"


def test_enough_in_the_last_year_keeps_the_level_for_another() -> None:
    ledger = bought((BOUGHT_ON, 5_000), (BOUGHT_ON + DAY, 5_000))
    held = replay(TWO, ledger, END + DAY)
    assert (held.level, held.valid_until) == (GOLD, date(2028, 3, 15))


def test_purchases_add_up_only_within_the_window() -> None:
    first = date(2026, 2, 28)
    assert level_on(date(2027, 2, 27), (first, 600), (date(2027, 2, 27), 400)) == "L1"
    assert level_on(date(2027, 2, 28), (first, 600), (date(2027, 2, 28), 400)) == "L0"


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2027, 2, 28), date(2026, 3, 1)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 1, 1)),
    ],
)
def test_a_rolling_year_begins_the_day_after_the_same_day_a_year_before(day: date, first: date) -> None:
    assert rolling("amount_fen", 1).begins(day) == first


@pytest.mark.parametrize(("months", "first"), [(12, (1, 1)), (6, (7, 1)), (3, (7, 1)), (1, (8, 1))])
def test_a_calendar_window_begins_with_the_calendar(months: int, first: tuple[int, int]) -> None:
    assert calendar("amount_fen", 1, months).begins(date(2026, 8, 31)) == date(2026, *first)


def test_a_calendar_year_starts_from_nothing_and_its_level_holds_to_the_end_of_the_next() -> None:
    levels = make_levels(make_level(1, calendar("amount_fen", 1_000_00)))
    spread = bought((date(2026, 12, 31), 600), (date(2027, 1, 1), 400))
    assert replay(levels, spread, date(2027, 1, 1)).level.code == "L0"
    within = bought((date(2026, 6, 1), 600), (date(2026, 12, 31), 400))
    assert replay(levels, within, date(2026, 12, 31)).valid_until == date(2027, 12, 31)
    assert replay(levels, within, date(2028, 1, 1)).level.code == "L0"


def test_all_needs_every_condition_and_any_only_one() -> None:
    conditions = rolling("amount_fen", 1_000_00), rolling("purchases", 2)
    one = bought((BOUGHT_ON, 1_000))
    assert replay(make_levels(make_level(1, *conditions, match="all")), one, BOUGHT_ON).level.code == "L0"
    assert replay(make_levels(make_level(1, *conditions, match="any")), one, BOUGHT_ON).level.code == "L1"
    two = bought((BOUGHT_ON - DAY, 500), (BOUGHT_ON, 500))
    assert replay(make_levels(make_level(1, *conditions, match="all")), two, BOUGHT_ON).level.code == "L1"


def test_a_validity_that_ends_several_times_is_assessed_each_time() -> None:
    short = make_levels(make_level(1, rolling("amount_fen", 1_000_00), validity_months=1))
    ledger = bought((BOUGHT_ON, 1_000))
    assert replay(short, ledger, END).level.code == "L1"
    assert replay(short, ledger, END + DAY).level.code == "L0"


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
purchases = st.lists(st.tuples(days, st.integers(1, 6_000)), max_size=12)


@given(purchases, days, st.integers(1, 800))
def test_the_end_of_the_validity_lies_ahead_and_tells_what_comes(
    made: list[tuple[date, int]], today: date, later: int
) -> None:
    ledger = Ledger(Day(day, yuan, yuan * 100, 1) for day, yuan in dict(made).items() if day <= today)
    held = replay(TWO, ledger, today)
    assert (held.valid_until is None) == (held.level.rank == 0)
    if held.valid_until is not None:
        assert held.valid_until >= today
        assert replay(TWO, ledger, held.valid_until) == held
        assert replay(TWO, ledger, held.valid_until + DAY).level == after(TWO, ledger, held)
    # Nothing bought: no day later is a promotion.
    assert replay(TWO, ledger, today + later * DAY).level.rank <= held.level.rank
