"""Wrapping keys: rows that only the master opens; a new master, and new ones that turn up while processes run."""

import asyncpg
import msgspec
import pytest

from foundation import database, wrapping_keys
from foundation.secrets import Unreadable, Vault, place, vault
from foundation.settings import Key, Settings
from foundation.startup import CannotStart

pytestmark = pytest.mark.usefixtures("world")

PLACE = place("member", "phone_sealed", "row", "owner")


def _with_master(settings: Settings, *masters: Key) -> Settings:
    return msgspec.structs.replace(settings, encryption_keys=masters)


async def _started(settings: Settings) -> Vault:
    """The vault of another process of this house, just started."""
    other = Vault(settings)
    await wrapping_keys.load(settings, other)
    return other


async def test_every_process_reads_the_same_keys(world: Settings) -> None:
    other_process = await _started(world)
    keyring, stored = vault().new_keyring()
    assert other_process.keyring(stored).unseal(PLACE, keyring.seal(PLACE, "text")) == "text"


async def test_a_new_wrapping_key_turns_up_in_a_process_that_runs(world: Settings) -> None:
    other_process = await _started(world)
    before = other_process.current
    number = await wrapping_keys.add(world)
    keyring, stored = vault().new_keyring()
    assert (before < number, vault().current, other_process.current) == (True, number, before)
    assert other_process.keyring(stored).unseal(PLACE, keyring.seal(PLACE, "text")) == "text"
    assert other_process.current == number, "and wraps with it from now on"


async def test_control_a_process_that_never_looks_again_can_not_read_it(world: Settings) -> None:
    other_process = await _started(world)
    other_process.look_again = lambda _unknown: other_process.wrapping
    await wrapping_keys.add(world)
    with pytest.raises(Unreadable):
        other_process.keyring(vault().new_keyring()[1])


async def test_it_is_looked_for_inside_a_transaction_that_stays_whole(world: Settings) -> None:
    other_process = await _started(world)
    await wrapping_keys.add(world)
    stored = vault().new_keyring()[1]
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("CREATE TEMPORARY TABLE meanwhile (n int) ON COMMIT DROP")
        other_process.keyring(stored)
        assert await connection.fetchval("SELECT count(*) FROM meanwhile") == 0


async def test_nonsense_does_not_keep_us_looking(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    other_process = await _started(world)
    looked: list[int] = []

    def rows(_settings: Settings) -> object:
        looked.append(1)
        raise OSError

    monkeypatch.setattr(wrapping_keys, "_rows_apart", rows)
    monkeypatch.setattr(wrapping_keys, "LOOK_AGAIN_SECONDS", 3600.0)
    for _ in range(5):
        with pytest.raises(Unreadable):
            other_process.keyring(b"\x01\xff\xff" + bytes(62))
    assert looked == [1]


async def test_a_new_master_wraps_the_wrapping_keys_and_touches_nothing_else(world: Settings) -> None:
    """As an operator does it: the new one in front, the rows wrapped anew, the old one out."""
    (old,) = world.encryption_keys
    new = Key("k2", b"n" * 32)
    keyring, stored = vault().new_keyring()
    sealed = keyring.seal(PLACE, "text")
    count = await database.fetchval("SELECT count(*) FROM wrapping_key")
    try:
        assert await wrapping_keys.rewrap(_with_master(world, new, old)) == count
        assert set((await wrapping_keys.masters()).values()) == {"k2"}
        assert await wrapping_keys.rewrap(_with_master(world, new, old)) == 0
        other_process = await _started(_with_master(world, new))
        assert other_process.keyring(stored).unseal(PLACE, sealed) == "text", (
            "a process that starts without the old one"
        )
        assert vault().keyring(stored).unseal(PLACE, sealed) == "text", "one that has run since before"
        with pytest.raises(CannotStart, match="k2"):
            await _started(world)
    finally:
        await wrapping_keys.rewrap(_with_master(world, old, new))
    assert (await _started(world)).keyring(stored).unseal(PLACE, sealed) == "text"


async def test_a_process_that_never_heard_of_the_new_master_keeps_what_it_has(world: Settings) -> None:
    """It runs since before, with the old one alone: what is wrapped by a newer wrapping key it can't read, all else."""
    (old,) = world.encryption_keys
    new = Key("k2", b"n" * 32)
    behind, ahead = await _started(world), _with_master(world, new, old)
    _, stored = vault().new_keyring()
    try:
        await wrapping_keys.rewrap(ahead)
        await wrapping_keys.add(ahead)
        with pytest.raises(Unreadable):
            behind.keyring(vault().new_keyring()[1])
        assert behind.keyring(stored)
        assert behind.keyring(behind.new_keyring()[1])
    finally:
        await wrapping_keys.rewrap(_with_master(world, old, new))


async def test_a_dump_without_the_master_opens_nothing(world: Settings) -> None:
    """Another installation on this database: with no key of ours, or with another under the same name."""
    (ours,) = world.encryption_keys
    _, stored = vault().new_keyring()
    for foreign in (Key("k9", b"f" * 32), Key(ours.id, b"f" * 32)):
        thief = Vault(world)
        with pytest.raises(CannotStart, match="MUYING_ENCRYPTION_KEYS"):
            await wrapping_keys.load(_with_master(world, foreign), thief)
        with pytest.raises(Unreadable):
            thief.keyring(stored)
    # What does lie in the database is of no use as a key either.
    for row in await database.fetch("SELECT id, sealed FROM wrapping_key"):
        with pytest.raises(Unreadable):
            Vault(world, {row["id"]: bytes(row["sealed"])[-48:-16]}).keyring(stored)


async def test_a_master_that_opens_only_some_is_not_enough(world: Settings) -> None:
    (ours,) = world.encryption_keys
    rows = await database.fetch("SELECT id, master, sealed FROM wrapping_key ORDER BY id")
    new = Key("k3", b"m" * 32)
    row = rows[0]
    opened = wrapping_keys._opened(world, rows)
    try:
        await database.execute(
            "UPDATE wrapping_key SET master = $2, sealed = $3 WHERE id = $1",
            row["id"],
            new.id,
            wrapping_keys._closed(world, new, row["id"], opened[row["id"]]),
        )
        with pytest.raises(Unreadable):
            await wrapping_keys.rewrap(world)
        with pytest.raises(CannotStart, match="k3"):
            await _started(world)
        await _started(_with_master(world, ours, new))
    finally:
        await database.execute(
            "UPDATE wrapping_key SET master = $2, sealed = $3 WHERE id = $1", row["id"], row["master"], row["sealed"]
        )


async def test_a_wrapping_key_under_another_id_does_not_open(world: Settings) -> None:
    row = await database.fetchrow("SELECT id, master, sealed FROM wrapping_key ORDER BY id LIMIT 1")
    assert row is not None
    assert wrapping_keys._opened(world, [row]).keys() == {row["id"]}
    assert wrapping_keys._opened(world, [{**row, "id": row["id"] + 1}]) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM wrapping_key",
        "TRUNCATE wrapping_key",
        "UPDATE wrapping_key SET id = id + 100",
        "INSERT INTO wrapping_key (id, master, sealed) VALUES (0, 'k1', '')",
    ],
)
async def test_the_database_keeps_wrapping_keys(statement: str) -> None:
    with pytest.raises((asyncpg.RestrictViolationError, asyncpg.CheckViolationError)):
        await database.execute(statement)
