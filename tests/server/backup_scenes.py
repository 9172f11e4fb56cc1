"""What happens in `test_restored_backup`, scene by scene, each in a process of its own. Prints JSON."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from foundation import database, job_worker, secrets
from foundation.secrets import Unreadable, vault
from foundation.settings import load_settings
from membership import babies, members
from server import house, tombstones
from server.commands.serve import replay_tombstones
from tests.makers.babies import authorize, make_child
from tests.makers.members import make_known_member
from tests.makers.privacy import delete_now


async def make() -> dict[str, Any]:
    """A mother who will be erased, and another who will put a baby away; a sealed value of the first."""
    mother, other = await make_known_member(nickname="陈小雨"), await make_known_member()
    await authorize(mother.id)
    await authorize(other.id)
    await make_child(mother.id)
    row = await database.fetchrow("SELECT phone_sealed FROM member WHERE id = $1", mother.id)
    assert row is not None
    return {
        "member": str(mother.id),
        "phone": mother.phone,
        "sealed": row["phone_sealed"].hex(),
        "put_away": str(await make_child(other.id)),
    }


async def erase(member_id: str, baby_id: str) -> dict[str, Any]:
    """The one has herself forgotten, the other's baby is destroyed a week after it was put away."""
    done = await delete_now(UUID(member_id))
    owner = await database.fetchval("SELECT member_id FROM baby WHERE id = $1", UUID(baby_id))
    await babies.put_away(owner, UUID(baby_id))
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 7 WHERE id = $1", UUID(baby_id))
    assert await babies.destroy_due() == 1
    await job_worker.drain(database.pool())
    return {"deleted": done.deleted}


async def look(written: str) -> dict[str, Any]:
    made = json.loads(written)
    found = await members.find(UUID(made["member"]))
    assert found is not None
    return {
        "member": found.status,
        "phone": found.phone(),
        "put_away": await database.fetchval("SELECT status FROM baby WHERE id = $1", UUID(made["put_away"])),
    }


async def read_all(member_id: str) -> dict[str, Any]:
    """What is sealed with her keys and with her child's."""
    found = await members.find(UUID(member_id))
    view = await members.get(UUID(member_id))
    (baby,) = await babies.babies_of(UUID(member_id))
    assert found is not None and view is not None
    return {"phone": found.phone(), "nickname": view.profile.nickname, "baby": baby.nickname}


async def try_keys(written: str) -> dict[str, Any]:
    """Whether any keyring that is left opens what was sealed with hers."""
    made = json.loads(written)
    place = secrets.place("member", "phone_sealed", made["member"], made["member"])
    rows = await database.fetch("SELECT data_key FROM member WHERE data_key IS NOT NULL")
    assert rows, "the other one is still there"
    return {"opens": any(_opens(row["data_key"], place, bytes.fromhex(made["sealed"])) for row in rows)}


def _opens(stored: bytes, place: str, sealed: bytes) -> bool:
    try:
        vault().keyring(stored).unseal(place, sealed)
    except Unreadable:
        return False
    return True


async def start(written: str) -> dict[str, Any]:
    """What `muying serve` does before anybody is served."""
    replay_tombstones()
    return await look(written)


Scenes = Mapping[str, Callable[..., Awaitable[dict[str, Any]]]]

SCENES: Scenes = {
    "make": make,
    "erase": erase,
    "look": look,
    "read_all": read_all,
    "open": try_keys,
    "start": start,
}


async def play(scenes: Scenes, name: str, *arguments: str) -> None:
    settings = load_settings(dict(os.environ))
    await tombstones.up(settings)
    try:
        print(json.dumps(await scenes[name](*arguments)))
    finally:
        await house.down()


if __name__ == "__main__":
    asyncio.run(play(SCENES, *sys.argv[1:]))
