"""What notifications refuse."""

from foundation.errors import NotFound


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    title = "No such notification"
    detail = "没有找到这条消息，下拉刷新看看吧。"
