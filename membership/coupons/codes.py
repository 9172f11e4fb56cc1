"""A coupon's code: 14 digits, the last of them a check digit; as a 2D code the same behind a word of its own."""

import secrets

PREFIX = "COUPON:"
DIGITS = 14


def new_code() -> str:
    """Random digits that begin with 2 to 9, so that neither a spreadsheet nor a payment code is in the way."""
    body = str(2 * 10 ** (DIGITS - 2) + secrets.randbelow(8 * 10 ** (DIGITS - 2)))
    return body + _check_digit(body)


def qr_of(code: str) -> str:
    """What the picture says, for scanners that read everything."""
    return PREFIX + code


def read_code(text: str) -> str | None:
    """The code in what a scanner read or a clerk typed, with spaces or without; None when it can't be one."""
    code = text.strip().removeprefix(PREFIX).replace(" ", "")
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()) or code[0] in "01":
        return None
    return code if _check_digit(code[:-1]) == code[-1] else None


def _check_digit(digits: str) -> str:
    """Luhn's."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
