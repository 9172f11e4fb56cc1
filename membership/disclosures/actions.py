"""Writes: asking, deciding, looking, ending."""

from uuid import UUID

import asyncpg

from foundation import audit, database
from foundation.errors import FieldError, Invalid
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import transactional, within_transaction
from membership import babies, members, staff
from membership.babies import AuthorizationRequired, BabyNotFound
from membership.disclosures import queries
from membership.disclosures.errors import (
    AlreadyDecided,
    DisclosureNotFound,
    GuardianNotAuthorizing,
    NotForThisRole,
    NothingToSee,
    NotOpen,
    OwnRequest,
    RelationNotDenied,
    WaitedTooLong,
)
from membership.disclosures.purposes import ANSWER_HOURS, APPROVERS, OPEN_MINUTES, RULES, Rule
from membership.disclosures.views import DisclosureView, Request, Value

ASK = """
INSERT INTO disclosure (id, kind, member_id, baby_id, purpose, reason_sealed, asked_by_id, asked_as, store_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LOCK = "SELECT asked_by_id FROM disclosure WHERE id = $1 FOR NO KEY UPDATE"
# What was waited for may have changed it: it is read after it was locked, and its age by the clock of that moment.
HELD = """
SELECT disclosure.*, asker.active AND asker.role = asked_as AS still_so,
       asked_at < clock_timestamp() - make_interval(hours => $2) AS waited_too_long,
       granted AND ended_at IS NULL AND open_until > clock_timestamp() AS open
  FROM disclosure JOIN staff_user asker ON asker.id = asked_by_id WHERE disclosure.id = $1
"""
DECIDE = """
UPDATE disclosure SET granted = $2, decided_by_id = $3, decided_at = at,
       open_until = CASE WHEN $2 THEN at + make_interval(mins => $4) END
  FROM (SELECT clock_timestamp() AS at) moment WHERE id = $1
"""
LOOK = "INSERT INTO disclosure_look (id, disclosure_id, looked_at) VALUES ($1, $2, clock_timestamp())"
END = "UPDATE disclosure SET ended_at = clock_timestamp(), ended_by_id = $2 WHERE id = $1"
READ_WITH = """
WITH moment AS (SELECT clock_timestamp() AS at),
read AS (
  INSERT INTO disclosure (id, kind, member_id, purpose, asked_by_id, asked_as, store_id, asked_at, decided_at, granted,
                          open_until, ended_at)
  SELECT $1, $2, $3, $4, staff_user.id, role, store_id, at, at, true, at + make_interval(mins => $6), at
    FROM moment, staff_user WHERE staff_user.id = $5 RETURNING id, asked_at)
INSERT INTO disclosure_look (id, disclosure_id, looked_at) SELECT $7, id, asked_at FROM read
"""


@transactional
async def ask(by: UUID, request: Request) -> DisclosureView:
    """Asks to see a value. A member's is open at once, a child's when somebody else has approved it.

    Raises `NotForThisRole`, `RelationNotDenied`, `BabyNotFound`, `GuardianNotAuthorizing`, `Invalid` (baby_id),
    `NotFound` (member), `StaffNotFound`.
    """
    asker = await _staff(by)
    rule = _rule(request.purpose)
    if asker.role not in rule.roles or request.kind not in rule.kinds:
        raise NotForThisRole
    if (request.kind == "baby_details") != (request.baby_id is not None):
        raise Invalid(errors=[FieldError("baby_id", "wanted for baby_details, and for nothing else")])
    # Kept as she is: a merge that is under way comes before, and then she is another, or after, and takes this along.
    member = await members.share(request.member_id)
    if request.baby_id is not None:
        await _require_child(member.id, request.baby_id, rule, unrelated=request.unrelated)
    disclosure_id = new_id()
    await database.execute(
        ASK,
        disclosure_id,
        request.kind,
        member.id,
        request.baby_id,
        request.purpose,
        vault().house.seal(queries.reason_place(disclosure_id), request.reason),
        by,
        asker.role,
        asker.store_id,
    )
    await _note(by, "asked", disclosure_id, request.kind, request.purpose)
    if request.baby_id is None:
        await database.execute(DECIDE, disclosure_id, True, None, OPEN_MINUTES)
    return await queries.disclosure(disclosure_id)


@transactional
async def approve(by: UUID, disclosure_id: UUID, *, unrelated: bool) -> DisclosureView:
    """Opens a child's data to who asked, for thirty minutes from now. Again by the same person changes nothing.

    Raises `DisclosureNotFound`, `NotForThisRole`, `OwnRequest`, `RelationNotDenied`, `AlreadyDecided`,
    `WaitedTooLong`, `StaffNotFound`.
    """
    return await _decide(by, disclosure_id, granted=True, unrelated=unrelated)


@transactional
async def refuse(by: UUID, disclosure_id: UUID) -> DisclosureView:
    """Refuses. Again by the same person changes nothing. Raises as `approve`, but for the relation."""
    return await _decide(by, disclosure_id, granted=False, unrelated=True)


@transactional
async def end(by: UUID, disclosure_id: UUID) -> DisclosureView:
    """Closes before its time what is open: by who asked, or by an approver. What is over stays so.

    Raises `DisclosureNotFound`, `NotOpen` for what was never open, `StaffNotFound`.
    """
    person = await _staff(by)
    held = await _hold(disclosure_id)
    if held["asked_by_id"] != by and person.role not in APPROVERS:
        raise DisclosureNotFound
    if not held["granted"]:
        raise NotOpen
    if held["open"]:
        await database.execute(END, disclosure_id, by)
        await _note(by, "ended", disclosure_id, held["kind"], held["purpose"])
    return await queries.disclosure(disclosure_id)


@transactional
async def look(by: UUID, disclosure_id: UUID) -> Value:
    """The value, for who asked; that it was seen is written down with it.

    A child's is read through a door that checks the guardian's authorization in the same statement: one that was taken
    back ends it at once. Raises `DisclosureNotFound`, `NotOpen`, `GuardianNotAuthorizing`, `NothingToSee`.
    """
    held = await _hold(disclosure_id)
    if held["asked_by_id"] != by or held["kind"] == "order_address":
        raise DisclosureNotFound
    if not (held["open"] and held["still_so"]):
        raise NotOpen
    value = await _value(held)
    await database.execute(LOOK, new_id(), disclosure_id)
    await _note(by, "looked", disclosure_id, held["kind"], held["purpose"])
    return value


@within_transaction
async def note_address_read(by: UUID, member_id: UUID) -> None:
    """For whoever shows the staff where to ship an order: its member can read that it was looked at."""
    disclosure_id, look_id = new_id(), new_id()
    await database.execute(READ_WITH, disclosure_id, "order_address", member_id, "shipping", by, OPEN_MINUTES, look_id)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: she is told what was seen of both; how many requests. The caller holds both."""
    return await database.execute("UPDATE disclosure SET member_id = $2 WHERE member_id = $1", from_member, to_member)


async def _decide(by: UUID, disclosure_id: UUID, *, granted: bool, unrelated: bool) -> DisclosureView:
    approver = await _staff(by)
    if approver.role not in APPROVERS:
        raise NotForThisRole
    held = await _hold(disclosure_id)
    if held["asked_by_id"] == by:
        raise OwnRequest
    if held["granted"] is granted and held["decided_by_id"] == by:
        return await queries.disclosure(disclosure_id)
    if held["granted"] is not None:
        raise AlreadyDecided
    if held["waited_too_long"]:
        raise WaitedTooLong
    if not unrelated:
        raise RelationNotDenied
    await database.execute(DECIDE, disclosure_id, granted, by, OPEN_MINUTES)
    await _note(by, "approved" if granted else "refused", disclosure_id, held["kind"], held["purpose"])
    return await queries.disclosure(disclosure_id)


async def _hold(disclosure_id: UUID) -> asyncpg.Record:
    await database.fetchval(LOCK, disclosure_id)
    held = await database.fetchrow(HELD, disclosure_id, ANSWER_HOURS)
    if held is None:
        raise DisclosureNotFound
    return held


async def _staff(staff_id: UUID) -> staff.StaffView:
    """As she stands in the database: a token may be older than what she became."""
    found = await staff.get(staff_id)
    if found is None:
        raise staff.StaffNotFound
    return found


def _rule(purpose: str) -> Rule:
    return RULES[purpose]  # type: ignore[index]  # a purpose of ours, from a row or a decoded request


async def _require_child(member_id: UUID, baby_id: UUID, rule: Rule, *, unrelated: bool) -> None:
    if (await _open(baby_id, rule)).member_id != member_id:
        raise BabyNotFound
    if not unrelated:
        raise RelationNotDenied


async def _open(baby_id: UUID, rule: Rule) -> babies.BabyRecord:
    assert rule.authorization is not None, "what a child's data is for needs an authorization"
    try:
        return await babies.open_for_staff(baby_id, rule.authorization)
    except AuthorizationRequired:
        # Its words are for the mother.
        raise GuardianNotAuthorizing from None


async def _value(held: asyncpg.Record) -> Value:
    if held["baby_id"] is not None:
        try:
            baby = await _open(held["baby_id"], _rule(held["purpose"]))
        except BabyNotFound:
            raise NothingToSee from None
        return Value(open_until=held["open_until"], baby=baby.details)
    member = await members.find(held["member_id"])
    if member is None or member.data_key is None:
        raise NothingToSee
    phone = member.phone() if held["kind"] == "member_phone" else None
    name = member.profile().nickname if held["kind"] == "member_name" else None
    if phone is None and name is None:
        raise NothingToSee
    return Value(open_until=held["open_until"], phone=phone, name=name)


async def _note(by: UUID, what: str, disclosure_id: UUID, kind: str, purpose: str) -> None:
    await audit.record(by, f"disclosure.{what}", "disclosure", disclosure_id, after={"kind": kind, "purpose": purpose})
