"""Notifications: what we tell a member, in her in-app inbox.

A feature that has something to say calls `notify` in the transaction of what it is about. The same (kind, key) is said
once, however often it is tried. Outside channels (subscribe messages, SMS) will read from here; a message says what
happened and never carries a phone, a name or a child's data.

When a message came can tell more than what it says: whatever follows from a child's days goes through
`notify_discreetly`, and is found in the same inbox.
"""

from membership.notifications.actions import Message, mark_read, move_all, notify, notify_all
from membership.notifications.discreet import KEPT_DAYS, DiscreetMessage, notify_discreetly, take_back
from membership.notifications.errors import NotificationNotFound
from membership.notifications.queries import Inbox, NotificationView, inbox
from membership.notifications.tidying import tidy

__all__ = [
    "KEPT_DAYS",
    "DiscreetMessage",
    "Inbox",
    "Message",
    "NotificationNotFound",
    "NotificationView",
    "inbox",
    "mark_read",
    "move_all",
    "notify",
    "notify_all",
    "notify_discreetly",
    "take_back",
    "tidy",
]
