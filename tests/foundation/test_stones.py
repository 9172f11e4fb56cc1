"""Stones: what was taken away lies outside too, says nothing to a reader, and is done again where it is not known."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
import pytest_asyncio

from foundation import clock, database, outside, stone_replay, stones
from foundation.errors import Unavailable
from foundation.secrets import Unreadable
from foundation.stones import FOLDER, Laid, Stone
from foundation.transactions import transactional, within_transaction

pytestmark = pytest.mark.usefixtures("world")

KIND = "tests.door"


class Door(msgspec.Struct, frozen=True):
    door_id: UUID
    open: bool
    remark: str = ""


done: list[tuple[UUID, bool, datetime]] = []


@pytest_asyncio.fixture(autouse=True)
async def replays() -> AsyncIterator[None]:
    @stones.replays(KIND)
    @within_transaction
    async def again(said: Door, at: datetime) -> bool:
        if said.remark == "stuck":
            raise ValueError(said.remark)
        done.append((said.door_id, said.open, at))
        return True

    done.clear()
    yield
    del stones.kinds[KIND]
    await database.execute("DELETE FROM stone WHERE laid_at < '2026-01-01'")


@transactional
async def lay(door_id: UUID, open: bool, remark: str = "") -> UUID:  # noqa: A002  # a door's word
    await stones.lay(KIND, Door(door_id, open, remark), about=str(door_id))
    found: UUID = await database.fetchval("SELECT id FROM stone ORDER BY laid_at DESC, id DESC LIMIT 1")
    return found


async def laid(door_id: UUID, *states: bool, remark: str = "") -> list[UUID]:
    """Lays them and writes their files."""
    ids = [await lay(door_id, state, remark) for state in states]
    for stone_id in ids:
        await stones.copy(Laid(stone_id))
    return ids


async def forget(ids: Sequence[UUID]) -> None:
    """As a backup of before does."""
    await database.execute("DELETE FROM stone WHERE id = ANY($1::uuid[])", ids)


async def replay() -> stone_replay.Relaid:
    return await stone_replay.replay(clock.now().date())


async def file_of(stone_id: UUID) -> str:
    return stones.name_of(stone_id, await database.fetchval("SELECT laid_at FROM stone WHERE id = $1", stone_id))


async def test_what_the_database_knows_is_not_done_again_and_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await laid(uuid4(), False)

    async def read(name: str) -> bytes | None:
        raise AssertionError(name)

    monkeypatch.setattr(outside, "read", read)
    assert (await replay()).again == 0
    monkeypatch.undo()
    await forget(ids)
    assert (await replay()).again == 1, "the control: without its row it is news"
    assert (await replay()).again == 0
    assert len(done) == 1


async def test_the_last_one_about_a_thing_counts_with_its_own_time() -> None:
    door, other = uuid4(), uuid4()
    ids = await laid(door, False, True, False)
    other_ids = await laid(other, False, True)
    at = await database.fetchval("SELECT laid_at FROM stone WHERE id = $1", ids[-1])
    await forget([*other_ids, *ids])
    assert (await replay()).again == 2
    assert (door, False, at) in done
    assert [each[:2] for each in done if each[0] == other] == [(other, True)]
    known = await database.fetch("SELECT id FROM stone WHERE id = ANY($1::uuid[])", [*ids, *other_ids])
    assert len(known) == 5, "all are known now"


async def test_two_who_replay_at_once_do_it_once() -> None:
    """As a service and its worker do when they start."""
    ids = await laid(uuid4(), False)
    ids += await laid(uuid4(), False)
    await forget(ids)
    found = await asyncio.gather(*(replay() for _ in range(4)))
    assert (sum(each.again for each in found), len(done)) == (2, 2)


async def test_what_was_said_in_the_restored_database_counts_more() -> None:
    door = uuid4()
    before = await laid(door, False)
    await lay(door, True)  # its file is not written yet
    await forget(before)
    assert (await replay()).again == 0
    assert done == []


async def test_nobody_reads_in_the_folder_what_it_was() -> None:
    door = uuid4()
    short, long = await laid(door, False), await laid(uuid4(), True, remark="." * 300)
    contents = [await outside.read(await file_of(stone_id)) for stone_id in (*short, *long)]
    assert None not in contents
    assert len({len(content or b"") for content in contents}) == 1
    names = [await file_of(stone_id) for stone_id in (*short, *long)]
    for told in (str(door), KIND, "open"):
        assert not any(told.encode() in (content or b"") for content in contents)
        assert not any(told in name for name in names)
    row = await database.fetchrow("SELECT * FROM stone WHERE id = $1", short[0])
    assert row is not None
    assert row["content"] is None, "the row says nothing either once it was copied"


async def test_forged_and_moved_files_are_named_and_never_obeyed() -> None:
    (mine,) = await laid(uuid4(), False)
    name = await file_of(mine)
    content = await outside.read(name)
    assert content is not None
    at = clock.now()
    made_up = Stone(KIND, at, None, msgspec.Raw(msgspec.json.encode(Door(uuid4(), False))))
    forged = {
        stones.name_of(uuid4(), at): msgspec.json.encode(made_up),  # not sealed
        stones.name_of(uuid4(), at): content,  # another's content
        stones.name_of(mine, at): content,  # moved to another time
        stones.name_of(uuid4(), at): b"",
        f"{FOLDER}/{at:%Y-%m-%d}/remark.txt": b"?",
    }
    await forget([mine])
    await outside.delete(name)
    for path, bytes_ in forged.items():
        await outside.write(path, bytes_)
    try:
        found = await replay()
        assert set(found.forged) == set(forged)
        assert (found.again, done) == (0, [])
    finally:
        for path in forged:
            await outside.delete(path)
            await outside.delete(path)
    with pytest.raises(Unreadable):
        stones.unseal(uuid4(), content)


async def test_one_that_fails_is_tried_again_and_keeps_nobody_waiting() -> None:
    stuck = await laid(uuid4(), False, remark="stuck")
    name = await file_of(stuck[0])
    fine = await laid(uuid4(), False)
    await forget([*stuck, *fine])
    found = await replay()
    assert (found.again, found.failed) == (1, 1)
    assert (await replay()).failed == 1
    await outside.delete(name)


async def test_a_file_that_could_not_be_written_is_written_later(monkeypatch: pytest.MonkeyPatch) -> None:
    stone_id = await lay(uuid4(), False)

    async def away(_name: str, _content: bytes) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(outside, "write", away)
        with pytest.raises(Unavailable):
            await stones.copy(Laid(stone_id))
    assert await outside.read(await file_of(stone_id)) is None
    await database.execute("UPDATE stone SET laid_at = now() - interval '6 minutes' WHERE id = $1", stone_id)
    assert await stones.copy_left() >= 1
    assert await outside.read(await file_of(stone_id)) is not None
    await outside.delete(await file_of(stone_id))
    await stones.copy(Laid(stone_id))
    assert await outside.read(await file_of(stone_id)) is None, "twice is nothing"


async def test_old_files_are_not_obeyed_and_go_when_their_rows_do() -> None:
    assert stones.READ_DAYS < stones.KEPT_DAYS, "a file that is read has a row as long"
    at = clock.now() - timedelta(days=stones.READ_DAYS + 1)
    older = clock.now() - timedelta(days=stones.KEPT_DAYS + 1)
    names = []
    for when in (at, older):
        stone_id = uuid4()
        stone = Stone(KIND, when.astimezone(UTC), None, msgspec.Raw(msgspec.json.encode(Door(uuid4(), False))))
        names.append(stones.name_of(stone_id, when))
        await outside.write(names[-1], stones.seal(stone_id, stone))
    assert (await stone_replay.replay(None)).again == 0
    assert await stones.clear() == 1
    assert [await outside.read(name) is None for name in names] == [False, True]
    assert stone_replay.is_too_old(at.date())
    assert not stone_replay.is_too_old(clock.now().date())


async def test_nothing_is_laid_without_its_transaction() -> None:
    door = uuid4()

    @transactional
    async def changes_her_mind() -> None:
        await stones.lay(KIND, Door(door, False), about=str(door))
        raise ValueError("never mind")

    before = await database.fetchval("SELECT count(*) FROM stone")
    with pytest.raises(ValueError, match="never mind"):
        await changes_her_mind()
    assert await database.fetchval("SELECT count(*) FROM stone") == before
    with pytest.raises(AssertionError):
        stones.lay(KIND, Door(door, False))  # type: ignore[unused-coroutine]  # it never begins


async def test_until_when_all_is_known_never_goes_back() -> None:
    now = clock.now()
    for at in (now, now - timedelta(days=3)):
        await stones.know_all_until(at)
        assert await stones.known_until() == now
    await stones.know_all_until(now + timedelta(seconds=1))
    assert await stones.known_until() == now + timedelta(seconds=1)
