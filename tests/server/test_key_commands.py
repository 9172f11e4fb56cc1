"""`muying keys`: what an operator reads, and what the worker takes up."""

import argparse

import msgspec
import pytest

from foundation import rotation, wrapping_keys
from foundation.secrets import vault
from foundation.settings import Key, Settings
from foundation.startup import CannotStart
from server import keys
from server.commands.keys import run
from tests.makers.key_rotation import begin, pass_the_time
from tests.makers.members import make_known_member

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
