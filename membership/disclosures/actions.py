"""Writes: asking, deciding, ending; what others write down and move."""

from collections.abc import Collection, Iterable
from uuid import UUID

import asyncpg

from foundation import database
from foundation.errors import FieldError, Invalid, NotFound
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.babies import BabyNotFound
from membership.disclosures import queries
from membership.disclosures.errors import (
    AlreadyDecided,
    AskerChanged,
    DisclosureNotFound,
    NotForThisRole,
    NothingToSee,
    NotOpen,
    OwnRequest,
    PartNotAsked,
    RelationNotDenied,
    WaitedTooLong,
)
from membership.disclosures.holding import hold, note, open_child, person, rule_of
from membership.disclosures.purposes import APPROVERS, LEAST, OPEN_MINUTES, PARTS, Part, Rule
from membership.disclosures.views import DisclosureView, Request

ASK = """
INSERT INTO disclosure (id, kind, member_id, baby_id, parts, purpose, reason_sealed, asked_by_id, asked_as, store_id,
                        asked_unrelated)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
DECIDE = """
UPDATE disclosure SET granted = $2, decided_by_id = $3, decided_at = at, granted_parts = $5, decided_unrelated = $6,
       open_until = CASE WHEN $2 THEN at + make_interval(mins => $4) END
  FROM (SELECT clock_timestamp() AS at) moment WHERE id = $1
"""
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

    Raises `NotForThisRole`, `RelationNotDenied`, `BabyNotFound`, `GuardianNotAuthorizing`, `Invalid` (baby_id, parts),
    `NotFound` (member), `StaffNotFound`.
    """
    asker = await person(by)
    rule = rule_of(request.purpose)
    if asker.role not in rule.roles or request.kind not in rule.kinds:
        raise NotForThisRole
    of_child = request.kind == "baby_details"
    if of_child != (request.baby_id is not None):
        raise Invalid(errors=[FieldError("baby_id", "查看档案资料时请指明是哪一个宝宝，查看其他内容时请留空")])
    parts = _in_order(LEAST if request.parts is None and of_child else request.parts or ())
    if of_child != bool(parts):
        raise Invalid(errors=[FieldError("parts", "查看档案资料时请至少选择一项，查看其他内容时请留空")])
    # Kept as she is: a merge that is under way comes before, and then she is another, or after, and takes this along.
    member = await members.share(request.member_id)
    if member.status == "erased":
        raise NotFound
    if request.baby_id is not None:
        await _require_child(member.id, request.baby_id, rule, unrelated=request.unrelated)
    disclosure_id = new_id()
    await database.execute(
        ASK,
        disclosure_id,
        request.kind,
        member.id,
        request.baby_id,
        parts,
        request.purpose,
        vault().house.seal(queries.reason_place(disclosure_id), request.reason),
        by,
        asker.role,
        asker.store_id,
        request.unrelated if of_child else None,
    )
    await note(by, "asked", disclosure_id, request.kind, request.purpose, *parts)
    if not of_child:
        await database.execute(DECIDE, disclosure_id, True, None, OPEN_MINUTES, [], None)
    return await queries.disclosure(disclosure_id)


@transactional
async def approve(
    by: UUID, disclosure_id: UUID, *, unrelated: bool, parts: Collection[Part] | None = None
) -> DisclosureView:
    """Opens a child's data to who asked, for thirty minutes from now. Again by the same person changes nothing.

    `parts`: no more than these; all that was asked for when none are named. The guardian must still authorize the
    purpose, and the asker be what she was. Raises `DisclosureNotFound`, `NotForThisRole`, `OwnRequest`,
    `RelationNotDenied`, `AlreadyDecided`, `WaitedTooLong`, `AskerChanged`, `PartNotAsked`, `GuardianNotAuthorizing`,
    `NothingToSee`, `StaffNotFound`.
    """
    held = await _to_decide(by, disclosure_id)
    granted = held["parts"] if parts is None else _in_order(parts)
    if held["granted"] and held["decided_by_id"] == by and held["granted_parts"] == granted:
        return await queries.disclosure(disclosure_id)
    _require_undecided(held)
    if not unrelated:
        raise RelationNotDenied
    if not held["still_so"]:
        raise AskerChanged
    if not granted or not set(granted) <= set(held["parts"]):
        raise PartNotAsked
    try:
        await open_child(held["baby_id"], rule_of(held["purpose"]))
    except BabyNotFound:
        raise NothingToSee from None
    await database.execute(DECIDE, disclosure_id, True, by, OPEN_MINUTES, granted, unrelated)
    await note(by, "approved", disclosure_id, held["kind"], held["purpose"], *granted)
    return await queries.disclosure(disclosure_id)


@transactional
async def refuse(by: UUID, disclosure_id: UUID) -> DisclosureView:
    """Refuses. Again by the same person changes nothing.

    Raises `DisclosureNotFound`, `NotForThisRole`, `OwnRequest`, `AlreadyDecided`, `WaitedTooLong`, `StaffNotFound`.
    """
    held = await _to_decide(by, disclosure_id)
    if held["granted"] is False and held["decided_by_id"] == by:
        return await queries.disclosure(disclosure_id)
    _require_undecided(held)
    await database.execute(DECIDE, disclosure_id, False, by, OPEN_MINUTES, [], None)
    await note(by, "refused", disclosure_id, held["kind"], held["purpose"], *held["parts"])
    return await queries.disclosure(disclosure_id)


@transactional
async def end(by: UUID, disclosure_id: UUID) -> DisclosureView:
    """Closes before its time what is open: by who asked, or by an approver. What is over stays so.

    Raises `DisclosureNotFound`, `NotOpen` for what was never open, `StaffNotFound`.
    """
    ender = await person(by)
    held = await hold(disclosure_id)
    if held["asked_by_id"] != by and ender.role not in APPROVERS:
        raise DisclosureNotFound
    if not held["granted"]:
        raise NotOpen
    if held["open"]:
        await database.execute(END, disclosure_id, by)
        await note(by, "ended", disclosure_id, held["kind"], held["purpose"], *held["granted_parts"])
    return await queries.disclosure(disclosure_id)


@within_transaction
async def note_address_read(by: UUID, member_id: UUID) -> None:
    """For whoever shows the staff where to ship an order: its member can read that it was looked at."""
    disclosure_id, look_id = new_id(), new_id()
    await database.execute(READ_WITH, disclosure_id, "order_address", member_id, "shipping", by, OPEN_MINUTES, look_id)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: she is told what was seen of both; how many requests. The caller holds both."""
    return await database.execute("UPDATE disclosure SET member_id = $2 WHERE member_id = $1", from_member, to_member)


async def _to_decide(by: UUID, disclosure_id: UUID) -> asyncpg.Record:
    """The request, held, for somebody who may decide about it."""
    if (await person(by)).role not in APPROVERS:
        raise NotForThisRole
    held = await hold(disclosure_id)
    if held["asked_by_id"] == by:
        raise OwnRequest
    return held


def _require_undecided(held: asyncpg.Record) -> None:
    if held["granted"] is not None:
        raise AlreadyDecided
    if held["waited_too_long"]:
        raise WaitedTooLong


def _in_order(parts: Iterable[Part]) -> list[Part]:
    """Each once."""
    named = set(parts)
    return [part for part in PARTS if part in named]


async def _require_child(member_id: UUID, baby_id: UUID, rule: Rule, *, unrelated: bool) -> None:
    if (await open_child(baby_id, rule)).member_id != member_id:
        raise BabyNotFound
    if not unrelated:
        raise RelationNotDenied
