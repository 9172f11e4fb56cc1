"""How many points an amount gives, and until when."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.points import expiry_for, points_for


@pytest.mark.parametrize(
    ("amount_fen", "rate", "points"),
    [(0, (1, 1), 0), (99, (1, 1), 0), (100, (1, 1), 1), (19999, (3, 2), 299), (20000, (3, 2), 300), (150, (2, 1), 3)],
)
def test_points_are_rounded_down(amount_fen: int, rate: tuple[int, int], points: int) -> None:
    assert points_for(amount_fen, *rate) == points


@given(st.integers(0, 10**12), st.integers(1, 100), st.integers(1, 100))
def test_points_are_the_exact_fraction_rounded_down(amount_fen: int, numerator: int, denominator: int) -> None:
    exact = Fraction(amount_fen, 100) * Fraction(numerator, denominator)
    points = points_for(amount_fen, numerator, denominator)
    assert points <= exact < points + 1


@pytest.mark.parametrize(
    ("earned_on", "expires_on"),
    [
        (date(2026, 3, 1), date(2027, 3, 31)),
        (date(2026, 3, 31), date(2027, 3, 31)),
        (date(2027, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_points_hold_to_the_end_of_the_month_a_year_later(earned_on: date, expires_on: date) -> None:
    assert expiry_for(earned_on) == expires_on


def test_a_validity_of_a_rules_own_ends_with_a_month_too() -> None:
    assert expiry_for(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert expiry_for(date(2026, 11, 1), valid_months=1) == date(2026, 12, 31)
