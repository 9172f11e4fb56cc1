"""Behind the masks: who of the staff asks to see a full value, who approves, and the value for thirty minutes."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.errors import Invalid, NotFound
from foundation.http import Body, Caller, Limit, Page, PageQuery, View
from membership import babies, disclosures, members
from membership.staff import Role, StaffNotFound
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

ASKERS = tuple(role.value for role in disclosures.ASKERS)
APPROVERS = tuple(sorted(role.value for role in disclosures.APPROVERS))

ASKS = Limit(requests=60, seconds=3600, burst=20)
"""Far more than a desk has to call back; too few to carry the customers away."""
MASKS = Limit(requests=240, seconds=3600, burst=60)


class MaskedMemberOut(View):
    """A member behind her masks: `name` like `王**`, `phone` like `156******77`.

    `babies`: those about which the caller's role may ask, by the guardian's authorization; no more is said of them."""

    number: str
    status: str
    name: str
    phone: str | None
    babies: list[UUID]


class DisclosureIn(Body):
    """What is asked for. `reason`: one sentence that names nobody.

    Of a child (`baby_details`) `baby_id` says which one, and `unrelated: true` that the asker is no relative of it."""

    kind: disclosures.Asked
    member_number: CardNumber
    purpose: disclosures.AskedFor
    reason: Annotated[str, Meta(min_length=4, max_length=200, pattern=r"\S.*\S")]
    baby_id: UUID | None = None
    unrelated: bool = False


class ApprovalIn(Body):
    """`unrelated: true`: the approver is no relative of the child."""

    unrelated: bool


class DisclosureOut(View):
    """A request.

    `state`: `waiting` for an approval, `lapsed` (a day without one), `refused`, `open` until `open_until`, `ended`."""

    id: UUID
    kind: disclosures.Kind
    purpose: disclosures.Purpose
    reason: str | None
    state: disclosures.State
    member_number: str
    baby_id: UUID | None
    asked_by: UUID
    asked_by_name: str
    asked_as: Role
    store_code: str | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    open_until: datetime | None
    ended_at: datetime | None
    looks: int


class DisclosuresQuery(PageQuery, frozen=True):
    """`whose`: `all` is for who approves."""

    whose: Literal["mine", "all"] = "mine"


class DisclosedBabyOut(View):
    """A child or pregnancy as its guardian wrote it down."""

    nickname: str
    status: babies.Status
    sex: babies.Sex | None
    birth_date: date | None
    due_date: date | None
    gestation_days_at_birth: int | None
    feeding: babies.Feeding | None
    formula_share_percent: int | None
    allergies: list[str]
    allergy_note: str | None
    formula_sku: str | None
    formula_stage: int | None


class DisclosedOut(View):
    """The value: a phone (E.164), a name or a child. That it was seen stands in the log that the guardian reads."""

    open_until: datetime
    phone: str | None
    name: str | None
    baby: DisclosedBabyOut | None


@staff.get("/members/{number}", who=ASKERS, limit=MASKS, refuses=(NotFound,))
async def masked_member(caller: Caller, number: CardNumber) -> MaskedMemberOut:
    """A member behind her masks.

    The number of a member who was merged leads to the one she is now."""
    found = await disclosures.masked(await _member(number), Role(caller.claims["role"]))
    if found is None:
        raise NotFound
    return MaskedMemberOut(found.number, found.status, found.name_masked, found.phone_masked, found.babies)


@staff.post(
    "/disclosures",
    who=ASKERS,
    status=201,
    limit=ASKS,
    refuses=(
        NotFound,
        babies.BabyNotFound,
        disclosures.NotForThisRole,
        disclosures.RelationNotDenied,
        disclosures.GuardianNotAuthorizing,
        StaffNotFound,
        Invalid,
    ),
)
async def ask_for_disclosure(caller: Caller, body: DisclosureIn) -> DisclosureOut:
    """Ask to see a full value.

    A member's phone or name is open at once to the roles that may see it for that purpose; a child's details wait for
    the approval of a second person, a day at most."""
    request = disclosures.Request(
        kind=body.kind,
        member_id=await _member(body.member_number),
        baby_id=body.baby_id,
        purpose=body.purpose,
        reason=body.reason.strip(),
        unrelated=body.unrelated,
    )
    return _out(await disclosures.ask(caller.subject, request))


@staff.get("/disclosures", who=ASKERS, refuses=(disclosures.NotForThisRole,))
async def all_disclosures(caller: Caller, query: DisclosuresQuery) -> Page[DisclosureOut]:
    """What was asked for, the newest first: one's own, or everybody's for who approves."""
    if query.whose == "all" and not _approves(caller):
        raise disclosures.NotForThisRole
    asked_by = None if query.whose == "all" else caller.subject
    page = await disclosures.disclosures(PageQuery(cursor=query.cursor, limit=query.limit), asked_by=asked_by)
    return Page(items=[_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/disclosures/waiting", who=APPROVERS)
async def waiting_disclosures(query: PageQuery) -> Page[DisclosureOut]:
    """What waits for an approval, the oldest first."""
    page = await disclosures.waiting(query)
    return Page(items=[_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/disclosures/{disclosure_id}", who=ASKERS, refuses=(disclosures.DisclosureNotFound,))
async def one_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """One request: one's own, or anybody's for who approves."""
    asked_by = None if _approves(caller) else caller.subject
    return _out(await disclosures.disclosure(disclosure_id, asked_by=asked_by))


DECISION_REFUSALS = (
    disclosures.DisclosureNotFound,
    disclosures.OwnRequest,
    disclosures.NotForThisRole,
    disclosures.AlreadyDecided,
    disclosures.WaitedTooLong,
    StaffNotFound,
)


@staff.post(
    "/disclosures/{disclosure_id}/approval",
    who=APPROVERS,
    refuses=(*DECISION_REFUSALS, disclosures.RelationNotDenied),
)
async def approve_disclosure(caller: Caller, disclosure_id: UUID, body: ApprovalIn) -> DisclosureOut:
    """Open a child's details to who asked, for thirty minutes from now. Never one's own request."""
    return _out(await disclosures.approve(caller.subject, disclosure_id, unrelated=body.unrelated))


@staff.post("/disclosures/{disclosure_id}/refusal", who=APPROVERS, refuses=DECISION_REFUSALS)
async def refuse_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """Refuse a request."""
    return _out(await disclosures.refuse(caller.subject, disclosure_id))


@staff.post(
    "/disclosures/{disclosure_id}/end",
    who=ASKERS,
    refuses=(disclosures.DisclosureNotFound, disclosures.NotOpen, StaffNotFound),
)
async def end_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """Close before its time what is open: one's own, or anybody's for who approves. What is over stays so."""
    return _out(await disclosures.end(caller.subject, disclosure_id))


@staff.get(
    "/disclosures/{disclosure_id}/value",
    who=ASKERS,
    refuses=(
        disclosures.DisclosureNotFound,
        disclosures.NotOpen,
        disclosures.GuardianNotAuthorizing,
        disclosures.NothingToSee,
    ),
)
async def disclosed_value(caller: Caller, disclosure_id: UUID) -> DisclosedOut:
    """The full value, while it is open, for who asked. Every look is written down.

    A guardian who takes her authorization back ends it with the next look."""
    value = await disclosures.look(caller.subject, disclosure_id)
    return DisclosedOut(value.open_until, value.phone, value.name, None if value.baby is None else _baby(value.baby))


def _approves(caller: Caller) -> bool:
    return caller.claims["role"] in APPROVERS


async def _member(number: str) -> UUID:
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise NotFound
    return member_id


def _out(view: disclosures.DisclosureView) -> DisclosureOut:
    return DisclosureOut(**msgspec.structs.asdict(view))


def _baby(details: babies.BabyDetails) -> DisclosedBabyOut:
    return DisclosedBabyOut(
        nickname=details.nickname,
        status=details.status,
        sex=details.sex,
        birth_date=details.birth_date,
        due_date=details.due_date,
        gestation_days_at_birth=details.gestation_days_at_birth,
        feeding=details.feeding,
        formula_share_percent=details.formula_share_percent,
        allergies=list(details.allergies),
        allergy_note=details.allergy_note,
        formula_sku=details.formula_sku,
        formula_stage=details.formula_stage,
    )
