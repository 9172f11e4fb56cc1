"""Behind the masks: who of the staff asks to see a full value, who approves, and the value for thirty minutes."""

from uuid import UUID

from foundation.errors import Invalid, NotFound
from foundation.http import Caller, Limit, Page, PageQuery
from membership import babies, disclosures, members
from membership.staff import Role, StaffNotFound
from server.staff_api.disclosure_shapes import (
    ApprovalIn,
    DisclosedOut,
    DisclosureIn,
    DisclosureOut,
    DisclosuresQuery,
    MaskedMemberOut,
    ValueQuery,
    request_out,
    value_out,
)
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

ASKERS = tuple(role.value for role in disclosures.ASKERS)
APPROVERS = tuple(sorted(role.value for role in disclosures.APPROVERS))

ASKS = Limit(requests=60, seconds=3600, burst=20)
"""Far more than a desk has to call back; too few to carry the customers away."""
MASKS = Limit(requests=240, seconds=3600, burst=60)


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

    A member's phone or name is open at once to the roles that may see it for that purpose; what is named of a child
    waits for the approval of a second person, a day at most."""
    request = disclosures.Request(
        kind=body.kind,
        member_id=await _member(body.member_number),
        baby_id=body.baby_id,
        purpose=body.purpose,
        reason=body.reason.strip(),
        parts=body.parts,
        unrelated=body.unrelated,
    )
    return request_out(await disclosures.ask(caller.subject, request))


@staff.get("/disclosures", who=ASKERS, refuses=(disclosures.NotForThisRole,))
async def all_disclosures(caller: Caller, query: DisclosuresQuery) -> Page[DisclosureOut]:
    """What was asked for, the newest first: one's own, or everybody's for who approves."""
    if query.whose == "all" and not _approves(caller):
        raise disclosures.NotForThisRole
    asked_by = None if query.whose == "all" else caller.subject
    page = await disclosures.disclosures(PageQuery(cursor=query.cursor, limit=query.limit), asked_by=asked_by)
    return Page(items=[request_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/disclosures/waiting", who=APPROVERS)
async def waiting_disclosures(query: PageQuery) -> Page[DisclosureOut]:
    """What waits for an approval, the oldest first."""
    page = await disclosures.waiting(query)
    return Page(items=[request_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/disclosures/{disclosure_id}", who=ASKERS, refuses=(disclosures.DisclosureNotFound,))
async def one_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """One request: one's own, or anybody's for who approves."""
    asked_by = None if _approves(caller) else caller.subject
    return request_out(await disclosures.disclosure(disclosure_id, asked_by=asked_by))


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
    refuses=(
        *DECISION_REFUSALS,
        disclosures.RelationNotDenied,
        disclosures.AskerChanged,
        disclosures.PartNotAsked,
        disclosures.GuardianNotAuthorizing,
        disclosures.NothingToSee,
    ),
)
async def approve_disclosure(caller: Caller, disclosure_id: UUID, body: ApprovalIn) -> DisclosureOut:
    """Open what was asked for of a child, or less, to who asked, for thirty minutes from now. Never one's own request.

    The guardian must still authorize the purpose, and the asker have the role and store in which she asked."""
    opened = await disclosures.approve(caller.subject, disclosure_id, unrelated=body.unrelated, parts=body.parts)
    return request_out(opened)


@staff.post("/disclosures/{disclosure_id}/refusal", who=APPROVERS, refuses=DECISION_REFUSALS)
async def refuse_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """Refuse a request."""
    return request_out(await disclosures.refuse(caller.subject, disclosure_id))


@staff.post(
    "/disclosures/{disclosure_id}/end",
    who=ASKERS,
    refuses=(disclosures.DisclosureNotFound, disclosures.NotOpen, StaffNotFound),
)
async def end_disclosure(caller: Caller, disclosure_id: UUID) -> DisclosureOut:
    """Close before its time what is open: one's own, or anybody's for who approves. What is over stays so."""
    return request_out(await disclosures.end(caller.subject, disclosure_id))


@staff.get(
    "/disclosures/{disclosure_id}/value",
    who=ASKERS,
    refuses=(
        disclosures.DisclosureNotFound,
        disclosures.NotOpen,
        disclosures.PartNotOpen,
        disclosures.GuardianNotAuthorizing,
        disclosures.NothingToSee,
    ),
)
async def disclosed_value(caller: Caller, disclosure_id: UUID, query: ValueQuery) -> DisclosedOut:
    """The full value, while it is open, for who asked: of a child one part at a time. Every look is written down.

    A guardian who takes her authorization back ends it with the next look."""
    return value_out(await disclosures.look(caller.subject, disclosure_id, query.part))


def _approves(caller: Caller) -> bool:
    return caller.claims["role"] in APPROVERS


async def _member(number: str) -> UUID:
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise NotFound
    return member_id
