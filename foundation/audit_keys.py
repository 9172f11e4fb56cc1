"""The keys of the audit: what only this program can write down, and what only it can vouch for.

Every entry carries a MAC, so that whoever can write into the table, but does not hold a key, makes none that passes.
Heads of the chain are signed with Ed25519; the public halves are enough to check them.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from foundation import ciphers
from foundation.settings import Key, Settings

_HEAD = b"muying audit head\0"
_encoder = msgspec.json.Encoder(order="deterministic")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """That the chain had `seq` links at that time, the last of them with this hash (hexadecimal)."""

    seq: int
    hash: str
    at: datetime
    key: str
    given_up: str | None = None
    """Why somebody declared what older heads say beyond `seq` to be lost: the database came back from a backup."""
    signature: bytes = b""


class AuditKeys:
    """The first makes, all of them check."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self.current = keys[0].id
        self._mac_keys = [ciphers.derived(key.secret, b"muying audit entry") for key in keys]
        self._private = {key.id: Ed25519PrivateKey.from_private_bytes(key.secret) for key in keys}

    def mac(self, content: bytes) -> bytes:
        return hmac.digest(self._mac_keys[0], content, hashlib.sha256)

    def made(self, content: bytes, mac: bytes) -> bool:
        """Whether one of these keys made the MAC."""
        return any(hmac.compare_digest(hmac.digest(key, content, hashlib.sha256), mac) for key in self._mac_keys)

    def signed(self, seq: int, link_hash: bytes, at: datetime, given_up: str | None = None) -> Head:
        head = Head(seq=seq, hash=link_hash.hex(), at=at, key=self.current, given_up=given_up)
        return msgspec.structs.replace(head, signature=self._private[self.current].sign(_said(head)))

    def vouches(self, head: Head) -> bool:
        """Whether one of these keys signed it."""
        key = self._private.get(head.key)
        if key is None:
            return False
        try:
            key.public_key().verify(head.signature, _said(head))
        except InvalidSignature:
            return False
        return True


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says; everything but its time, which the database's clock gives."""

    id: UUID
    actor_id: UUID
    action: str
    subject: str
    subject_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None

    def encoded(self) -> bytes:
        """The same before it is written and after it was read: `jsonb` keeps neither order nor form."""
        plain = msgspec.structs.replace(self, before=_plain(self.before), after=_plain(self.after))
        return _encoder.encode(msgspec.structs.astuple(plain))


def _plain(values: Mapping[str, Any] | None) -> Any:
    return None if values is None else _whole(msgspec.json.decode(msgspec.json.encode(values)))


def _whole(value: Any) -> Any:
    """`jsonb` writes 1e16 as 10000000000000000: a float that is whole becomes an integer, here as there."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(head: Head) -> bytes:
    return _HEAD + _encoder.encode((head.seq, head.hash, head.at, head.key, head.given_up))


class _Held:
    keys: AuditKeys | None = None


def use(settings: Settings) -> None:
    """Which keys this process writes and checks with."""
    _Held.keys = AuditKeys(settings.audit_keys)


def keys() -> AuditKeys:
    assert _Held.keys is not None, "foundation.audit_keys.use was not called"
    return _Held.keys
