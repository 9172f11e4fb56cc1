"""Makers: the master key of a house, as its environment has it."""

import base64

from foundation.settings import Key, Settings


def as_written(*keys: Key) -> str:
    """`id:base64,…`"""
    return ",".join(f"{key.id}:{base64.urlsafe_b64encode(key.secret).decode().rstrip('=')}" for key in keys)


def masters_of(settings: Settings) -> dict[str, str]:
    """For another process on the same database: without them it can't open it."""
    return {"MUYING_ENCRYPTION_KEYS": as_written(*settings.encryption_keys)}
