"""The reconciliation names what breaks an invariant of the members, and nothing else."""

from uuid import UUID

import pytest

from foundation import database
from foundation.settings import Settings
from foundation.transactions import transactional
from membership.members.invariants import INVARIANTS
from tests.makers.members import make_known_member, make_member, make_store_member
from tests.makers.stores import make_store

MERGE = (
    "UPDATE member SET status = 'merged', merged_into_id = $2, data_key = NULL, phone_index = NULL,"
    " phone_sealed = NULL, phone_verified_at = NULL, profile_sealed = NULL WHERE id = $1"
)


class _NeverMind(Exception):
    """Rolls a test's damage back."""


async def broken(member_id: UUID, *damage: tuple[str, *tuple[object, ...]]) -> set[str]:
    """The invariants that name the member after the damage, which is undone."""
    named: set[str] = set()

    @transactional
    async def do_damage() -> None:
        for statement, *arguments in damage:
            await database.execute(statement, *arguments)
        for invariant in INVARIANTS:
            if member_id in [row[0] for row in await database.fetch(invariant.breaks)]:
                named.add(invariant.name)
        raise _NeverMind

    with pytest.raises(_NeverMind):
        await do_damage()
    return named


async def test_nothing_is_broken_by_a_life_as_it_should_be(world: Settings) -> None:
    assert await broken((await make_known_member()).id) == set()


async def test_what_is_broken_is_named(world: Settings) -> None:
    wechat, known = await make_member(), await make_known_member()
    store = await make_store()
    one, two = await make_store_member(store.id), await make_store_member(store.id)
    assert await broken(one, (MERGE, one, two), (MERGE, two, known.id)) == {"members.merged_once"}
    assert await broken(wechat.id, (MERGE, wechat.id, known.id)) == {"members.merged_is_nobody"}
    forget = "DELETE FROM wechat_identity WHERE member_id = $1"
    assert await broken(wechat.id, (forget, wechat.id)) == {"members.wechat_members_are_known_to_wechat"}
    withdraw = "UPDATE consent SET withdrawn_at = now() WHERE member_id = $1"
    assert await broken(known.id, (withdraw, known.id)) == {"members.phone_with_consent"}
