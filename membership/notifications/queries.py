"""Reads: the inbox."""

from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import PageQuery, read_cursor, write_cursor

LAST_ID = UUID(int=2**128 - 1)
MOST_COUNTED = 99
"""What a badge can show."""

SELECT = "SELECT id, kind, title, body, link, created_at, read_at FROM notification WHERE member_id = $1"


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
    rows = await database.fetch(
        SELECT + " AND id < $2 ORDER BY id DESC LIMIT $3",
        member_id,
        before,
        query.limit + 1,
    )
    unread = await database.fetchval(
        "SELECT count(*) FROM (SELECT FROM notification WHERE member_id = $1 AND read_at IS NULL LIMIT $2) new",
        member_id,
        MOST_COUNTED,
    )
    shown = [NotificationView(*row) for row in rows[: query.limit]]
    return Inbox(shown, write_cursor(shown[-1].id) if len(rows) > query.limit else None, unread)


async def one(member_id: UUID, notification_id: UUID) -> NotificationView | None:
    """One message of hers."""
    row = await database.fetchrow(SELECT + " AND id = $2", member_id, notification_id)
    return NotificationView(*row) if row else None
