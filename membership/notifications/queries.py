"""Reads: the inbox."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.pages import PageQuery, read_cursor, write_cursor
from membership.notifications import discreet

LAST_ID = UUID(int=2**128 - 1)
MOST_COUNTED = 99
"""What a badge can show."""

SELECT = "SELECT id, kind, title, body, link, created_at, read_at FROM notification WHERE member_id = $1"
# How many are unread, and the box of those that do not stand in clear.
UNREAD = f"""
SELECT unread, box.* FROM (
    SELECT count(*) AS unread FROM (
        SELECT FROM notification WHERE member_id = $1 AND read_at IS NULL LIMIT $2) new) counted
  LEFT JOIN (SELECT {discreet.COLUMNS} FROM discreet_inbox) box ON box.member_id = $1
"""  # noqa: S608  # our own constant


class NotificationView(msgspec.Struct, frozen=True):
    """One message; `read_at` is None while it is new."""

    id: UUID
    kind: str
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


class Inbox(msgspec.Struct, frozen=True):
    """One page of messages, the newest first; `unread` of all of them, counted to 99."""

    items: list[NotificationView]
    next_cursor: str | None
    unread: int


async def inbox(member_id: UUID, query: PageQuery) -> Inbox:
    """A member's messages. Two queries. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(SELECT + " AND id < $2 ORDER BY id DESC LIMIT $3", member_id, before, query.limit + 1)
    counted = await database.fetchrow(UNREAD, member_id, MOST_COUNTED)
    assert counted is not None, "a count is a row"
    kept = _kept(counted)
    found = [NotificationView(*row) for row in rows] + [view_of(each) for each in kept if each.id < before]
    found.sort(key=lambda view: view.id, reverse=True)
    shown = found[: query.limit]
    unread = counted["unread"] + sum(each.read_at is None for each in kept)
    return Inbox(
        shown,
        write_cursor(shown[-1].id) if len(found) > query.limit else None,
        min(unread, MOST_COUNTED),
    )


async def one(member_id: UUID, notification_id: UUID) -> NotificationView | None:
    """One message of hers that stands in clear."""
    row = await database.fetchrow(SELECT + " AND id = $2", member_id, notification_id)
    return NotificationView(*row) if row else None


def view_of(kept: discreet.Kept) -> NotificationView:
    return NotificationView(
        id=kept.id,
        kind=kept.kind,
        title=kept.title,
        body=kept.body,
        link=kept.link,
        created_at=kept.created_at,
        read_at=kept.read_at,
    )


def _kept(row: asyncpg.Record) -> Sequence[discreet.Kept]:
    boxes = discreet.opened([row] if row["id"] is not None else [])
    return [kept for box in boxes for kept in box.fresh()]
