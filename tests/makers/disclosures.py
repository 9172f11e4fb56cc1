"""Makers: staff who ask, what they ask for, and the time that passes over an approval."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from membership import disclosures
from membership.authorizations import Purpose
from membership.disclosures import DisclosureView, Request
from membership.staff import Role
from tests.makers.babies import make_child, make_mother
from tests.makers.members import MadeMember, make_known_member
from tests.makers.staff import make_staff

REASON = "来电核对信息"


class Case(msgspec.Struct, frozen=True):
    """A child, its mother, and an expert who asks about it."""

    mother: MadeMember
    baby_id: UUID
    expert: UUID

    def request(self, **changes: Any) -> Request:
        request = Request(
            kind="baby_details",
            member_id=self.mother.id,
            baby_id=self.baby_id,
            purpose="expert_answer",
            reason=REASON,
            unrelated=True,
        )
        return msgspec.structs.replace(request, **changes)


async def make_case(*purposes: Purpose) -> Case:
    """The mother authorized these purposes; service and expert when none is named."""
    mother = await make_mother(*(purposes or ("service", "expert")))
    return Case(mother, await make_child(mother.id), await staff_of(Role.EXPERT))


async def staff_of(role: Role) -> UUID:
    return (await make_staff(role)).id


async def ask_for_phone(asker: UUID | None = None, member: MadeMember | None = None) -> DisclosureView:
    """What an operator asked about somebody's phone: it is open."""
    member = member or await make_known_member()
    asker = asker or await staff_of(Role.OPERATOR)
    request = Request(kind="member_phone", member_id=member.id, purpose="member_request", reason=REASON)
    return await disclosures.ask(asker, request)


async def approved(case: Case) -> DisclosureView:
    """A child's details, open to the expert."""
    asked = await disclosures.ask(case.expert, case.request())
    return await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True)


async def pass_the_time(disclosure_id: UUID, time: timedelta) -> None:
    """As if it had been asked and decided that much earlier, and what it stands on been given before."""
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "UPDATE disclosure SET asked_at = asked_at - $2::interval, decided_at = decided_at - $2::interval,"
            " open_until = open_until - $2::interval WHERE id = $1",
            disclosure_id,
            time,
        )
        await connection.execute(
            "UPDATE given_authorization given SET given_at = given_at - $2::interval FROM disclosure"
            " WHERE disclosure.id = $1 AND given.member_id = disclosure.member_id AND given.ended_at IS NULL",
            disclosure_id,
            time,
        )
        await connection.execute(
            "UPDATE disclosure_look SET looked_at = looked_at - $2::interval WHERE disclosure_id = $1",
            disclosure_id,
            time,
        )


async def looks_at(disclosure_id: UUID) -> int:
    count: int = await database.fetchval("SELECT count(*) FROM disclosure_look WHERE disclosure_id = $1", disclosure_id)
    return count
