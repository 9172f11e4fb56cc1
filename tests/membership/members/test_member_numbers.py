"""Membership numbers: random, and a slip of the finger is noticed."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from membership.members.numbers import check_digit, is_number, new_number

numbers = st.builds(new_number)


@given(numbers)
def test_a_number_has_twelve_digits_and_is_one(number: str) -> None:
    assert re.fullmatch(r"[1-9][0-9]{11}", number)
    assert is_number(number)


def test_the_check_digit_is_luhns() -> None:
    # Published examples: 7992739871-3, and the usual test card number 4111 1111 1111 111-1.
    assert check_digit("7992739871") == "3"
    assert check_digit("411111111111111") == "1"


@given(numbers, st.integers(0, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    assert not is_number(number[:place] + digit + number[place + 1 :])


@given(numbers, st.integers(0, 10))
def test_two_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    pair = number[place : place + 2]
    assume(pair[0] != pair[1] and pair not in ("09", "90"))  # the one pair Luhn can't tell
    assert not is_number(number[:place] + pair[::-1] + number[place + 2 :])


def test_other_texts_are_no_numbers() -> None:
    for text in ("", "1", "abcdefghijkl", "４１１１１１１１１１１１", "0" * 12, "1" * 13):
        assert not is_number(text)


def test_numbers_are_not_guessed_from_one_another() -> None:
    drawn = {new_number() for _ in range(2_000)}
    assert len(drawn) == 2_000
    assert len({number[:3] for number in drawn}) > 700
