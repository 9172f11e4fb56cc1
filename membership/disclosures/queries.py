"""Reads: the requests for the staff, the looks for whom they concern, and a member behind her masks."""

from typing import Any
from uuid import UUID

import asyncpg

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from foundation.secrets import HOUSE, place, vault
from membership import authorizations, babies, members
from membership.disclosures.errors import DisclosureNotFound
from membership.disclosures.purposes import RULES
from membership.disclosures.views import STATE, DisclosureView, LookView, MaskedMember
from membership.staff import Role

LAST_ID = UUID(int=2**128 - 1)

SHOWN = f"""
SELECT disclosure.id, disclosure.kind, disclosure.purpose, disclosure.reason_sealed, {STATE} AS state,
       member.number, disclosure.baby_id, disclosure.parts, disclosure.granted_parts, disclosure.asked_unrelated,
       disclosure.decided_unrelated, disclosure.asked_by_id, asker.name, disclosure.asked_as, store.code,
       disclosure.asked_at, disclosure.decided_by_id, disclosure.decided_at, disclosure.open_until,
       disclosure.ended_at,
       (SELECT count(*) FROM disclosure_look look WHERE look.disclosure_id = disclosure.id) AS looks
  FROM disclosure JOIN member ON member.id = disclosure.member_id
  JOIN staff_user asker ON asker.id = disclosure.asked_by_id LEFT JOIN store ON store.id = disclosure.store_id
"""  # noqa: S608  # our own constants
ONE = f"{SHOWN} WHERE disclosure.id = $1"
ALL = f"{SHOWN} WHERE disclosure.id < $1 ORDER BY disclosure.id DESC LIMIT $2"
OWN = f"{SHOWN} WHERE disclosure.id < $1 AND disclosure.asked_by_id = $3 ORDER BY disclosure.id DESC LIMIT $2"
WAITING = f"""{SHOWN} WHERE disclosure.granted IS NULL AND disclosure.asked_at > now() - interval '24 hours'
 AND disclosure.id > $1 ORDER BY disclosure.id LIMIT $2"""
LOOKS = """
SELECT look.id, disclosure.asked_at, look.looked_at, disclosure.kind, look.part, disclosure.purpose, disclosure.baby_id,
       CASE WHEN disclosure.decided_by_id IS NOT NULL THEN disclosure.decided_at END AS approved_at,
       disclosure.asked_unrelated AND disclosure.decided_unrelated AS unrelated, disclosure.asked_as AS role,
       store.code AS store_code, store.name AS store_name
  FROM disclosure JOIN disclosure_look look ON look.disclosure_id = disclosure.id
  LEFT JOIN store ON store.id = disclosure.store_id
 WHERE (disclosure.member_id = $1 OR disclosure.baby_id = ANY($2::uuid[])) AND look.id < $3
 ORDER BY look.id DESC LIMIT $4
"""
ASKABLE = f"""
SELECT baby.id FROM baby WHERE baby.member_id = $1 AND baby.status = 'open' AND EXISTS (
  SELECT FROM unnest($2::text[]) AS wanted
   WHERE {authorizations.STANDING.format(member="baby.member_id", purpose="wanted")}) ORDER BY baby.place
"""  # noqa: S608  # our own constants


async def disclosure(disclosure_id: UUID, *, asked_by: UUID | None = None) -> DisclosureView:
    """One request; only if she asked for it when `asked_by` is given. Raises `DisclosureNotFound`."""
    row = await database.fetchrow(ONE, disclosure_id)
    if row is None or asked_by not in (None, row["asked_by_id"]):
        raise DisclosureNotFound
    return _view(row)


async def disclosures(query: PageQuery, *, asked_by: UUID | None = None) -> Page[DisclosureView]:
    """Requests, the newest first: hers, or everybody's. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    if asked_by is None:
        rows = await database.fetch(ALL, before, query.limit + 1)
    else:
        rows = await database.fetch(OWN, before, query.limit + 1, asked_by)
    return _page(rows, query)


async def waiting(query: PageQuery) -> Page[DisclosureView]:
    """Requests that wait for an approval, the oldest first. Raises `Invalid` (cursor)."""
    (after,) = read_cursor(query.cursor, UUID) if query.cursor else (UUID(int=0),)
    return _page(await database.fetch(WAITING, after, query.limit + 1), query)


async def looks(reader_id: UUID, query: PageQuery) -> Page[LookView]:
    """Who looked at what of hers, and of the children whose guardian she is; the newest first. Raises `Invalid`."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    children = [baby.id for baby in await babies.babies_of(reader_id) if baby.role == "guardian"]
    rows = await database.fetch(LOOKS, reader_id, children, before, query.limit + 1)
    shown = [LookView(**{**row, "role": Role(row["role"])}) for row in map(dict, rows[: query.limit])]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def masked(member_id: UUID, role: Role) -> MaskedMember | None:
    """A member as this role sees her; None when there is none."""
    member = await members.get(member_id)
    if member is None:
        return None
    wanted = {rule.authorization for rule in RULES.values() if role in rule.roles and rule.authorization is not None}
    rows = await database.fetch(ASKABLE, member_id, sorted(wanted))
    return MaskedMember(
        number=member.number,
        status=member.status,
        name_masked=member.name_masked,
        phone_masked=member.phone_masked,
        babies=[row["id"] for row in rows],
    )


def reason_place(disclosure_id: UUID) -> str:
    return place("disclosure", "reason_sealed", disclosure_id, HOUSE)


def _page(rows: list[asyncpg.Record], query: PageQuery) -> Page[DisclosureView]:
    shown = [_view(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


def _view(row: asyncpg.Record) -> DisclosureView:
    sealed: Any = row["reason_sealed"]
    return DisclosureView(
        id=row["id"],
        kind=row["kind"],
        purpose=row["purpose"],
        reason=None if sealed is None else vault().house.unseal(reason_place(row["id"]), sealed),
        state=row["state"],
        member_number=row["number"],
        baby_id=row["baby_id"],
        parts=row["parts"],
        asked_unrelated=row["asked_unrelated"],
        asked_by=row["asked_by_id"],
        asked_by_name=row["name"],
        asked_as=Role(row["asked_as"]),
        store_code=row["code"],
        asked_at=row["asked_at"],
        decided_by=row["decided_by_id"],
        decided_at=row["decided_at"],
        granted_parts=row["granted_parts"],
        decided_unrelated=row["decided_unrelated"],
        open_until=row["open_until"],
        ended_at=row["ended_at"],
        looks=row["looks"],
    )
