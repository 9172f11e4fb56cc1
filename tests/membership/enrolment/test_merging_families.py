"""Two members turn out to be one, and one or both belong to a family."""

from uuid import UUID

import pytest

import membership.families.invariants
import membership.points.invariants
from foundation.transactions import transactional
from membership import families, members
from membership.enrolment.merging import MovedInMerge, merge
from tests.breakers import keeps
from tests.makers.families import allow, bring_back, earn, join, make_family, spend
from tests.makers.members import make_member
from tests.makers.points import account_of

INVARIANTS = (*membership.families.invariants.INVARIANTS, *membership.points.invariants.INVARIANTS)

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def become(gone: UUID, stays: UUID) -> MovedInMerge:
    held = await members.hold({gone, stays})
    return await merge(held[gone], held[stays])


async def test_without_a_family_nothing_moves() -> None:
    assert (await become((await make_member()).id, (await make_member()).id)).families == 0


@keeps(INVARIANTS)
async def test_a_relatives_place_follows_him_with_what_he_earned() -> None:
    head, (gone,) = await make_family()
    stays = await make_member()
    prefix = await earn(gone.id, 100)
    await allow(head.id, gone.id)
    assert (await become(gone.id, stays.id)).families == 1
    await earn(stays.id, 10)
    await spend(stays.id, 30)
    view = await families.family(stays.id)
    assert [(person.earned_this_month, person.would_take_along) for person in view.people if person.is_me] == [
        (110, 80)
    ]
    assert (await families.leave(stays.id)).points == 80
    assert (await account_of(head.id), await account_of(stays.id)) == ((0, 0), (80, 0))
    await bring_back(stays.id, prefix, 100)
    assert (await account_of(head.id), await account_of(stays.id)) == ((0, 30), (10, 0))


@keeps(INVARIANTS)
async def test_a_family_follows_its_head() -> None:
    gone, (relative,) = await make_family()
    stays = await make_member()
    await earn(relative.id, 100)
    await earn(stays.id, 7)
    await become(gone.id, stays.id)
    assert (await families.family(stays.id)).is_head
    await earn(relative.id, 10)
    assert await account_of(stays.id) == (117, 0)
    assert (await families.leave(relative.id)).points == 110


@keeps(INVARIANTS)
async def test_who_stays_keeps_her_own_place_and_the_other_ends_as_if_he_had_left() -> None:
    head, (gone,) = await make_family()
    stays, (other,) = await make_family()
    await earn(gone.id, 100)
    await earn(other.id, 5)
    await become(gone.id, stays.id)
    assert (await account_of(head.id), await account_of(stays.id)) == ((0, 0), (105, 0))
    assert len((await families.family(head.id)).people) == 1
    assert len((await families.family(stays.id)).people) == 2


@keeps(INVARIANTS)
async def test_of_two_heads_the_one_who_stays_remains_head() -> None:
    gone, (relative,) = await make_family()
    stays, (other,) = await make_family()
    await earn(gone.id, 1)
    await earn(relative.id, 100)
    await become(gone.id, stays.id)
    with pytest.raises(families.NoFamily):
        await families.family(relative.id)
    assert await account_of(relative.id) == (100, 0)
    assert await account_of(stays.id) == (1, 0)
    assert (await families.family(other.id)).id == (await families.family(stays.id)).id


@keeps(INVARIANTS)
async def test_a_relative_of_herself() -> None:
    gone, (stays, other) = await make_family(2)
    for member in (gone, stays, other):
        await earn(member.id, 10)
    await become(gone.id, stays.id)
    for member in (stays, other):
        with pytest.raises(families.NoFamily):
            await families.family(member.id)
    assert (await account_of(stays.id), await account_of(other.id)) == ((20, 0), (10, 0))
    await join(stays.id, other.id)


@keeps(INVARIANTS)
async def test_two_of_one_family() -> None:
    head, (gone, stays) = await make_family(2)
    await earn(gone.id, 10)
    await earn(stays.id, 20)
    await become(gone.id, stays.id)
    assert (await account_of(head.id), await account_of(stays.id)) == ((20, 0), (10, 0))
    assert len((await families.family(head.id)).people) == 2
    assert (await families.leave(stays.id)).points == 20
