"""Reads: one's place, one's family, what its people earned and spent."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.pages import Page, PageQuery
from membership import members, points
from membership.families.errors import InvitationNotFound, NoFamily, PersonNotFound

OPEN = (
    "SELECT id, expires_at FROM family_invitation"
    " WHERE family_id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > now()"
)
FORMER = "以前的家人"


class Place(msgspec.Struct, frozen=True):
    """Where a member belongs."""

    member_id: UUID
    person_id: UUID
    family_id: UUID
    head_id: UUID
    is_head: bool
    invitation_id: UUID | None


class Invited(msgspec.Struct, frozen=True):
    """What a code leads to, whether it can still be used or not."""

    invitation_id: UUID
    family_id: UUID
    head_id: UUID
    head_active: bool


class InvitationView(msgspec.Struct, frozen=True):
    """An open invitation, without its code."""

    id: UUID
    expires_at: datetime


class InvitingView(msgspec.Struct, frozen=True):
    """Who invites, as a stranger with the code may see it: the name is masked."""

    head_name: str
    expires_at: datetime


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """One of a family: `name` is masked. The figures are seen by the head and by himself, of others they are None."""

    id: UUID
    name: str
    is_head: bool
    is_me: bool
    may_spend: bool
    monthly_limit: int | None
    joined_at: datetime
    earned_this_month: int | None
    spent_this_month: int | None
    would_take_along: int | None
    """What of his earnings is still in the account."""


class FamilyView(msgspec.Struct, frozen=True, kw_only=True):
    """A family as one of its people sees it: `balance` is what its account can spend now; open invitations are for the
    head alone."""

    id: UUID
    is_head: bool
    balance: int
    people: list[PersonView]
    invitations: list[InvitationView]


class ContributionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a relative earned (positive) or spent in the family's account."""

    id: int
    name: str
    person_id: UUID | None
    """None for one who has left."""
    kind: points.Kind
    note: str | None
    amount: int
    created_at: datetime


async def place_of(member_id: UUID) -> Place | None:
    """Where she belongs now."""
    row = await database.fetchrow(
        "SELECT person.member_id, person.id, person.family_id, family.head_id, family.head_id = $1,"
        " person.invitation_id"
        " FROM family_person person JOIN family ON family.id = person.family_id"
        " WHERE person.member_id = $1 AND person.left_at IS NULL",
        member_id,
    )
    return None if row is None else Place(*row)


async def invited_by(code_hash: bytes) -> Invited | None:
    row = await database.fetchrow(
        "SELECT invitation.id, family.id, family.head_id, head.status = 'active' FROM family_invitation invitation"
        " JOIN family ON family.id = invitation.family_id JOIN member head ON head.id = family.head_id"
        " WHERE invitation.code_hash = $1",
        code_hash,
    )
    return None if row is None else Invited(*row)


async def inviting(code_hash: bytes) -> InvitingView:
    """Who invites by an open code. Raises `InvitationNotFound`."""
    row = await database.fetchrow(
        "SELECT family.head_id, invitation.expires_at FROM family_invitation invitation"
        " JOIN family ON family.id = invitation.family_id AND family.dissolved_at IS NULL"
        " JOIN member head ON head.id = family.head_id AND head.status = 'active'"
        " WHERE invitation.code_hash = $1 AND invitation.accepted_at IS NULL AND invitation.withdrawn_at IS NULL"
        " AND invitation.expires_at > now()",
        code_hash,
    )
    if row is None:
        raise InvitationNotFound
    return InvitingView(await members.name_masked(row["head_id"]), row["expires_at"])


async def require_relative(family_id: UUID, person_id: UUID) -> None:
    """Raises `PersonNotFound` unless this is somebody of the family."""
    if not await database.fetchval(
        "SELECT true FROM family_person WHERE id = $1 AND family_id = $2 AND left_at IS NULL", person_id, family_id
    ):
        raise PersonNotFound


async def family(member_id: UUID) -> FamilyView:
    """The family she belongs to. Raises `NoFamily`."""
    place = await place_of(member_id)
    if place is None:
        raise NoFamily
    rows = await database.fetch(
        "SELECT id, member_id, may_spend, monthly_limit, joined_at FROM family_person"
        " WHERE family_id = $1 AND left_at IS NULL ORDER BY id",
        place.family_id,
    )
    people = [row["member_id"] for row in rows]
    names = await members.names_masked(people)
    selves = await members.selves([each for each in people if _seen(each, place)])
    shares = await points.shares_of(place.head_id, selves)
    summary = await points.summary(place.head_id)
    open_ones = await database.fetch(f"{OPEN} ORDER BY id", place.family_id) if place.is_head else []
    return FamilyView(
        id=place.family_id,
        is_head=place.is_head,
        balance=summary.balance,
        people=[_person(row, place, names, shares) for row in rows],
        invitations=[InvitationView(row["id"], row["expires_at"]) for row in open_ones],
    )


async def contributions(member_id: UUID, query: PageQuery) -> Page[ContributionView]:
    """What relatives earned and spent in the family's account, the newest first: all of it for the head, for everybody
    else his own. Raises `NoFamily`, `Invalid` (cursor)."""
    place = await place_of(member_id)
    if place is None:
        raise NoFamily
    selves = None if place.is_head else (await members.selves([member_id]))[member_id]
    page = await points.entries_by_relatives(place.head_id, query, selves)
    people = {
        row["member_id"]: row["id"]
        for row in await database.fetch(
            "SELECT id, member_id FROM family_person WHERE family_id = $1 AND left_at IS NULL", place.family_id
        )
    }
    now = {former: person for person, formers in (await members.selves(list(people))).items() for former in formers}
    names = await members.names_masked([now[entry.by_member] for entry in page.items if entry.by_member in now])
    return Page(
        items=[_contribution(entry, now.get(entry.by_member), people, names) for entry in page.items],
        next_cursor=page.next_cursor,
    )


def _seen(member_id: UUID, place: Place) -> bool:
    """Whether the one who looks may see this relative's figures."""
    return member_id != place.head_id and (place.is_head or member_id == place.member_id)


def _person(
    row: asyncpg.Record, place: Place, names: dict[UUID, str], shares: dict[UUID, points.FamilyShare]
) -> PersonView:
    share = shares.get(row["member_id"])
    return PersonView(
        id=row["id"],
        name=names[row["member_id"]],
        is_head=row["member_id"] == place.head_id,
        is_me=row["member_id"] == place.member_id,
        may_spend=row["may_spend"] or row["member_id"] == place.head_id,
        monthly_limit=row["monthly_limit"],
        joined_at=row["joined_at"],
        earned_this_month=None if share is None else share.earned_this_month,
        spent_this_month=None if share is None else share.spent_this_month,
        would_take_along=None if share is None else share.remaining,
    )


def _contribution(
    entry: points.RelativeEntry, member_id: UUID | None, people: dict[UUID, UUID], names: dict[UUID, str]
) -> ContributionView:
    return ContributionView(
        id=entry.id,
        name=FORMER if member_id is None else names[member_id],
        person_id=None if member_id is None else people[member_id],
        kind=entry.kind,
        note=entry.note,
        amount=entry.amount,
        created_at=entry.created_at,
    )
