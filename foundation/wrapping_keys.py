"""The wrapping keys: rows that a master key of the environment opens. Every process holds them opened in memory.

A new master key wraps these rows anew and nothing else; processes that run do not notice. A new wrapping key is noticed
when something that it wraps turns up.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import structlog

from foundation import ciphers, database, secrets
from foundation.ciphers import KEY_BYTES, Unreadable
from foundation.secrets import Vault, Wrapping
from foundation.settings import Key, Settings
from foundation.startup import CannotStart
from foundation.transactions import transactional

LOOK_AGAIN_SECONDS = 1.0
"""An unknown id is looked for this often at most: whoever can write nonsense into rows can't keep us busy with it."""
PATIENCE_SECONDS = 2.0

_MASTER = 0
"""The number of the key in these rows' headers: the column `master` says which one it is."""
_ALL = "SELECT id, master, sealed FROM wrapping_key ORDER BY id"

log = structlog.get_logger("keys")


async def load(settings: Settings, vault: Vault) -> None:
    """Fills a vault, of which a process has one; makes the first wrapping key of a new database.

    Raises `CannotStart` when the environment's master keys do not open what is there.
    """
    rows = await database.fetch(_ALL)
    if not rows:
        await _add(settings, 1)
        rows = await database.fetch(_ALL)
    vault.learn(_all_opened(settings, rows))
    vault.look_again = _looker(settings, vault)


async def check(settings: Settings) -> None:
    """For whoever starts others: raises `CannotStart` as `load` does. No pool need be up."""
    connection = await database.connect_apart(settings)
    try:
        _all_opened(settings, await connection.fetch(_ALL))
    finally:
        await connection.close()


async def add(settings: Settings) -> int:
    """Makes a further wrapping key, which wraps from now on; its id. Other processes learn of it when they meet it."""
    rows = await database.fetch(_ALL)
    number = 1 + max((row["id"] for row in rows), default=0)
    await _add(settings, number)
    secrets.vault().learn(_opened(settings, await database.fetch(_ALL)))
    return number


@transactional
async def rewrap(settings: Settings) -> int:
    """Wraps every wrapping key anew with the first master key of the environment; how many were under another.

    Raises `Unreadable`, and changes nothing, when one can't be opened.
    """
    master = settings.encryption_keys[0]
    rows = await database.fetch(_ALL + " FOR UPDATE")
    wrapping = _opened(settings, rows)
    for row in rows:
        if row["id"] not in wrapping:
            raise Unreadable
        await database.execute(
            "UPDATE wrapping_key SET master = $2, sealed = $3 WHERE id = $1",
            row["id"],
            master.id,
            _closed(settings, master, row["id"], wrapping[row["id"]]),
        )
    return sum(row["master"] != master.id for row in rows)


async def masters() -> dict[int, str]:
    """Which master key wraps which wrapping key."""
    return {row["id"]: row["master"] for row in await database.fetch(_ALL)}


async def _add(settings: Settings, number: int) -> None:
    master = settings.encryption_keys[0]
    # Of several processes that start at once one makes it.
    await database.execute(
        "INSERT INTO wrapping_key (id, master, sealed) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        number,
        master.id,
        _closed(settings, master, number, os.urandom(KEY_BYTES)),
    )


def _looker(settings: Settings, vault: Vault) -> Callable[[int], Wrapping]:
    asked: dict[int, float] = {}

    def look_again(unknown: int) -> Wrapping:
        now = time.monotonic()
        if now - asked.get(unknown, -LOOK_AGAIN_SECONDS) < LOOK_AGAIN_SECONDS:
            return vault.wrapping
        asked[unknown] = now
        # Whoever opens a value is in the middle of something that can't wait for the loop, and this happens once in
        # the life of a wrapping key: the loop stands still for one short connection.
        with ThreadPoolExecutor(1) as thread:
            try:
                rows = thread.submit(asyncio.run, _rows_apart(settings)).result()
            except Exception as error:
                if not database.is_away(error):
                    raise
                log.warning("wrapping_keys_away", error=type(error).__name__)
                return vault.wrapping
        return _opened(settings, rows)

    return look_again


async def _rows_apart(settings: Settings) -> list[asyncpg.Record]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        connection = await database.connect_apart(settings)
        try:
            return list(await connection.fetch(_ALL))
        finally:
            await connection.close()


def _all_opened(settings: Settings, rows: Sequence[asyncpg.Record]) -> dict[int, bytes]:
    wrapping = _opened(settings, rows)
    closed = sorted({row["master"] for row in rows if row["id"] not in wrapping})
    if closed:
        raise CannotStart(
            f"MUYING_ENCRYPTION_KEYS does not open this database: it needs the master key {', '.join(closed)}."
            " Set the keys that belong to it; without them nothing personal in it can be read."
        )
    return wrapping


def _opened(settings: Settings, rows: Iterable[asyncpg.Record]) -> dict[int, bytes]:
    """Those of the rows that the environment's master keys open."""
    masters = {key.id: key.secret for key in settings.encryption_keys}
    opened = {}
    for row in rows:
        master = masters.get(row["master"])
        if master is None:
            continue
        try:
            opened[row["id"]] = ciphers.decrypt(
                {_MASTER: master}.get, row["sealed"], _context(row["id"], row["master"])
            )
        except Unreadable:
            continue  # another key under the same name, or a row that somebody changed
    return opened


def _closed(settings: Settings, master: Key, number: int, key: bytes) -> bytes:
    return ciphers.encrypt(
        ciphers.ALGORITHMS[settings.cipher], _MASTER, master.secret, key, _context(number, master.id)
    )


def _context(number: int, master: str) -> bytes:
    return f"wrapping_key:{number}:{master}".encode()
