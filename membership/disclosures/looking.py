"""Looking: the value that is open, one part of a child's at a time, and that it was seen."""

from uuid import UUID

import asyncpg

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import growth, members, vaccinations
from membership.babies import BabyNotFound, NotBornYet
from membership.disclosures.errors import DisclosureNotFound, NothingToSee, NotOpen, PartNotOpen
from membership.disclosures.holding import hold, note, open_child, rule_of
from membership.disclosures.purposes import LEAST, Part
from membership.disclosures.views import Value

LOOK = "INSERT INTO disclosure_look (id, disclosure_id, looked_at, part) VALUES ($1, $2, clock_timestamp(), $3)"


@transactional
async def look(by: UUID, disclosure_id: UUID, part: Part | None = None) -> Value:
    """The value, for who asked; that it was seen is written down with it.

    `part`: which of a child's; the least when she names none. Each is read through a door that checks the guardian's
    authorization for the purpose in the same statement: one that was taken back ends it at once, and one that was
    given since is not what was approved, so it must be asked for anew.
    Raises `DisclosureNotFound`, `NotOpen`, `PartNotOpen`, `GuardianNotAuthorizing`, `NothingToSee`.
    """
    held = await hold(disclosure_id)
    if held["asked_by_id"] != by or held["kind"] == "order_address":
        raise DisclosureNotFound
    if not (held["open"] and held["still_so"]):
        raise NotOpen
    if held["baby_id"] is None:
        if part is not None:
            raise PartNotOpen
        value = await _of_member(held)
    else:
        part = part or LEAST[0]
        if part not in held["granted_parts"]:
            raise PartNotOpen
        value = await _of_child(held, part)
    await database.execute(LOOK, new_id(), disclosure_id, part)
    await note(by, "looked", disclosure_id, held["kind"], held["purpose"], *([part] if part else []))
    return value


async def _of_member(held: asyncpg.Record) -> Value:
    member = await members.find(held["member_id"])
    if member is None or member.data_key is None:
        raise NothingToSee
    phone = member.phone() if held["kind"] == "member_phone" else None
    name = member.profile().nickname if held["kind"] == "member_name" else None
    if phone is None and name is None:
        raise NothingToSee
    return Value(open_until=held["open_until"], phone=phone, name=name)


async def _of_child(held: asyncpg.Record, part: Part) -> Value:
    try:
        baby = await open_child(held["baby_id"], rule_of(held["purpose"]), held["decided_at"])
        match part:
            case "details":
                return Value(open_until=held["open_until"], part=part, baby=baby.details)
            case "growth":
                return Value(open_until=held["open_until"], part=part, growth=await growth.history(baby))
            case "vaccinations":
                plan = await vaccinations.plan_for(baby)
                return Value(open_until=held["open_until"], part=part, vaccinations=plan)
    except (BabyNotFound, NotBornYet):
        raise NothingToSee from None
