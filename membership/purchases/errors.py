"""What is refused of what tills send."""

from foundation.errors import NotFound
from membership.cards import CardUnknown
from membership.stores import ReceiptConflict, StoreUnknown

__all__ = ["CardUnknown", "PurchaseNotFound", "ReceiptConflict", "StoreUnknown"]


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"
    title = "The partner never sent this"
    detail = "没有找到该笔记录"
