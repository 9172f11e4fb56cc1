"""The two ways to seal, AES-256-GCM and SM4-GCM, and the header by which a sealed value says which of them it is.

A sealed value is one byte of algorithm, two bytes that number the key, twelve of nonce, then the ciphertext with its
tag of sixteen. The header belongs to what the tag vouches for, so nobody can make a value be read another way.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CipherName = Literal["aes-256-gcm", "sm4-gcm"]

HEADER = struct.Struct(">BH")
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32

AES_256_GCM = 1
SM4_GCM = 2
ALGORITHMS: dict[CipherName, int] = {"aes-256-gcm": AES_256_GCM, "sm4-gcm": SM4_GCM}


class Unreadable(Exception):
    """A sealed value can't be opened: another key, another place, or damaged."""


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


def encrypt(algorithm: int, number: int, key: bytes, data: bytes, context: bytes) -> bytes:
    """The sealed value. `number` names the 32 bytes of `key`; without the same `context` it can't be opened."""
    header = HEADER.pack(algorithm, number)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + _MAKERS[algorithm](key).encrypt(nonce, data, header + context)


def decrypt(key_of: Callable[[int], bytes | None], sealed: bytes, context: bytes) -> bytes:
    """What was sealed; `key_of` gives the key of a number. Raises `Unreadable`."""
    header, nonce = sealed[: HEADER.size], sealed[HEADER.size : HEADER.size + NONCE_BYTES]
    algorithm, number = _read(header)
    make, key = _MAKERS.get(algorithm), key_of(number)
    if make is None or key is None:
        raise Unreadable
    try:
        return make(key).decrypt(nonce, sealed[HEADER.size + NONCE_BYTES :], header + context)
    except (InvalidTag, ValueError) as error:  # a ValueError: too short to hold even a nonce
        raise Unreadable from error


def number_of(sealed: bytes) -> int:
    """The number of the key that sealed it. Raises `Unreadable` for what is no sealed value."""
    return _read(sealed[: HEADER.size])[1]


def _read(header: bytes) -> tuple[int, int]:
    if len(header) < HEADER.size:
        raise Unreadable
    algorithm, number = HEADER.unpack(header)
    return algorithm, number


def derived(key: bytes, purpose: bytes) -> bytes:
    """32 bytes of their own for a purpose: HKDF-Expand (RFC 5869) with SHA-256, of which the first block is enough."""
    return hmac.digest(key, purpose + b"\x01", hashlib.sha256)


class _Sm4Gcm:
    """SM4 takes 16 bytes, which are derived: keys of both algorithms can stand in the same row."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(derived(key, b"muying sm4-gcm")[:16])

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


_MAKERS: dict[int, Callable[[bytes], _Aead]] = {AES_256_GCM: AESGCM, SM4_GCM: _Sm4Gcm}
