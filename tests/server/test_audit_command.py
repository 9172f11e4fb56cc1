"""`muying audit`: what an operator reads, and what is left to do after a restored backup."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

from foundation import audit_chain, audit_heads, database
from foundation.settings import Settings, new_secrets
from foundation.startup import CannotStart
from server import audit
from server.cli import _parser
from tests.makers.audit import kinds, owning_the_database, write_and_seal, write_entry
from tests.makers.keys import as_written, masters_of
from tests.server.test_development import ROOT, environment_of

pytestmark = pytest.mark.usefixtures("world")

REASON = "the backup of 3 May was restored"


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Heads of this test alone."""
    monkeypatch.setattr(audit_heads, "FOLDER", f"audit-heads-{uuid4().hex}")
    yield


async def sign_what_is_lost(links: int) -> int:
    """A head that knows of more links than there are, as after a restore: the last number it knows."""
    *_, last = await write_and_seal()
    await audit_heads.sign(last + links, b"x" * 32, await database.fetchval("SELECT now()"))
    return last + links


async def test_a_whole_audit_ends_well(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    await write_and_seal()
    await write_entry()
    monkeypatch.setattr(audit, "TELL_SECONDS", -1.0)
    assert await audit.verify() == 0
    progress, last = capsys.readouterr().out.splitlines()[-2:]
    assert progress.endswith(" entries")
    assert last.startswith("whole: ")
    assert "1 waiting for the next minute, 1 signed heads" in last


async def test_a_broken_one_ends_badly_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    seqs = await write_and_seal(25)
    async with owning_the_database() as connection:
        await connection.execute("UPDATE audit_entry SET reason = 'other' WHERE subject = 'test'")
        assert await audit.verify() == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("edited ") for line in lines) == audit.MOST_NAMED
    assert any(line.startswith("… and ") for line in lines)
    assert lines[-1].startswith("BROKEN: ")
    assert len(seqs) == 25


async def test_what_a_restore_lost_is_given_up_once(capsys: pytest.CaptureFixture[str]) -> None:
    lost = await sign_what_is_lost(5)
    assert await audit.verify() == 1
    (line,) = await audit.give_up(REASON)
    assert line == f"Links {lost - 4} to {lost} were cut off the end: a signed head knows of link {lost}. " + (
        f"That is signed as given up, and told by every check: {REASON}"
    )
    assert await audit.verify() == 0
    assert f"everything after link {lost - 5}" in capsys.readouterr().out
    await write_entry()
    assert (await audit_chain.seal()).head == lost - 4, "the chain goes on where the backup ends"
    for _ in range(6):
        await write_and_seal(1)
    assert await kinds() == set()
    with pytest.raises(CannotStart, match="nothing to give up"):
        await audit.give_up(REASON)


async def test_who_starts_before_giving_up_loses_nothing() -> None:
    """The workers of a restored database run already, and the staff does things: none of it takes a lost number."""
    lost = await sign_what_is_lost(2)
    for _ in range(3):
        await write_entry()
        assert (await audit_chain.seal()).broken
    assert await audit_chain.hash_at(lost) is None
    assert await kinds() == {"cut"}
    await audit.give_up(REASON)
    assert (await audit_chain.seal()).linked == 3, "what waited"
    assert await kinds() == set()


async def test_a_lost_tail_names_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    await write_and_seal()
    assert await audit.verify() == 0
    assert "give-up" not in capsys.readouterr().out
    await sign_what_is_lost(5)
    assert await audit.verify() == 1
    *_, remedy, last = capsys.readouterr().out.splitlines()
    assert remedy == audit.AFTER_A_RESTORE
    assert "muying audit give-up --reason" in remedy
    assert last.startswith("BROKEN: ")


async def test_giving_up_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_what_is_lost(5)
    monkeypatch.setattr(audit, "TELL_SECONDS", -1.0)
    await audit.give_up(REASON)
    assert capsys.readouterr().out.splitlines()[-1].endswith(" entries")


async def test_an_edit_can_not_be_given_up() -> None:
    await sign_what_is_lost(1)
    async with owning_the_database() as connection:
        await connection.execute("UPDATE audit_entry SET reason = 'other' WHERE subject = 'test'")
        with pytest.raises(CannotStart, match="More is wrong"):
            await audit.give_up(REASON)


@pytest.mark.parametrize("reason", ["", " ", "a\nb", "x" * 201])
async def test_giving_up_wants_a_reason(reason: str) -> None:
    await sign_what_is_lost(1)
    with pytest.raises(CannotStart, match="Say why"):
        await audit.give_up(reason)
    assert await kinds() == {"cut"}


def test_the_verbs_are_named() -> None:
    assert _parser().parse_args(["audit", "verify"]).verb == "verify"
    with pytest.raises(SystemExit):
        _parser().parse_args(["audit", "repair"])


async def test_an_operator_checks_it(world: Settings) -> None:
    """As a process of its own, with the keys of this house and with others."""
    await audit_chain.seal()

    async def verify(**more: str) -> "subprocess.CompletedProcess[str]":
        environment = environment_of(
            world.home,
            world.port,
            MUYING_ENV="test",
            DATABASE_URL=world.database_url,
            REDIS_URL=world.redis_url,
            WECHAT_APP_ID=world.wechat.app_id,
            WECHAT_APP_SECRET=world.wechat.app_secret,
            WECHAT_CALLBACK_TOKEN=world.wechat.callback_token,
            WECHAT_CALLBACK_AES_KEY=world.wechat.callback_aes_key,
            **new_secrets() | masters_of(world) | more,
        )
        command = [sys.executable, "-m", "server", "audit", "verify"]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )

    await write_and_seal()
    told = await verify(MUYING_AUDIT_KEYS=as_written(*world.audit_keys))
    assert "entries in the chain" in told.stdout, told.stderr
    assert not any(line.startswith(("edited", "relinked", "missing", "put_in")) for line in told.stdout.splitlines())
    told = await verify()
    assert (told.returncode, told.stdout.splitlines()[-1].startswith("BROKEN: ")) == (1, True), "with a stranger's keys"
