"""Who sees a baby: the mother, whom she made a guardian, relatives; and nobody a moment after it ended."""

from uuid import UUID

import pytest

from foundation import clock
from foundation.transactions import transactional
from membership import authorizations, babies, families
from membership.babies import BabyChanges
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy, make_relative
from tests.makers.families import join, make_family, person_of
from tests.makers.members import make_member

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def leave_for_good(member_id: UUID) -> None:
    """As an erasure does; this one comes back."""
    await families.leave_for_good(member_id)


async def test_a_relative_sees_nickname_and_age_and_no_health() -> None:
    mother = await make_mother()
    child = await make_child(mother.id, allergies=("egg",))
    grandmother, _ = await make_relative(mother.id, child)
    (seen,) = await babies.babies_of(grandmother.id)
    assert (seen.id, seen.role, seen.nickname, seen.details, seen.gestation) == (child, "relative", "小满", None, None)
    assert seen.age == (await babies.glimpse(mother.id, child)).age
    for refused in (
        babies.open_baby(grandmother.id, child),
        babies.change(grandmother.id, child, BabyChanges(nickname="乖乖")),
    ):
        with pytest.raises(babies.GuardianOnly):
            await refused
    assert await babies.open_babies(grandmother.id) == []


async def test_a_relative_sees_no_weeks_of_a_pregnancy() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    grandmother, _ = await make_relative(mother.id, pregnancy)
    seen = await babies.glimpse(grandmother.id, pregnancy)
    assert (seen.status, seen.gestation, seen.age, seen.details) == ("expected", None, None, None)


async def test_a_second_guardian_sees_and_writes_health_and_gives_nothing_away() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    father, person = await make_relative(mother.id, child, "guardian")
    assert (await babies.open_baby(father.id, child)).member_id == mother.id
    assert [each.id for each in await babies.open_babies(father.id)] == [child]
    changed = await babies.change(father.id, child, BabyChanges(feeding="breast"))
    assert changed.role == "guardian" and changed.details is not None
    for refused in (babies.share_with(father.id, child, person, "guardian"), babies.put_away(father.id, child)):
        with pytest.raises(babies.OnlyTheMother):
            await refused
    for refused in (babies.shares(father.id, child), babies.stop_sharing(father.id, child, person)):
        with pytest.raises(babies.OnlyTheMother):
            await refused


async def test_whoever_sees_her_is_told_that_sharing_is_the_mothers_and_a_stranger_nothing() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    guardian, person = await make_relative(mother.id, child, "guardian")
    relative, _ = await make_relative(mother.id, child)
    for reader, refusal in (
        (guardian.id, babies.OnlyTheMother),
        (relative.id, babies.OnlyTheMother),
        ((await make_mother()).id, babies.BabyNotFound),
    ):
        for refused in (
            babies.shares(reader, child),
            babies.share_with(reader, child, person, "relative"),
            babies.stop_sharing(reader, child, person),
        ):
            with pytest.raises(refusal):
                await refused
    assert {each.role for each in await babies.shares(mother.id, child)} == {"guardian", "relative"}


def test_whoever_made_the_profile_is_not_called_the_mother() -> None:
    for refusal in (babies.OnlyTheMother, babies.GuardianOnly):
        assert "妈妈" not in refusal.detail


async def test_shares_are_listed_changed_and_ended() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    father, person = await make_relative(mother.id, child)
    assert [(each.person_id, each.role) for each in await babies.shares(mother.id, child)] == [(person, "relative")]
    assert [each.role for each in await babies.share_with(mother.id, child, person, "guardian")] == ["guardian"]
    await babies.open_baby(father.id, child)
    await babies.stop_sharing(mother.id, child, person)
    await babies.stop_sharing(mother.id, child, person)
    assert await babies.shares(mother.id, child) == []
    with pytest.raises(babies.BabyNotFound):
        await babies.glimpse(father.id, child)


async def test_leaving_the_family_ends_it_at_once_and_coming_back_does_not_bring_it_back() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child, "guardian")
    await families.leave(father.id)
    assert await babies.babies_of(father.id) == []
    for door in (babies.open_baby, babies.glimpse):
        with pytest.raises(babies.BabyNotFound):
            await door(father.id, child)
    assert await babies.shares(mother.id, child) == []
    await join(mother.id, father.id)
    assert await babies.babies_of(father.id) == []


async def test_a_family_that_is_dissolved_and_a_mother_who_leaves_it() -> None:
    grandmother, (mother, aunt) = await make_family(2)
    await authorize(mother.id)
    child = await make_child(mother.id)
    await babies.share_with(mother.id, child, await person_of(grandmother.id, aunt.id), "relative")
    assert len(await babies.babies_of(aunt.id)) == 1
    await families.leave(mother.id)
    assert await babies.babies_of(aunt.id) == []
    await join(grandmother.id, mother.id)
    assert await babies.babies_of(aunt.id) == [], "she has come back, and shares nothing until she says so"
    assert await babies.shares(mother.id, child) == []
    person = await person_of(grandmother.id, aunt.id)
    (shared,) = await babies.share_with(mother.id, child, person, "guardian")
    assert (shared.person_id, shared.role) == (person, "guardian")
    assert [(each.id, each.role) for each in await babies.babies_of(aunt.id)] == [(child, "guardian")]
    await families.leave(grandmother.id)
    assert await babies.babies_of(aunt.id) == []


@pytest.mark.parametrize("how", ["she leaves", "she is removed", "the family is dissolved", "she leaves for good"])
async def test_what_ended_with_her_place_does_not_come_back_with_her(how: str) -> None:
    """However it ended, and also for what she has put away meanwhile, and for the twins of a birth."""
    head, (mother, father) = await make_family(2)
    await authorize(mother.id)
    pregnancy = await make_pregnancy(mother.id, clock.today())
    hidden = await make_child(mother.id, nickname="不见")
    for baby_id in (pregnancy, hidden):
        await babies.share_with(mother.id, baby_id, await person_of(head.id, father.id), "guardian")
    newborns = [babies.Newborn(nickname=name) for name in ("大宝", "小宝")]
    assert len(await babies.born(mother.id, pregnancy, clock.today(), newborns)) == 2
    await babies.put_away(mother.id, hidden)
    assert len(await babies.babies_of(father.id)) == 2
    match how:
        case "she leaves":
            await families.leave(mother.id)
        case "she is removed":
            await families.remove(head.id, await person_of(head.id, mother.id))
        case "the family is dissolved":
            await families.leave(head.id)
            await join(head.id, father.id)
        case _:
            await leave_for_good(mother.id)
    await join(head.id, mother.id)
    await babies.bring_back(mother.id, hidden)
    assert await babies.babies_of(father.id) == []
    assert await babies.open_babies(father.id) == []
    for baby in await babies.babies_of(mother.id):
        with pytest.raises(babies.BabyNotFound):
            await babies.look(father.id, baby.id)
        assert await babies.shares(mother.id, baby.id) == []


async def test_only_people_of_her_family_and_not_herself() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    _, mine = await make_relative(mother.id, child)
    strangers_head, (stranger,) = await make_family()
    for person in (
        await person_of(strangers_head.id, stranger.id),
        await person_of(mother.id, mother.id),
        child,
    ):
        with pytest.raises(families.PersonNotFound):
            await babies.share_with(mother.id, child, person, "relative")
    with pytest.raises(babies.BabyNotFound):
        await babies.share_with(strangers_head.id, child, mine, "relative")


async def test_strangers_and_other_mothers_find_nothing() -> None:
    mother, other = await make_mother(), await make_mother()
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child)
    await babies.put_away(mother.id, await make_child(mother.id, nickname="不见"))
    for reader in (other.id, (await make_member()).id):
        assert await babies.babies_of(reader) == []
        for refused in (
            babies.open_baby(reader, child),
            babies.glimpse(reader, child),
            babies.change(reader, child, BabyChanges(nickname="坏")),
            babies.put_away(reader, child),
            babies.bring_back(reader, child),
            babies.shares(reader, child),
        ):
            with pytest.raises(babies.BabyNotFound):
                await refused
    assert [each.nickname for each in await babies.babies_of(father.id)] == ["小满"]


async def test_the_mothers_withdrawal_is_felt_by_everybody_else_as_nothing_there() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    father, _ = await make_relative(mother.id, child, "guardian")
    await authorizations.withdraw(mother.id, ["service"])
    assert await babies.babies_of(father.id) == []
    with pytest.raises(babies.BabyNotFound):
        await babies.open_baby(father.id, child)
