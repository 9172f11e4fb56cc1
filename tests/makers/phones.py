"""Makers: phone numbers nobody else in the run has."""

import itertools
import random

_numbers = itertools.count(random.randrange(10**7) * 100)


def new_phone() -> str:
    """A mobile number of the Chinese mainland in E.164."""
    return f"+86139{next(_numbers) % 10**8:08d}"
