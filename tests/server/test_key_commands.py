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
from foundation.settings import Key, Settings, load_settings, new_secrets
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
    lines = capsys.readouterr().out.splitlines()
    assert {line.partition("=")[0] for line in lines if not line.startswith("#")} == set(new_secrets())


def test_a_new_key_stands_beside_any_other(capsys: pytest.CaptureFixture[str], world: Settings) -> None:
    """Put in front of those that are there, as it is told: the settings are good, and no id is there twice."""
    told = []
    for _ in range(3):
        run(argparse.Namespace(verb="new"))
        told.append(capsys.readouterr().out)
    made = [dict(line.split("=", 1) for line in each.splitlines() if not line.startswith("#")) for each in told]
    lists = [name for name in made[0] if name.endswith("_KEYS")]
    assert len(lists) == 4
    together = {name: ",".join([*(each[name] for each in made), new_secrets()[name]]) for name in lists}
    settings = load_settings(
        {
            **made[0],
            "DATABASE_URL": world.database_url,
            "REDIS_URL": world.redis_url,
            "WECHAT_APP_ID": world.wechat.app_id,
            "WECHAT_APP_SECRET": world.wechat.app_secret,
            "WECHAT_CALLBACK_TOKEN": world.wechat.callback_token,
            "WECHAT_CALLBACK_AES_KEY": world.wechat.callback_aes_key,
            **together,
        }
    )
    ids = {key.id for key in settings.encryption_keys}
    assert (len(ids), len(settings.audit_keys), "k1" in ids) == (4, 4, True)


async def test_it_counts_down_what_it_waits_for(
    world: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_known_member()
    monkeypatch.setattr(rotation, "LONGEST_SLEEP_SECONDS", 0.3)
    monkeypatch.setattr(keys, "COUNT_DOWN_SECONDS", 0.0)
    await keys.rotate_data(world, wait_seconds=3.0)
    lines = capsys.readouterr().out.splitlines()
    for phase in ("seal", "shrink"):
        waited = [line.split(maxsplit=3)[3] for line in lines if line.startswith(f"before {phase}: waiting")]
        assert waited[0] == f"3 s left{keys.WAITING_FOR}"
        counted = [int(each.split()[0]) for each in waited]
        assert len(set(counted)) > 1
        assert counted == sorted(counted, reverse=True)
    assert [line for line in lines if line.startswith("seal: ")]


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
