"""Reads: the text, where she stands, and the receipt of what she gave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.authorizations.errors import ReceiptNotFound
from membership.authorizations.models import PURPOSES, Purpose
from membership.authorizations.standing import COUNTS

PEACE_DAYS = 30
"""After a refusal she is not asked again for so long."""

CURRENT = (
    "SELECT version, title, text, purposes::text AS purposes, valid_days, published_at FROM authorization_text"
    " WHERE published_at <= now() ORDER BY version DESC LIMIT 1"
)
OPEN = f"""
SELECT given.id, given.text_id AS version, given.given_at, given.valid_until,
       ARRAY(SELECT ticked.purpose::text FROM authorized_purpose ticked
              WHERE ticked.authorization_id = given.id AND ticked.withdrawn_at IS NULL) AS purposes
  FROM given_authorization given
 WHERE given.member_id = $1 AND {COUNTS}
"""  # noqa: S608  # our own constants
REFUSED = "SELECT refused_at > now() - make_interval(days => $2) FROM authorization_refusal WHERE member_id = $1"
_STATE = f"""CASE WHEN given.ended_at IS NOT NULL THEN 'ended' WHEN given.valid_until <= now() THEN 'expired'
            WHEN {COUNTS} THEN 'standing' ELSE 'outdated' END AS state"""
RECEIPT = f"""
SELECT given.id, given.given_at, given.valid_until, given.ended_at, {_STATE}, given.is_guardian, member.number,
       text.version, text.title, text.text, text.purposes::text AS purposes
  FROM given_authorization given
  JOIN authorization_text text ON text.version = given.text_id
  JOIN member ON member.id = given.member_id
 WHERE given.id = $2 AND given.member_id = $1
"""  # noqa: S608  # our own constants
RECEIPTS = f"""
SELECT given.id, given.text_id AS version, text.title, {_STATE}, given.given_at, given.valid_until, given.ended_at,
       ARRAY(SELECT ticked.purpose::text FROM authorized_purpose ticked WHERE ticked.authorization_id = given.id
              ORDER BY array_position($4::text[], ticked.purpose::text)) AS purposes
  FROM given_authorization given JOIN authorization_text text ON text.version = given.text_id
 WHERE given.member_id = $1 AND given.id < $2 ORDER BY given.id DESC LIMIT $3
"""  # noqa: S608  # as above
LAST_ID = UUID(int=2**128 - 1)
TICKS = "SELECT purpose, withdrawn_at FROM authorized_purpose WHERE authorization_id = $1"


ReceiptState = Literal["standing", "expired", "outdated", "ended"]
"""`ended`: taken back or replaced; `outdated`: there is a text since that asks anew."""


class PurposeText(msgspec.Struct, frozen=True):
    """What one tick says."""

    purpose: Purpose
    title: str
    text: str


class TextView(msgspec.Struct, frozen=True, kw_only=True):
    """A version of 《母婴健康数据授权书》. `valid_days`: for how long what is given by it is valid."""

    version: int
    title: str
    text: str
    purposes: list[PurposeText]
    valid_days: int
    published_at: datetime


class OpenAuthorization(msgspec.Struct, frozen=True):
    """What stands now. `id` is that of its receipt."""

    id: UUID
    version: int
    given_at: datetime
    valid_until: datetime
    purposes: list[Purpose]


class AuthorizationView(msgspec.Struct, frozen=True, kw_only=True):
    """Where she stands: `given` is None while nothing does. `prompt`: whether she may be asked on her way."""

    prompt: bool
    text: TextView
    given: OpenAuthorization | None


class Tick(msgspec.Struct, frozen=True):
    """One purpose of a receipt, and when she took it back."""

    purpose: PurposeText
    withdrawn_at: datetime | None


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt in the list of hers. `purposes`: what it was given for, whatever was taken back since."""

    id: UUID
    version: int
    title: str
    purposes: list[Purpose]
    state: ReceiptState
    given_at: datetime
    valid_until: datetime
    ended_at: datetime | None


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """What she gave, in the words of that day. `number` is her membership number."""

    id: UUID
    number: str
    version: int
    title: str
    text: str
    is_guardian: bool
    given_at: datetime
    valid_until: datetime
    ended_at: datetime | None
    state: ReceiptState
    ticks: list[Tick]


async def text() -> TextView:
    """The current version."""
    row = await database.fetchrow(CURRENT)
    assert row is not None, "a migration publishes the first"
    return TextView(**{**row, "purposes": _purposes(row["purposes"])})


async def open_authorization(member_id: UUID) -> OpenAuthorization | None:
    """What stands now."""
    row = await database.fetchrow(OPEN, member_id)
    return None if row is None else OpenAuthorization(**row)


async def authorization(member_id: UUID) -> AuthorizationView:
    """Where she stands, and whether she may be asked."""
    given = await open_authorization(member_id)
    left_in_peace = given is not None or bool(await database.fetchval(REFUSED, member_id, PEACE_DAYS))
    return AuthorizationView(prompt=not left_in_peace, text=await text(), given=given)


async def receipt(member_id: UUID, receipt_id: UUID) -> ReceiptView:
    """One of hers, ended or not. Raises `ReceiptNotFound`."""
    row = await database.fetchrow(RECEIPT, member_id, receipt_id)
    if row is None:
        raise ReceiptNotFound
    withdrawn = {tick["purpose"]: tick["withdrawn_at"] for tick in await database.fetch(TICKS, receipt_id)}
    ticks = [Tick(each, withdrawn[each.purpose]) for each in _purposes(row["purposes"]) if each.purpose in withdrawn]
    return ReceiptView(**{name: value for name, value in row.items() if name != "purposes"}, ticks=ticks)


async def receipts(member_id: UUID, query: PageQuery) -> Page[ReceiptLine]:
    """All of hers, the newest first. One query. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(RECEIPTS, member_id, before, query.limit + 1, PURPOSES)
    shown = [ReceiptLine(**row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


def _purposes(written: str) -> Sequence[PurposeText]:
    return msgspec.json.decode(written, type=list[PurposeText])
