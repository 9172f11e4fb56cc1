"""Passwords (Argon2id) and one-time codes (TOTP, RFC 6238)."""

import asyncio
import hmac
import time
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 128
STEP_SECONDS = 30

_hasher = PasswordHasher()
# Each check takes 64 MB and a core for tens of milliseconds: two at a time leave the process alive under a flood.
_turn = asyncio.Semaphore(2)


async def hash_password(password: str) -> str:
    """The stored form. Runs in a thread: it takes tens of milliseconds on purpose."""
    async with _turn:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored one it takes the same time and says no."""
    async with _turn:
        return await asyncio.to_thread(_matches, stored, password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobodys_hash(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def matching_step(totp_secret: str, code: str, *, at: float | None = None) -> int | None:
    """The 30-second step whose code this is: the current one or one of its two neighbours; None for a wrong code."""
    current = int((time.time() if at is None else at) // STEP_SECONDS)
    totp = pyotp.TOTP(totp_secret)
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def new_totp_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()
