"""Shares of an installation that did not write down by which place they were given: which go on, and which are over."""

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import babies, families
from server.migrate import sql_of
from tests.makers.babies import authorize, make_child
from tests.makers.families import join, make_family, person_of
from tests.makers.members import MadeMember, make_member

pytestmark = pytest.mark.usefixtures("world")

BACKFILL = "0030_givers"


@transactional
async def upgrade(mother: MadeMember) -> None:
    """Her shares as they were before, and what the migration makes of them."""
    await database.execute(
        "UPDATE baby_share SET giver_id = NULL WHERE baby_id IN (SELECT id FROM baby WHERE member_id = $1)", mother.id
    )
    await database.execute(sql_of(BACKFILL).split(";")[0])


async def make_shared() -> tuple[MadeMember, MadeMember, MadeMember]:
    """(the head, the mother, a father who sees her child)."""
    head, (mother, father) = await make_family(2)
    await authorize(mother.id)
    child = await make_child(mother.id)
    await babies.share_with(mother.id, child, await person_of(head.id, father.id), "guardian")
    return head, mother, father


async def test_what_was_never_interrupted_goes_on() -> None:
    _, mother, father = await make_shared()
    await upgrade(mother)
    assert len(await babies.open_babies(father.id)) == 1


async def test_what_she_left_is_over_although_she_is_back() -> None:
    head, mother, father = await make_shared()
    await families.leave(mother.id)
    await join(head.id, mother.id)
    await upgrade(mother)
    assert await babies.babies_of(father.id) == []


async def test_who_came_after_her_return_was_told_since() -> None:
    head, (mother,) = await make_family()
    await authorize(mother.id)
    child = await make_child(mother.id)
    await families.leave(mother.id)
    await join(head.id, mother.id)
    father = await make_member()
    await join(head.id, father.id)
    await babies.share_with(mother.id, child, await person_of(head.id, father.id), "relative")
    await upgrade(mother)
    assert len(await babies.babies_of(father.id)) == 1


async def test_who_left_himself_stays_outside() -> None:
    head, mother, father = await make_shared()
    await families.leave(father.id)
    await join(head.id, father.id)
    await upgrade(mother)
    assert await babies.babies_of(father.id) == []
