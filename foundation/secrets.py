"""Personal fields: sealed with a data key per member, found by a blind index.

A data key is 32 random bytes, wrapped (AES-256-GCM) by a key of the environment and kept with the person; destroying
it makes everything sealed with it unrecoverable. Rotating the wrapping keys needs only the wrapped keys to be written
anew. The blind index is an HMAC-SHA256, so equal values can be found without being read.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.settings import Settings

NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed value can't be opened: another key, another context, or damaged."""


class Vault:
    """Wraps data keys and computes blind indexes; one per process."""

    def __init__(self, settings: Settings) -> None:
        self._current = settings.encryption_keys[0].id
        self._wrapping = {key.id: AESGCM(key.secret) for key in settings.encryption_keys}
        self._index_key = settings.index_key

    def new_data_key(self) -> tuple[bytes, bytes]:
        """A fresh data key: (32 plain bytes, the wrapped form to store)."""
        plain = os.urandom(32)
        return plain, self.wrap(plain)

    def wrap(self, data_key: bytes) -> bytes:
        """The stored form: key id, NUL, nonce, ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        name = self._current.encode()
        return name + b"\0" + nonce + self._wrapping[self._current].encrypt(nonce, data_key, name)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The plain data key. Raises `Unreadable` when its wrapping key is gone."""
        name, _, sealed = wrapped.partition(b"\0")
        cipher = self._wrapping.get(name.decode(errors="replace"))
        if cipher is None:
            raise Unreadable
        return _decrypt(cipher, sealed, name)

    def index(self, kind: str, value: str) -> bytes:
        """The 32-byte blind index of a value; `kind` keeps equal values of different fields apart."""
        return hmac.digest(self._index_key, f"{kind}\0{value}".encode(), hashlib.sha256)


def seal(data_key: bytes, text: str, context: str) -> bytes:
    """Encrypts a text. `context` (`member.phone:<id>`) binds it to its place: moved elsewhere, it can't be opened."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(data_key).encrypt(nonce, text.encode(), context.encode())


def unseal(data_key: bytes, sealed: bytes, context: str) -> str:
    """The text again. Raises `Unreadable`."""
    return _decrypt(AESGCM(data_key), sealed, context.encode()).decode()


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as error:  # a ValueError: too short to hold even a nonce
        raise Unreadable from error


class _Resource:
    vault: Vault | None = None


def use(settings: Settings) -> None:
    """Makes this process's vault."""
    _Resource.vault = Vault(settings)


def vault() -> Vault:
    assert _Resource.vault is not None, "foundation.secrets.use was not called"
    return _Resource.vault
