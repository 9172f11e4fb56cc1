"""What every write stands on: the request held, who acts as she stands now, the door to a child, the audit."""

from datetime import datetime
from uuid import UUID

import asyncpg

from foundation import audit, database
from membership import babies, staff
from membership.babies import AuthorizationRequired
from membership.disclosures.errors import DisclosureNotFound, GuardianNotAuthorizing
from membership.disclosures.purposes import ANSWER_HOURS, RULES, Rule

LOCK = "SELECT asked_by_id FROM disclosure WHERE id = $1 FOR NO KEY UPDATE"
# What was waited for may have changed it: it is read after it was locked, and its age by the clock of that moment.
HELD = """
SELECT disclosure.*,
       asker.active AND asker.role = asked_as AND asker.store_id IS NOT DISTINCT FROM disclosure.store_id AS still_so,
       asked_at < clock_timestamp() - make_interval(hours => $2) AS waited_too_long,
       granted AND ended_at IS NULL AND open_until > clock_timestamp() AS open
  FROM disclosure JOIN staff_user asker ON asker.id = asked_by_id WHERE disclosure.id = $1
"""


async def hold(disclosure_id: UUID) -> asyncpg.Record:
    """The request, until the end of the transaction. Raises `DisclosureNotFound`."""
    await database.fetchval(LOCK, disclosure_id)
    held = await database.fetchrow(HELD, disclosure_id, ANSWER_HOURS)
    if held is None:
        raise DisclosureNotFound
    return held


async def person(staff_id: UUID) -> staff.StaffView:
    """As she stands in the database: a token may be older than what she became. Raises `StaffNotFound`."""
    found = await staff.get(staff_id)
    if found is None:
        raise staff.StaffNotFound
    return found


def rule_of(purpose: str) -> Rule:
    return RULES[purpose]  # type: ignore[index]  # a purpose of ours, from a row or a decoded request


async def open_child(baby_id: UUID, rule: Rule, since: datetime | None = None) -> babies.BabyRecord:
    """A child, if its guardian authorizes this purpose now; `since`: by the letter that stood then already.

    Raises `BabyNotFound`, `GuardianNotAuthorizing`.
    """
    assert rule.authorization is not None, "what a child's data is for needs an authorization"
    try:
        return await babies.open_for_staff(baby_id, rule.authorization, since)
    except AuthorizationRequired:
        # Its words are for the mother.
        raise GuardianNotAuthorizing from None


async def note(by: UUID, what: str, disclosure_id: UUID, kind: str, purpose: str, *parts: str) -> None:
    said = {"kind": kind, "purpose": purpose} | ({"parts": list(parts)} if parts else {})
    await audit.record(by, f"disclosure.{what}", "disclosure", disclosure_id, after=said)
