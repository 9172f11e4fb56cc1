"""Writes: telling, reading, following a merge."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership.notifications import discreet
from membership.notifications.errors import NotificationNotFound
from membership.notifications.queries import NotificationView, one, view_of

TELL = """
INSERT INTO notification (id, member_id, kind, key, title, body, link)
SELECT told.* FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS told (id, member_id, kind, key, title, body, link)
 WHERE NOT EXISTS (SELECT FROM member WHERE member.id = told.member_id AND status = 'erased')
ON CONFLICT (kind, key) DO NOTHING
"""


class Message(msgspec.Struct, frozen=True):
    """What is told to whom; `key` names what happened, once for ever within the kind."""

    member_id: UUID
    key: str
    title: str
    body: str
    link: str | None = None


@within_transaction
async def notify(member_id: UUID, kind: str, key: str, title: str, body: str, *, link: str | None = None) -> bool:
    """Puts a message into a member's inbox; False when this (kind, key) was told before.

    `title` ≤ 40 and `body` ≤ 400 characters, in Chinese; `link` is a page of the mini-program.
    """
    return await notify_all(kind, [Message(member_id, key, title, body, link)]) == 1


@within_transaction
async def notify_all(kind: str, messages: Sequence[Message]) -> int:
    """Tells many members in one round trip; how many messages were new. Who was erased is told nothing any more."""
    return await database.execute(
        TELL,
        [new_id() for _ in messages],
        [message.member_id for message in messages],
        [kind] * len(messages),
        [message.key for message in messages],
        [message.title for message in messages],
        [message.body for message in messages],
        [message.link for message in messages],
    )


@transactional
async def mark_read(member_id: UUID, notification_id: UUID) -> NotificationView:
    """She has read it; once more changes nothing. Raises `NotificationNotFound`, for a stranger's too."""
    await database.execute(
        "UPDATE notification SET read_at = now() WHERE id = $1 AND member_id = $2 AND read_at IS NULL",
        notification_id,
        member_id,
    )
    view = await one(member_id, notification_id)
    if view is not None:
        return view
    kept = await discreet.mark_read(member_id, notification_id)
    if kept is None:
        raise NotificationNotFound
    return view_of(kept)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her messages follow her; how many. The caller holds both."""
    moved = await database.execute(
        "UPDATE notification SET member_id = $2 WHERE member_id = $1", from_member, to_member
    )
    return moved + await discreet.move_all(from_member, to_member)
