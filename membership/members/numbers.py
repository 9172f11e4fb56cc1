"""Membership numbers: 12 digits, random, the last a Luhn check digit, so that a mistyped number is noticed."""

import secrets

DIGITS = 12


def check_digit(digits: str) -> str:
    """The Luhn digit that belongs behind `digits`."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def new_number() -> str:
    """A random number; it does not begin with 0, which spreadsheets drop."""
    body = str(10 ** (DIGITS - 2) + secrets.randbelow(9 * 10 ** (DIGITS - 2)))
    return body + check_digit(body)


def is_number(text: str) -> bool:
    """Whether a text can be a membership number at all."""
    return (
        len(text) == DIGITS
        and text.isascii()
        and text.isdigit()
        and text[0] != "0"
        and check_digit(text[:-1]) == text[-1]
    )
