"""Inviting and accepting: one family per member, six people, a code that holds a day and brings one."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from membership import enrolment, families, members
from membership.families.codes import LASTS, hash_of
from membership.families.inviting import MOST_OPEN
from tests.makers.families import join, make_family, person_of
from tests.makers.members import make_known_member, make_member

pytestmark = pytest.mark.usefixtures("world")


async def let_it_end(invitation_id: UUID) -> None:
    await database.execute(
        "UPDATE family_invitation SET expires_at = now() - interval '1 second' WHERE id = $1", invitation_id
    )


async def test_a_relative_joins_by_a_code() -> None:
    head, relative = await make_known_member(nickname="王小妈"), await make_known_member(nickname="李爸爸")
    invited = await families.invite(head.id)
    assert abs(invited.expires_at - clock.now() - LASTS) < timedelta(minutes=1)
    assert (await families.look_up(invited.code)).head_name == "王**"
    family = await families.accept(relative.id, invited.code.lower())
    assert not family.is_head
    assert [(person.name, person.is_head, person.is_me, person.may_spend) for person in family.people] == [
        ("王**", True, False, True),
        ("李**", False, True, False),
    ]
    assert family.invitations == []
    of_head = await families.family(head.id)
    assert (of_head.id, of_head.is_head, of_head.invitations) == (family.id, True, [])


async def test_the_code_itself_is_nowhere() -> None:
    invited = await families.invite((await make_member()).id)
    row = await database.fetchrow("SELECT * FROM family_invitation WHERE id = $1", invited.id)
    assert row is not None
    assert invited.code not in str(dict(row))
    assert row["code_hash"] == hash_of(invited.code)


async def test_a_code_brings_one_person_and_answers_him_again() -> None:
    head, relative, other = await make_member(), await make_member(), await make_member()
    code = (await families.invite(head.id)).code
    first = await families.accept(relative.id, code)
    assert await families.accept(relative.id, code) == first
    with pytest.raises(families.InvitationNotFound):
        await families.accept(other.id, code)
    with pytest.raises(families.InvitationNotFound):
        await families.look_up(code)


async def test_a_code_that_is_too_old_withdrawn_or_unknown() -> None:
    head, relative = await make_member(), await make_member()
    old, withdrawn = await families.invite(head.id), await families.invite(head.id)
    await let_it_end(old.id)
    await families.withdraw_invitation(head.id, withdrawn.id)
    for code in (old.code, withdrawn.code, "ABCDEFGH", ""):
        with pytest.raises(families.InvitationNotFound):
            await families.accept(relative.id, code)
        with pytest.raises(families.InvitationNotFound):
            await families.look_up(code)
    for invitation_id in (withdrawn.id, uuid4()):
        with pytest.raises(families.InvitationNotFound):
            await families.withdraw_invitation(head.id, invitation_id)


async def test_a_stranger_withdraws_nothing() -> None:
    head, stranger = await make_member(), await make_member()
    invited = await families.invite(head.id)
    with pytest.raises(families.InvitationNotFound):
        await families.withdraw_invitation(stranger.id, invited.id)
    assert [each.id for each in (await families.family(head.id)).invitations] == [invited.id]


async def test_one_family_per_member() -> None:
    head, (relative,) = await make_family()
    other = await make_member()
    code = (await families.invite(other.id)).code
    for somebody in (relative, head, other):
        with pytest.raises(families.AlreadyInFamily):
            await families.accept(somebody.id, code)
    with pytest.raises(families.OnlyTheHead):
        await families.invite(relative.id)


async def test_six_people_at_most() -> None:
    head, _ = await make_family(4)
    two = [(await families.invite(head.id)).code for _ in range(2)]
    await families.accept((await make_member()).id, two[0])
    with pytest.raises(families.FamilyFull):
        await families.accept((await make_member()).id, two[1])
    with pytest.raises(families.FamilyFull):
        await families.invite(head.id)
    # The refused one's code is still good when there is room again.
    last = (await families.family(head.id)).people[-1]
    await families.remove(head.id, last.id)
    await families.accept((await make_member()).id, two[1])
    assert len((await families.family(head.id)).people) == 6


async def test_not_more_invitations_than_ten_are_open() -> None:
    head = await make_member()
    made = [await families.invite(head.id) for _ in range(MOST_OPEN)]
    with pytest.raises(families.TooManyInvitations):
        await families.invite(head.id)
    await let_it_end(made[0].id)
    await families.invite(head.id)


async def test_the_head_is_told_and_no_name_is_in_the_message() -> None:
    head, relative = await make_member(), await make_known_member(nickname="张外婆")
    await join(head.id, relative.id)
    rows = await database.fetch("SELECT title, body FROM notification WHERE member_id = $1", head.id)
    assert [row["title"] for row in rows] == ["家人加入啦"]
    assert "张" not in rows[0]["body"]


async def test_who_is_banned_neither_invites_nor_joins_nor_can_be_joined() -> None:
    head, relative = await make_member(), await make_member()
    code = (await families.invite(head.id)).code
    await members.ban(relative.id, "test", by=uuid4())
    with pytest.raises(members.MemberBanned):
        await families.accept(relative.id, code)
    await members.ban(head.id, "test", by=uuid4())
    with pytest.raises(members.MemberBanned):
        await families.invite(head.id)
    with pytest.raises(families.InvitationNotFound):
        await families.accept((await make_member()).id, code)
    with pytest.raises(families.InvitationNotFound):
        await families.look_up(code)


async def test_whoever_withdraws_privacy_stays_without_a_name_and_can_leave() -> None:
    head, relative = await make_member(), await make_known_member(nickname="李爸爸")
    await join(head.id, relative.id)
    await enrolment.withdraw(relative.id, members.PRIVACY)
    assert [person.name for person in (await families.family(head.id)).people] == ["会员", "会员"]
    await person_of(head.id, relative.id)
    await families.leave(relative.id)
    with pytest.raises(families.NoFamily):
        await families.family(relative.id)
