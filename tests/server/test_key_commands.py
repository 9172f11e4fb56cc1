"""`muying keys`: what an operator reads, and what the worker takes up."""

import argparse
import asyncio
import os
import subprocess
import sys

import msgspec
import pytest

from foundation import rotation, wrapping_keys
from foundation.secrets import vault
from foundation.settings import Key, Settings, new_secrets
from foundation.startup import CannotStart
from server import keys
from server.commands.keys import run
from tests.makers.key_rotation import begin, pass_the_time
from tests.makers.keys import as_written
from tests.makers.members import make_known_member
from tests.server.test_development import ROOT, environment_of

pytestmark = pytest.mark.usefixtures("world")


async def test_a_new_master_takes_over(world: Settings) -> None:
    (old,) = world.encryption_keys
    new = Key("k2", b"n" * 32)
    with pytest.raises(CannotStart, match="only master key"):
        await keys.rotate_master(world)
    try:
        told = await keys.rotate_master(msgspec.structs.replace(world, encryption_keys=(new, old)))
        assert "under the master key k2" in told[0]
        assert "Take k1 out" in told[1]
        assert (await keys.status())[0] == "wrapping key 1: under the master key k2" + ", wraps" * (
            vault().current == 1
        )
        (told_again,) = await keys.rotate_master(msgspec.structs.replace(world, encryption_keys=(new, old)))
        assert "k1 can be taken away" in told_again
    finally:
        await wrapping_keys.rewrap(msgspec.structs.replace(world, encryption_keys=(old, new)))


async def test_it_says_how_far_it_is_and_what_came_of_it(world: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await make_known_member()
    await begin(world)
    assert any("is in the phase grow" in line for line in await keys.status())
    told = await keys.rotate_data(world, wait_seconds=0.0)
    assert "owners have fresh keys" in told[0]
    assert "going on where it stands" in capsys.readouterr().out
    assert any("is finished" in line for line in await keys.status())


async def test_the_worker_takes_up_what_was_left(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await keys.go_on_rotating()
    await begin(world)
    monkeypatch.setattr(keys, "TICK_SECONDS", 0.0)
    assert not await keys.go_on_rotating(), "its time is up before it began"
    monkeypatch.setattr(keys, "TICK_SECONDS", 1.0)
    while await rotation.under_way():
        await keys.go_on_rotating()
        await pass_the_time()
    assert await keys.go_on_rotating()


def test_new_secrets_are_printed_without_a_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(argparse.Namespace(verb="new")) == 0
    assert "MUYING_ENCRYPTION_KEYS=k1:" in capsys.readouterr().out


async def test_an_operator_changes_the_master(world: Settings) -> None:
    """As processes of their own: with both keys, and afterwards with the new one alone."""
    (old,), new = world.encryption_keys, Key("k2", os.urandom(32))

    async def muying(*arguments: str, masters: str) -> "subprocess.CompletedProcess[str]":
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
            **new_secrets() | {"MUYING_ENCRYPTION_KEYS": masters},
        )
        command = [sys.executable, "-m", "server", "keys", *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )

    try:
        told = await muying("rotate-master", masters=as_written(new, old))
        assert (told.returncode, "Take k1 out" in told.stdout) == (0, True), told.stderr
        told = await muying("status", masters=as_written(new))
        assert (told.returncode, told.stdout.startswith("wrapping key 1: under the master key k2")) == (0, True)
        refused = await muying("status", masters=as_written(old))
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "it needs the master key k2" in refused.stderr
    finally:
        await wrapping_keys.rewrap(msgspec.structs.replace(world, encryption_keys=(old, new)))
