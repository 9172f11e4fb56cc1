"""Two members turn out to be one, and one or both have babies."""

from uuid import UUID

import pytest

import membership.authorizations.invariants
import membership.babies.invariants
from foundation.transactions import transactional
from membership import authorizations, babies, families, members
from membership.enrolment.merging import MovedInMerge, merge
from tests.breakers import keeps
from tests.makers.babies import authorize, make_child, make_mother, make_relative
from tests.makers.families import join, make_family, person_of
from tests.makers.members import make_member

INVARIANTS = (*membership.babies.invariants.INVARIANTS, *membership.authorizations.invariants.INVARIANTS)

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def become(gone: UUID, stays: UUID) -> MovedInMerge:
    held = await members.hold({gone, stays})
    return await merge(held[gone], held[stays])


@keeps(INVARIANTS)
async def test_babies_follow_with_the_authorization_and_whom_they_are_shared_with() -> None:
    gone, stays = await make_mother("service", "expert"), await make_member()
    child = await make_child(gone.id)
    father, _ = await make_relative(gone.id, child, "guardian")
    moved = await become(gone.id, stays.id)
    assert (moved.babies, moved.authorizations) == (1, 1)
    assert (await babies.open_baby(stays.id, child)).member_id == stays.id
    assert (await babies.open_baby(father.id, child)).member_id == stays.id
    assert await authorizations.stands(stays.id, "expert")
    assert await babies.babies_of(gone.id) == []


@keeps(INVARIANTS)
async def test_who_was_two_of_one_family_goes_on_sharing() -> None:
    """One of her places ends, and she is there as before by the other."""
    head, (gone, stays, father) = await make_family(3)
    await authorize(gone.id)
    child = await make_child(gone.id)
    await babies.share_with(gone.id, child, await person_of(head.id, father.id), "guardian")
    await become(gone.id, stays.id)
    assert [each.id for each in await babies.open_babies(father.id)] == [child]
    assert len(await babies.shares(stays.id, child)) == 1
    await families.leave(stays.id)
    await join(head.id, stays.id)
    assert await babies.babies_of(father.id) == []


@keeps(INVARIANTS)
async def test_shares_in_a_family_that_she_has_no_more_end_with_it() -> None:
    head, (gone, father) = await make_family(2)
    _, (stays,) = await make_family()
    await authorize(gone.id)
    child = await make_child(gone.id)
    await babies.share_with(gone.id, child, await person_of(head.id, father.id), "guardian")
    await become(gone.id, stays.id)
    assert await babies.babies_of(father.id) == []
    await families.leave(stays.id)
    await join(head.id, stays.id)
    assert await babies.babies_of(father.id) == []
    assert await babies.shares(stays.id, child) == []


@keeps(INVARIANTS)
async def test_hers_come_first_and_nothing_is_lost_beyond_ten() -> None:
    gone, stays = await make_mother(), await make_mother()
    for number in range(10):
        await make_child(gone.id, nickname=f"那边{number}")
        await make_child(stays.id, nickname=f"这边{number}")
    await become(gone.id, stays.id)
    names = [each.nickname for each in await babies.babies_of(stays.id)]
    assert names == [f"这边{number}" for number in range(10)] + [f"那边{number}" for number in range(10)]
    with pytest.raises(babies.TooManyBabies):
        await make_child(stays.id, nickname="再一个")


@keeps(INVARIANTS)
async def test_a_father_who_turns_out_to_be_the_mother_sees_them_as_hers() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    other, _ = await make_relative(mother.id, child)
    await become(other.id, mother.id)
    assert [(each.id, each.role) for each in await babies.babies_of(mother.id)] == [(child, "mother")]
    assert await babies.shares(mother.id, child) == []


@keeps(INVARIANTS)
async def test_a_mother_who_turns_out_to_be_the_father() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    other, _ = await make_relative(mother.id, child, "guardian")
    await authorize(other.id, "research")
    await become(mother.id, other.id)
    with pytest.raises(babies.AuthorizationRequired):  # hers who stays holds, and says nothing of the service
        await babies.open_baby(other.id, child)
    await authorize(other.id)
    assert [(each.id, each.role) for each in await babies.babies_of(other.id)] == [(child, "mother")]


@keeps(INVARIANTS)
@pytest.mark.parametrize("answer", ["took it back", "refused"])
async def test_what_she_took_back_or_refused_does_not_come_back_with_the_other(answer: str) -> None:
    gone, stays = await make_mother("service", "marketing"), await make_member()
    child = await make_child(gone.id)
    if answer == "took it back":
        await authorize(stays.id, "service")
        hers = await make_child(stays.id)
        await authorizations.withdraw(stays.id)
    else:
        hers = child
        await authorizations.answer(stays.id, (await authorizations.text()).version, ())
    assert (await become(gone.id, stays.id)).authorizations >= 1, "the receipt follows her"
    assert not await authorizations.stands(stays.id, "service")
    assert not await authorizations.stands(stays.id, "marketing")
    for baby in (child, hers):
        with pytest.raises(babies.AuthorizationRequired):
            await babies.open_baby(stays.id, baby)


@keeps(INVARIANTS)
async def test_a_refusal_is_remembered_whoever_of_the_two_refused() -> None:
    for refuses in ("gone", "stays", "both"):
        gone, stays = await make_member(), await make_member()
        for name, member in (("gone", gone), ("stays", stays)):
            if refuses in (name, "both"):
                await authorizations.answer(member.id, (await authorizations.text()).version, ())
        await become(gone.id, stays.id)
        assert not (await authorizations.authorization(stays.id)).prompt, refuses


@keeps(INVARIANTS)
async def test_three_become_one_with_all_their_babies() -> None:
    mothers = [await make_mother() for _ in range(3)]
    for mother in mothers:
        for number in range(10):
            await make_child(mother.id, nickname=f"{mother.number[-3:]}的{number}")
    stays, *others = mothers
    for gone in others:
        await become(gone.id, stays.id)
    assert len(await babies.babies_of(stays.id)) == 30


@keeps(INVARIANTS)
async def test_who_has_more_than_ten_by_a_merge_brings_none_back() -> None:
    gone, stays = await make_mother(), await make_mother()
    for number in range(10):
        await make_child(gone.id, nickname=f"那边{number}")
        await make_child(stays.id, nickname=f"这边{number}")
    tapped = (await babies.babies_of(stays.id))[0].id
    await babies.put_away(stays.id, tapped)
    await become(gone.id, stays.id)
    with pytest.raises(babies.TooManyBabies):
        await babies.bring_back(stays.id, tapped)
