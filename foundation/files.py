"""Files that the service keeps: in a folder of its own (`MUYING_HOME/files`), or in an S3-compatible store.

A file is known by its key, which is random and made here: no name that anybody gave a file reaches the store. Rows
keep the key. A file is written once and never changed, so whoever shows it may let it be cached for good.

Every verb raises `Unavailable` when the store can't be reached.
"""

import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import obstore
from obstore.exceptions import GenericError
from obstore.store import LocalStore, S3Store

from foundation.errors import NotFound, TooLarge, Unavailable
from foundation.settings import Settings

_SUFFIXES = {
    "image/webp": "webp",
    "image/png": "png",
    "text/csv": "csv",
    "application/octet-stream": "bin",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""What may be kept. The key ends in the suffix, so that the content type needs no place of its own."""
_TYPES = {suffix: content_type for content_type, suffix in _SUFFIXES.items()}
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.(" + "|".join(_TYPES) + ")")
_TIMEOUT = timedelta(seconds=4)
LONGEST_KEY = 40
"""Characters of the longest key: what a column for keys must hold."""


class Stored(msgspec.Struct, frozen=True):
    """A file as it was put."""

    content: bytes
    content_type: str


class _Held:
    store: LocalStore | S3Store | None = None


def use(settings: Settings) -> None:
    """Where files are kept from now on."""
    place = settings.files
    if not place.url:
        folder = settings.home / "files"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _Held.store = LocalStore(folder)
        return
    endpoint, _, bucket = place.url.rstrip("/").rpartition("/")
    _Held.store = S3Store(
        bucket,
        endpoint=endpoint,
        region=place.region,
        access_key_id=place.access_key,
        secret_access_key=place.secret_key,
        virtual_hosted_style_request=False,
        client_options={"allow_http": not settings.production, "timeout": _TIMEOUT},
        retry_config={"max_retries": 2, "retry_timeout": _TIMEOUT},
    )


async def put(content: bytes | AsyncIterator[bytes], content_type: str, *, most_bytes: int) -> str:
    """Keeps a file and answers its key.

    Errors: `TooLarge` above `most_bytes`: pieces are read no further then, and nothing is kept.
    """
    if not isinstance(content, bytes):
        content = await _gathered(content, most_bytes)
    if len(content) > most_bytes:
        raise TooLarge
    key = _new_key(content_type)
    with reaching():
        await obstore.put_async(store(), key, content, attributes=_attributes(content_type))
    return key


async def get(key: str) -> Stored:
    """Errors: `NotFound` for a key that is none, or whose file is gone."""
    _check(key)
    try:
        with reaching():
            found = await obstore.get_async(store(), key)
            content = bytes(await found.bytes_async())
    except FileNotFoundError:
        raise NotFound from None
    return Stored(content, _TYPES[key.rpartition(".")[2]])


async def exists(key: str) -> bool:
    if not _KEY.fullmatch(key):
        return False
    try:
        with reaching():
            await obstore.head_async(store(), key)
    except FileNotFoundError:
        return False
    return True


async def delete(key: str) -> None:
    """Removes the file; one that is gone already is no error, since jobs run twice."""
    _check(key)
    try:
        with reaching():
            await obstore.delete_async(store(), key)
    except FileNotFoundError:
        if isinstance(store(), S3Store):  # a bucket does not miss a file; what is missing is the bucket
            raise


async def _gathered(pieces: AsyncIterator[bytes], most_bytes: int) -> bytes:
    """Whole, since parts that were begun and never finished would stay in a bucket, unseen and paid for."""
    gathered = bytearray()
    async for piece in pieces:
        gathered += piece
        if len(gathered) > most_bytes:
            raise TooLarge
    return bytes(gathered)


@contextmanager
def reaching() -> Iterator[None]:
    try:
        yield
    except GenericError as away:
        raise Unavailable from away


def _new_key(content_type: str) -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}.{_SUFFIXES[content_type]}"


def _check(key: str) -> None:
    """Nothing but our own keys reaches the store, so no key leads out of it."""
    if not _KEY.fullmatch(key):
        raise NotFound


def store() -> LocalStore | S3Store:
    assert _Held.store is not None, "foundation.files.use was not called"
    return _Held.store


def _attributes(content_type: str) -> dict[str, str] | None:
    """A folder keeps no content type; the key tells it as well."""
    return {"Content-Type": content_type} if isinstance(store(), S3Store) else None
