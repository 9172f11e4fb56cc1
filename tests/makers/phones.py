"""Makers: phone numbers nobody else in the run has; that of each is a canary."""

from tests import canaries


def new_phone() -> str:
    """A mobile number of the Chinese mainland in E.164."""
    return f"+86{canaries.phone()}"
