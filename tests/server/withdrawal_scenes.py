"""What happens in `test_restored_dump`, scene by scene, each in a process of its own. Prints JSON."""

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from foundation import database, job_worker
from foundation.errors import Problem
from membership import authorizations, babies, enrolment, families, members
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.members import make_known_member
from tests.makers.privacy import delete_now
from tests.server import backup_scenes


async def make() -> dict[str, Any]:
    """A mother whose family sees her child; another who puts one away and brings one back; one who takes back what she
    allowed; one who takes back `privacy`; one who leaves for good."""
    mother, tapping = await make_mother(), await make_mother()
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child, "guardian")
    aunt, _ = await make_relative(mother.id, child)
    grandfather, _ = await make_relative(mother.id, child)
    withdrawing, private = await make_known_member(), await make_known_member(nickname="陈小雨")
    await authorize(withdrawing.id, *authorizations.PURPOSES)
    await authorize(private.id)
    leaving = await make_known_member()
    await authorize(leaving.id)
    brought_back = await make_pregnancy(tapping.id, nickname="圆圆")
    await babies.put_away(tapping.id, brought_back)
    people = {
        "mother": mother.id,
        "father": father.id,
        "aunt": aunt.id,
        "grandfather": grandfather.id,
        "tapping": tapping.id,
        "withdrawing": withdrawing.id,
        "private": private.id,
        "leaving": leaving.id,
    }
    profiles = {
        "child": child,
        "put_away": await make_pregnancy(tapping.id),
        "brought_back": brought_back,
        "withdrawn_child": await make_child(withdrawing.id),
        "private_child": await make_child(private.id),
        "leaving_child": await make_child(leaving.id),
    }
    return {name: str(found) for name, found in (people | profiles).items()}


async def take_away(written: str) -> dict[str, Any]:
    """All of it, through the verbs that the faces call; then the worker's queue is worked off."""
    of = {name: UUID(found) for name, found in json.loads(written).items()}
    (father,) = [each for each in await babies.shares(of["mother"], of["child"]) if each.role == "guardian"]
    await babies.stop_sharing(of["mother"], of["child"], father.person_id)
    await families.leave(of["aunt"])
    (grandfather,) = await babies.shares(of["mother"], of["child"])
    await families.remove(of["mother"], grandfather.person_id)
    await babies.put_away(of["tapping"], of["put_away"])
    await babies.bring_back(of["tapping"], of["brought_back"])
    await authorizations.withdraw(of["withdrawing"])
    await enrolment.withdraw(of["private"], members.PRIVACY)
    await delete_now(of["leaving"])
    await job_worker.drain(database.pool())
    return await look(written)


async def look(written: str) -> dict[str, Any]:
    """Who reads what: each door of each reader, by name."""
    of = {name: UUID(found) for name, found in json.loads(written).items()}
    readers = {
        "the father": babies.open_baby(of["father"], of["child"]),
        "the aunt": babies.glimpse(of["aunt"], of["child"]),
        "the grandfather": babies.glimpse(of["grandfather"], of["child"]),
        "the aunt, her family": families.family(of["aunt"]),
        "the grandfather, his family": families.family(of["grandfather"]),
        "the mother, what she put away": babies.open_baby(of["tapping"], of["put_away"]),
        "an expert": babies.open_for_staff(of["withdrawn_child"], "expert"),
        "a store": babies.open_for_staff(of["withdrawn_child"], "store_reminders"),
        "research": babies.open_for_staff(of["withdrawn_child"], "research"),
        "her own screen": babies.open_baby(of["withdrawing"], of["withdrawn_child"]),
        "an expert, of the private one": babies.open_for_staff(of["private_child"], "service"),
        "an expert, of her who left": babies.open_for_staff(of["leaving_child"], "service"),
        "the mother, what she brought back": babies.open_baby(of["tapping"], of["brought_back"]),
    }
    reading = [name for name, door in readers.items() if await _opens(door)]
    for purpose in ("service", "marketing"):
        found = {baby.id for baby in await babies.open_batch(purpose, limit=1000)}
        hidden = ("put_away", "withdrawn_child", "private_child", "leaving_child")
        reading += [f"jobs for {purpose}: {name}" for name in hidden if of[name] in found]
    private = await members.find(of["private"])
    assert private is not None
    return {
        "reading": reading,
        "phone": private.phone() is not None,
        "consent": await members.has_consented(of["private"], members.PRIVACY),
    }


async def _opens(door: Awaitable[object]) -> bool:
    try:
        await door
    except Problem:
        return False
    return True


SCENES: backup_scenes.Scenes = {"make": make, "take_away": take_away, "look": look}


if __name__ == "__main__":
    asyncio.run(backup_scenes.play(SCENES, *sys.argv[1:]))
