"""Her inbox: what we told her."""

from datetime import datetime
from uuid import UUID

from foundation.http import Caller, PageQuery, View
from membership import notifications
from miniprogram_api.face import mothers


class NotificationOut(View):
    """One message; `read_at` is null while it is new, `link` a page of the mini-program."""

    id: UUID
    kind: str
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


class InboxOut(View):
    """A page of messages, the newest first. `unread` counts all new ones, to 99."""

    items: list[NotificationOut]
    next_cursor: str | None
    unread: int


@mothers.get("/me/notifications", who="member")
async def my_notifications(caller: Caller, query: PageQuery) -> InboxOut:
    """What we told her."""
    inbox = await notifications.inbox(caller.subject, query)
    return InboxOut(items=[_out(item) for item in inbox.items], next_cursor=inbox.next_cursor, unread=inbox.unread)


@mothers.post("/me/notifications/{notification_id}/read", who="member", refuses=(notifications.NotificationNotFound,))
async def read_notification(caller: Caller, notification_id: UUID) -> NotificationOut:
    """She has read a message. Once more changes nothing."""
    return _out(await notifications.mark_read(caller.subject, notification_id))


def _out(item: notifications.NotificationView) -> NotificationOut:
    return NotificationOut(
        id=item.id,
        kind=item.kind,
        title=item.title,
        body=item.body,
        link=item.link,
        created_at=item.created_at,
        read_at=item.read_at,
    )
