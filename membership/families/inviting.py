"""Writes: inviting a relative, and accepting, by which he agrees."""

from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database, stones
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members, notifications
from membership.families import queries
from membership.families.codes import LASTS, hash_of, new_code
from membership.families.errors import (
    AlreadyInFamily,
    FamilyFull,
    InvitationNotFound,
    NoFamily,
    OnlyTheHead,
    TooManyInvitations,
)

MOST_PEOPLE = 6
"""The head included."""
MOST_OPEN = 10

LOCK = "SELECT id FROM family WHERE id = $1 AND dissolved_at IS NULL FOR NO KEY UPDATE"
"""Who joins, leaves or is invited waits here: six are counted under this lock."""

TAKE = (
    "UPDATE family_invitation SET accepted_at = now()"
    " WHERE code_hash = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > now() RETURNING id"
)
WITHDRAW_AGAIN = (
    "UPDATE family_invitation SET withdrawn_at = $2 WHERE id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL"
)
WITHDRAWN = "families.invitation_withdrawn"


class Withdrawn(msgspec.Struct, frozen=True):
    """What a stone says: the code of this invitation is good for nothing any more."""

    invitation_id: UUID


class NewInvitation(msgspec.Struct, frozen=True):
    """`code` is said here and never again."""

    id: UUID
    code: str
    expires_at: datetime


@transactional
async def invite(member_id: UUID) -> NewInvitation:
    """Makes a code with which one relative may join within 24 hours; the first one makes the family, with her as head.

    Raises `MemberBanned`, `OnlyTheHead`, `FamilyFull`, `TooManyInvitations`.
    """
    (await members.hold_one(member_id)).require_active()
    place = await queries.place_of(member_id)
    if place is not None and not place.is_head:
        raise OnlyTheHead
    family_id = await _make(member_id) if place is None else place.family_id
    if not await database.fetchval(LOCK, family_id):
        raise NoFamily
    if await _people(family_id) >= MOST_PEOPLE:
        raise FamilyFull
    if await database.fetchval(f"SELECT count(*) FROM ({queries.OPEN}) open", family_id) >= MOST_OPEN:  # noqa: S608  # ours
        raise TooManyInvitations
    code, invitation_id = new_code(), new_id()
    expires_at = await database.fetchval(
        "INSERT INTO family_invitation (id, family_id, code_hash, expires_at) VALUES ($1, $2, $3, now() + $4::interval)"
        " RETURNING expires_at",
        invitation_id,
        family_id,
        hash_of(code),
        LASTS,
    )
    return NewInvitation(invitation_id, code, expires_at)


@transactional
async def withdraw_invitation(member_id: UUID, invitation_id: UUID) -> None:
    """Makes a code useless that nobody has used yet. Raises `InvitationNotFound`."""
    withdrawn = await database.execute(
        "UPDATE family_invitation invitation SET withdrawn_at = now() FROM family"
        " WHERE invitation.id = $2 AND family.id = invitation.family_id AND family.head_id = $1"
        " AND accepted_at IS NULL AND withdrawn_at IS NULL",
        member_id,
        invitation_id,
    )
    if not withdrawn:
        raise InvitationNotFound
    await stones.lay(WITHDRAWN, Withdrawn(invitation_id))


@stones.replays(WITHDRAWN)
@within_transaction
async def withdraw_again(said: Withdrawn, at: datetime) -> bool:
    """In a restored database, where somebody may still hold the code."""
    return bool(await database.execute(WITHDRAW_AGAIN, said.invitation_id, at))


@transactional
async def accept(member_id: UUID, code: str) -> queries.FamilyView:
    """Joins by a code: from now on he earns into the family's account, and its people see him with a masked name.

    His own points stay his. Accepting the same code again gives the same answer.
    Raises `MemberBanned`, `InvitationNotFound`, `AlreadyInFamily`, `FamilyFull`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    invited = await queries.invited_by(hash_of(code))
    if invited is None or not await database.fetchval(LOCK, invited.family_id):
        raise InvitationNotFound
    place = await queries.place_of(member_id)
    if place is not None:
        if place.invitation_id == invited.invitation_id:
            return await queries.family(member_id)
        raise AlreadyInFamily
    invitation_id = await database.fetchval(TAKE, hash_of(code))
    if invitation_id is None or not invited.head_active:
        raise InvitationNotFound
    if await _people(invited.family_id) >= MOST_PEOPLE:
        raise FamilyFull
    person_id = new_id()
    await database.execute(
        "INSERT INTO family_person (id, family_id, member_id, invitation_id) VALUES ($1, $2, $3, $4)",
        person_id,
        invited.family_id,
        member_id,
        invitation_id,
    )
    await notifications.notify(
        invited.head_id,
        "family_joined",
        str(person_id),
        "家人加入啦",
        "有一位家人接受了您的邀请，TA的消费和打卡会为家庭积分加油。可在“我的家庭”里设置TA能否使用家庭积分。",
    )
    return await queries.family(member_id)


async def look_up(code: str) -> queries.InvitingView:
    """Who invites by an open code, before one agrees. Raises `InvitationNotFound`."""
    return await queries.inviting(hash_of(code))


async def _make(head_id: UUID) -> UUID:
    """The caller holds her, so that nobody makes her a second one meanwhile."""
    family_id = new_id()
    await database.execute("INSERT INTO family (id, head_id) VALUES ($1, $2)", family_id, head_id)
    await database.execute(
        "INSERT INTO family_person (id, family_id, member_id) VALUES ($1, $2, $3)", new_id(), family_id, head_id
    )
    return family_id


async def _people(family_id: UUID) -> int:
    """How many belong to it; a statement of its own, because one that waited for the lock would see the old number."""
    people: int = await database.fetchval(
        "SELECT count(*) FROM family_person WHERE family_id = $1 AND left_at IS NULL", family_id
    )
    return people
