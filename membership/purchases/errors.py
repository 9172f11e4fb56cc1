"""What is refused of what tills send, beside what `stores` and `cards` refuse."""

from foundation.errors import NotFound


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"
    title = "The partner never sent this"
    detail = "没有找到该笔记录"
