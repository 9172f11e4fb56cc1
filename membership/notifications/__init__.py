"""Notifications: what we tell a member, in her in-app inbox.

A feature that has something to say calls `notify` in the transaction of what it is about. The same (kind, key) is said
once, however often it is tried. Outside channels (subscribe messages, SMS) will read from here; a message says what
happened and never carries a phone, a name or a child's data.
"""

from membership.notifications.actions import Message, mark_read, move_all, notify, notify_all, take_back
from membership.notifications.errors import NotificationNotFound
from membership.notifications.queries import Inbox, NotificationView, inbox

__all__ = [
    "Inbox",
    "Message",
    "NotificationNotFound",
    "NotificationView",
    "inbox",
    "mark_read",
    "move_all",
    "notify",
    "notify_all",
    "take_back",
]
