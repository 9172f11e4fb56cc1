"""Personal fields: sealed with the data keys of who they are of, found by a blind index.

Three layers. A *master key* of the environment wraps the *wrapping keys*, a handful of rows; a wrapping key wraps the
*data keys* of each owner (a member, a child, a partner), which stand in her own row, newest first: her *keyring*. What
is sealed with them is bound to its place: table, column, row and owner. Destroying a keyring makes everything sealed
with it unrecoverable; a database without the master opens nothing. What belongs to nobody is sealed by the house.

The blind index is an HMAC-SHA256, so equal values can be found without being read.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Mapping
from uuid import UUID

from foundation import ciphers
from foundation.ciphers import KEY_BYTES, Unreadable
from foundation.settings import Settings

__all__ = ["HOUSE", "LONE_KEYRING_BYTES", "Keyring", "Unreadable", "Vault", "place", "use", "vault"]

HOUSE = "house"
"""The owner of what belongs to nobody."""
MOST_VERSIONS = 0xFFFF

_ENTRY = struct.Struct(f">H{KEY_BYTES}s")
_RING = b"data_key"

LONE_KEYRING_BYTES = ciphers.HEADER.size + ciphers.NONCE_BYTES + _ENTRY.size + ciphers.TAG_BYTES
"""The length of a stored keyring with one key; one with more is longer."""

Wrapping = Mapping[int, bytes]
"""Wrapping keys by their ids."""
KeyOf = Callable[[int], bytes | None]


def place(table: str, column: str, row_id: UUID | str | int, owner_id: UUID | str) -> str:
    """What binds a sealed value to where it stands; copied anywhere else it can't be opened."""
    return f"{table}.{column}:{row_id}:{owner_id}"


class Keyring:
    """An owner's data keys by version: the newest one seals, all of them open."""

    __slots__ = ("_algorithm", "_key_of", "newest")

    def __init__(self, newest: int, key_of: KeyOf, algorithm: int) -> None:
        self.newest = newest
        """The version that seals."""
        self._key_of = key_of
        self._algorithm = algorithm

    def seal(self, place: str, text: str) -> bytes:
        key = self._key_of(self.newest)
        assert key is not None, "a keyring has its newest key"
        return ciphers.encrypt(self._algorithm, self.newest, key, text.encode(), place.encode())

    def unseal(self, place: str, sealed: bytes) -> str:
        """The text again. Raises `Unreadable`."""
        return ciphers.decrypt(self._key_of, sealed, place.encode()).decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest version sealed it. Raises `Unreadable` for what is no sealed value."""
        return ciphers.number_of(sealed) == self.newest


class Vault:
    """Opens keyrings and computes blind indexes; one per process."""

    def __init__(self, settings: Settings, wrapping: Wrapping | None = None) -> None:
        self._index_key = settings.index_key
        self._algorithm = ciphers.ALGORITHMS[settings.cipher]
        self.wrapping: Wrapping = {}
        self.look_again: Callable[[int], Wrapping] = lambda _unknown: self.wrapping
        """Asked for the wrapping keys when an unknown one turns up: another process has made it."""
        if wrapping is not None:
            self.learn(wrapping)

    def learn(self, wrapping: Wrapping) -> None:
        """Takes wrapping keys beside those it has; the one with the highest id wraps from now on."""
        self.wrapping = dict(sorted({**self.wrapping, **wrapping}.items(), reverse=True))

    @property
    def house(self) -> Keyring:
        """Seals what belongs to nobody: `place(…, HOUSE)`."""
        return Keyring(self.current, self._house_key, self._algorithm)

    @property
    def outside(self) -> Keyring:
        """Seals what outlives the database: with a key of the environment alone, since a restored database has older
        wrapping keys."""
        return Keyring(1, {1: ciphers.derived(self._index_key, b"muying outside")}.get, self._algorithm)

    def new_keyring(self) -> tuple[Keyring, bytes]:
        """A keyring with a fresh key, and its stored form (the column `data_key` of the owner's row)."""
        keys = {1: os.urandom(KEY_BYTES)}
        return self._keyring(keys), self._wrap(keys)

    def keyring(self, stored: bytes) -> Keyring:
        """The keyring of an owner's row. Raises `Unreadable`."""
        return self._keyring(self._unwrap(stored))

    def grown(self, stored: bytes) -> bytes:
        """The keyring with a fresh key in front. Raises `Unreadable`."""
        keys = self._unwrap(stored)
        return self._wrap({next(iter(keys)) % MOST_VERSIONS + 1: os.urandom(KEY_BYTES)} | keys)

    def shrunk(self, stored: bytes) -> bytes:
        """The keyring with its newest key alone. Raises `Unreadable`."""
        if len(stored) == LONE_KEYRING_BYTES:
            return stored
        newest, key = next(iter(self._unwrap(stored).items()))
        return self._wrap({newest: key})

    def index(self, kind: str, value: str) -> bytes:
        """The 32-byte blind index of a value; `kind` keeps equal values of different fields apart."""
        return hmac.digest(self._index_key, f"{kind}\0{value}".encode(), hashlib.sha256)

    def wrapping_key(self, number: int) -> bytes | None:
        """The wrapping key with this id; looked for once more when it is unknown."""
        key = self.wrapping.get(number)
        if key is None:
            self.learn(self.look_again(number))
            key = self.wrapping.get(number)
        return key

    @property
    def current(self) -> int:
        """The id of the wrapping key that wraps."""
        assert self.wrapping, "foundation.wrapping_keys.load was not called"
        return next(iter(self.wrapping))

    def _keyring(self, keys: Mapping[int, bytes]) -> Keyring:
        return Keyring(next(iter(keys)), keys.get, self._algorithm)

    def _house_key(self, wrapping_id: int) -> bytes | None:
        key = self.wrapping_key(wrapping_id)
        return None if key is None else ciphers.derived(key, b"muying house")

    def _wrap(self, keys: Mapping[int, bytes]) -> bytes:
        packed = b"".join(_ENTRY.pack(version, key) for version, key in keys.items())
        return ciphers.encrypt(self._algorithm, self.current, self.wrapping[self.current], packed, _RING)

    def _unwrap(self, stored: bytes) -> dict[int, bytes]:
        # Newest first in the bytes, and so in the dict.
        return dict(_ENTRY.iter_unpack(ciphers.decrypt(self.wrapping_key, stored, _RING)))


class _Resource:
    vault: Vault | None = None


def use(settings: Settings) -> None:
    """Makes this process's vault; `foundation.wrapping_keys.load` fills it."""
    _Resource.vault = Vault(settings)


def vault() -> Vault:
    assert _Resource.vault is not None, "foundation.secrets.use was not called"
    return _Resource.vault
