"""The chain of the audit: whoever owns the database and holds no key changes nothing unseen."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from foundation import audit_chain, audit_check, audit_heads, audit_keys, database, outside
from foundation.audit_keys import AuditKeys
from foundation.settings import Key, Settings
from tests.makers.audit import FORGED, kinds, owning_the_database, rechain, write_and_seal, write_entry

pytestmark = pytest.mark.usefixtures("world")

CUT = "DELETE FROM audit_link WHERE seq >= $1"
ENTRY = "(SELECT entry_id FROM audit_link WHERE seq = $1)"


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Heads of this test alone: others do not see what is done to them."""
    folder = f"audit-heads-{uuid4().hex}"
    monkeypatch.setattr(audit_heads, "FOLDER", folder)
    yield folder


def heads_folder(world: Settings) -> Path:
    (day,) = (world.home / "files" / outside.ROOT / audit_heads.FOLDER).iterdir()
    return day


async def test_what_nobody_touched_is_whole() -> None:
    seqs = await write_and_seal()
    heard: list[int] = []
    report = await audit_check.check(heard.append)
    assert report.findings == []
    assert report.entries == heard[-1] >= seqs[-1]
    assert report.heads == 1


async def test_control_an_owner_who_changes_nothing_is_not_accused() -> None:
    await write_and_seal()
    async with owning_the_database() as connection:
        await rechain(connection)
        assert await kinds() == set()


@pytest.mark.parametrize(
    "change", ["reason = 'other'", "actor_id = gen_random_uuid()", "after = '{\"points\": 9}'", "subject_id = 'x'"]
)
async def test_an_edit_is_found(change: str) -> None:
    _, seq, _ = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(f"UPDATE audit_entry SET {change} WHERE id = {ENTRY}", seq)  # noqa: S608  # ours
        report = await audit_check.check()
        assert [finding.kind for finding in report.findings] == ["edited"]
        assert f"(link {seq})" in report.findings[0].sentence
        await rechain(connection)
        assert await kinds() == {"edited", "relinked"}, (
            "computed anew it is two things: no MAC, and other than the head"
        )


async def test_another_time_is_found() -> None:
    _, seq, _ = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(
            f"UPDATE audit_entry SET created_at = now() - interval '1 day' WHERE id = {ENTRY}",  # noqa: S608  # ours
            seq,
        )
        assert await kinds() == {"relinked"}
        await rechain(connection)
        assert await kinds() == {"relinked"}, "the head knows better"


async def test_an_entry_taken_out_of_the_middle_is_found() -> None:
    _, seq, _ = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(f"DELETE FROM audit_entry WHERE id = {ENTRY}", seq)  # noqa: S608  # ours
        assert await kinds() == {"missing"}
        await connection.execute("DELETE FROM audit_link WHERE seq = $1", seq)
        assert await kinds() == {"missing", "relinked"}, "a gap, and the next link follows nothing"
        await rechain(connection)
        # One entry fewer: the last signed number is beyond the end.
        assert await kinds() == {"cut"}


async def test_an_entry_taken_out_and_another_put_at_the_end_is_found() -> None:
    _, seq, _ = await write_and_seal()
    await write_entry()
    async with owning_the_database() as connection:
        await connection.execute(f"DELETE FROM audit_entry WHERE id = {ENTRY}", seq)  # noqa: S608  # ours
        await connection.execute("DELETE FROM audit_link WHERE seq = $1", seq)
        await connection.execute(
            "INSERT INTO audit_link (seq, entry_id, hash)"
            " SELECT 1 + (SELECT max(seq) FROM audit_link), id, sha256('x') FROM audit_entry entry"
            " WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id)"
        )
        await rechain(connection)
        assert await kinds() == {"relinked"}, "every MAC is right and no number is missing; the head says otherwise"


async def test_a_cut_tail_is_found() -> None:
    _, seq, last = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(
            "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq >= $1)", seq
        )
        await connection.execute(CUT, seq)
        report = await audit_check.check()
        (finding,) = report.findings
        assert (finding.kind, f"Links {seq} to {last}" in finding.sentence) == ("cut", True)


async def test_a_link_cut_off_while_its_entry_stays_is_found() -> None:
    *_, last = await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(CUT, last)
        assert await kinds() == {"cut"}, "the entry waits for a link, and the head knows that it had one"


@pytest.mark.parametrize("age", [timedelta(), timedelta(days=3)])
async def test_an_entry_put_in_is_found(age: timedelta) -> None:
    await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(FORGED, age, bytes(32))
        assert await kinds() == {"put_in"}


async def test_an_entry_put_in_and_linked_is_found() -> None:
    await write_and_seal()
    async with owning_the_database() as connection:
        await connection.execute(FORGED, timedelta(), bytes(32))
        await connection.execute(
            "INSERT INTO audit_link (seq, entry_id, hash)"
            " SELECT (SELECT max(seq) + 1 FROM audit_link), id, sha256('x') FROM audit_entry"
            " WHERE action = 'test.forged'"
        )
        assert await kinds() == {"edited"}


async def test_a_true_entry_dated_back_before_it_was_linked_is_found() -> None:
    await write_and_seal()
    subject = await write_entry()
    async with owning_the_database() as connection:
        await connection.execute(
            "UPDATE audit_entry SET created_at = now() - interval '1 hour' WHERE subject_id = $1", str(subject)
        )
        assert await kinds() == {"put_in"}


async def test_a_fresh_entry_only_waits() -> None:
    await write_and_seal()
    await write_entry()
    report = await audit_check.check()
    assert (report.waiting, report.findings) == (1, [])


async def test_an_entry_that_waits_too_long_asks_for_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    await write_and_seal()
    await write_entry()
    monkeypatch.setattr(audit_check, "SOON", timedelta(seconds=-5))
    assert await kinds() == {"not_linked"}
    await audit_chain.seal()
    assert await kinds() == set()


async def test_heads_that_were_deleted_are_missed(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await write_and_seal()
    for file in heads_folder(world).iterdir():
        file.unlink()
    assert await kinds() == set(), "the next minute may bring one"
    monkeypatch.setattr(audit_check, "SOON", timedelta(seconds=-5))
    assert await kinds() == {"not_signed"}


async def test_a_forged_head_is_found(world: Settings) -> None:
    seqs = await write_and_seal()
    stranger = AuditKeys((Key(world.audit_keys[0].id, b"s" * 32),))
    head = stranger.signed(seqs[-1] - 1, b"x" * 32, await database.fetchval("SELECT now()"))
    (file,) = heads_folder(world).iterdir()
    text = file.read_text(encoding="utf-8")
    file.with_name("235959000000-000000000001.json").write_bytes(msgspec.json.encode(head))
    assert await kinds() == {"head_forged"}
    file.with_name("235959000000-000000000001.json").write_text("{}", encoding="utf-8")
    assert await kinds() == {"head_forged"}
    file.with_name("235959000000-000000000001.json").unlink()
    file.write_text(text.replace(f'"seq":{seqs[-1]}', f'"seq":{seqs[-1] - 1}'), encoding="utf-8")
    assert await kinds() == {"head_forged"}


async def test_an_older_key_still_vouches(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await write_and_seal()
    newer = AuditKeys((Key("a2", b"n" * 32), *world.audit_keys))
    monkeypatch.setattr(audit_keys._Held, "keys", newer)
    await write_and_seal(1)
    assert await kinds() == set()
    monkeypatch.setattr(audit_keys._Held, "keys", AuditKeys(world.audit_keys))
    found = await kinds()
    assert found == {"edited", "head_forged"}, "control: without the newer key what it made is nobody's"
    # What the newer key sealed must not trouble other tests.
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        (seq,) = (await connection.fetch("SELECT max(seq) AS seq FROM audit_link"))[0]
        entry = await connection.fetchval("DELETE FROM audit_link WHERE seq = $1 RETURNING entry_id", seq)
        await connection.execute("DELETE FROM audit_entry WHERE id = $1", entry)
