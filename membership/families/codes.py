"""Invitation codes: short enough to be typed, random enough not to be guessed within their day."""

import secrets
from datetime import timedelta

from foundation.secrets import vault

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look alike."""
LENGTH = 8
"""40 random bits: at the ten tries a minute that the face allows, a guess takes a million years."""
LASTS = timedelta(hours=24)


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def hash_of(code: str) -> bytes:
    """What is stored of a code; keyed, so that the table alone does not give short codes away. Case is no matter."""
    return vault().index("family_invitation", code.upper())
