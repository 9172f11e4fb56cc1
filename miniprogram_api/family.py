"""The family: inviting relatives, joining, who may spend, who earned and spent what, leaving."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Limit, Page, PageQuery, View
from membership import families, members
from miniprogram_api.face import mothers
from miniprogram_api.points import TITLES

CODE_LIMIT = Limit(requests=10, seconds=60, burst=10)
"""Enough to mistype, too little to guess."""

Code = Annotated[str, Meta(pattern="^[0-9A-Za-z]{8}$(?!\\n)", examples=["7KQ2MXPA"])]


class CodeIn(Body):
    code: Code


class SpendingIn(Body):
    """`monthly_limit`: the most points he may spend in a calendar month; null: as many as there are."""

    may_spend: bool
    monthly_limit: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class InvitationOut(View):
    """A new invitation. `code` is shown here and never again; it is good until `expires_at`, for one person."""

    id: UUID
    code: str
    expires_at: datetime


class OpenInvitationOut(View):
    id: UUID
    expires_at: datetime


class InvitingOut(View):
    """Who invites (masked) and what he agrees to by joining."""

    head_name: str
    agreement: str
    expires_at: datetime


class PersonOut(View):
    """One of the family; `name` is masked. The head sees everybody's figures, others their own: else they are null.

    `would_take_along`: what of his earnings nobody has spent yet; it goes with him when he leaves."""

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


class FamilyOut(View):
    """The family as the caller may see it. `balance`: what its account can spend; only its head sees invitations."""

    id: UUID
    is_head: bool
    balance: int
    people: list[PersonOut]
    invitations: list[OpenInvitationOut]


class ContributionOut(View):
    """What a relative earned (positive) or spent; `person_id` is null for one who has left."""

    name: str
    person_id: UUID | None
    title: str
    note: str | None
    amount: int
    created_at: datetime


class LeftOut(View):
    """How many points went along; of a family that was dissolved, of all relatives together."""

    points: int


AGREEMENT = (
    "加入后，您的消费和打卡获得的积分会存入家庭账户；家人能看到您打码的称呼，创建家庭的妈妈能看到您为家庭攒了和用了多少积分。"
    "您原有的积分仍归您自己，成长值和等级也不受影响。您随时可以退出，攒下还没用掉的积分会随您转走。"
)


@mothers.get("/me/family", who="member", refuses=(families.NoFamily,))
async def my_family(caller: Caller) -> FamilyOut:
    """The family she belongs to."""
    return _family_out(await families.family(caller.subject))


@mothers.post(
    "/me/family/invitations",
    who="member",
    status=201,
    limit=CODE_LIMIT,
    refuses=(members.MemberBanned, families.OnlyTheHead, families.FamilyFull, families.TooManyInvitations),
)
async def invite_relative(caller: Caller) -> InvitationOut:
    """Invite a relative with a code that is good for 24 hours and for one person.

    The first invitation makes the family, with her as its head. Who belongs to a family already can't."""
    made = await families.invite(caller.subject)
    return InvitationOut(id=made.id, code=made.code, expires_at=made.expires_at)


@mothers.delete("/me/family/invitations/{invitation_id}", who="member", refuses=(families.InvitationNotFound,))
async def withdraw_invitation(caller: Caller, invitation_id: UUID) -> None:
    """Make a code useless that nobody has used yet."""
    await families.withdraw_invitation(caller.subject, invitation_id)


@mothers.post("/me/family/lookup", who="member", limit=CODE_LIMIT, refuses=(families.InvitationNotFound,))
async def look_up_invitation(body: CodeIn) -> InvitingOut:
    """Who invites by a code, and what one agrees to by joining."""
    inviting = await families.look_up(body.code)
    return InvitingOut(head_name=inviting.head_name, agreement=AGREEMENT, expires_at=inviting.expires_at)


@mothers.post(
    "/me/family",
    who="member",
    status=201,
    limit=CODE_LIMIT,
    refuses=(members.MemberBanned, families.InvitationNotFound, families.AlreadyInFamily, families.FamilyFull),
)
async def join_family(caller: Caller, body: CodeIn) -> FamilyOut:
    """Join a family by a code, which agrees to what `POST /me/family/lookup` says.

    Joining again by the same code gives the same answer."""
    return _family_out(await families.accept(caller.subject, body.code))


@mothers.patch(
    "/me/family/people/{person_id}",
    who="member",
    refuses=(families.NoFamily, families.OnlyTheHead, families.PersonNotFound),
)
async def allow_spending(caller: Caller, person_id: UUID, body: SpendingIn) -> FamilyOut:
    """Say whether a relative may spend the family's points, and how many in a month; by default he may not."""
    family = await families.allow_spending(
        caller.subject, person_id, may_spend=body.may_spend, monthly_limit=body.monthly_limit
    )
    return _family_out(family)


@mothers.delete(
    "/me/family/people/{person_id}",
    who="member",
    refuses=(families.NoFamily, families.OnlyTheHead, families.PersonNotFound),
)
async def remove_relative(caller: Caller, person_id: UUID, key: IdempotencyKey) -> LeftOut:
    """Send a relative out of the family; what he earned and nobody has spent goes with him."""
    return LeftOut(points=(await families.remove(caller.subject, person_id)).points)


@mothers.delete("/me/family", who="member", refuses=(families.NoFamily,))
async def leave_family(caller: Caller, key: IdempotencyKey) -> LeftOut:
    """Leave the family; what one earned and nobody has spent goes along. When its head leaves, it is dissolved."""
    return LeftOut(points=(await families.leave(caller.subject)).points)


@mothers.get("/me/family/contributions", who="member", refuses=(families.NoFamily,))
async def contributions(caller: Caller, query: PageQuery) -> Page[ContributionOut]:
    """What relatives earned and spent in the family's account, the newest first: for its head all, for others their
    own."""
    page = await families.contributions(caller.subject, query)
    return Page(items=[_contribution_out(line) for line in page.items], next_cursor=page.next_cursor)


def _family_out(family: families.FamilyView) -> FamilyOut:
    return FamilyOut(
        id=family.id,
        is_head=family.is_head,
        balance=family.balance,
        people=[_person_out(person) for person in family.people],
        invitations=[OpenInvitationOut(id=each.id, expires_at=each.expires_at) for each in family.invitations],
    )


def _person_out(person: families.PersonView) -> PersonOut:
    return PersonOut(
        id=person.id,
        name=person.name,
        is_head=person.is_head,
        is_me=person.is_me,
        may_spend=person.may_spend,
        monthly_limit=person.monthly_limit,
        joined_at=person.joined_at,
        earned_this_month=person.earned_this_month,
        spent_this_month=person.spent_this_month,
        would_take_along=person.would_take_along,
    )


def _contribution_out(line: families.ContributionView) -> ContributionOut:
    return ContributionOut(
        name=line.name,
        person_id=line.person_id,
        title=TITLES[line.kind],
        note=line.note,
        amount=line.amount,
        created_at=line.created_at,
    )
