"""What is refused of what tills send."""

from foundation.errors import NotFound, Problem


class StoreUnknown(Problem):
    """There is no such store, or its tills are another partner's: the two can't be told apart from outside."""

    status = 422
    code = "store_unknown"
    title = "The partner has no store with this code"
    detail = "没有找到该门店，请核对门店编号"


class CardUnknown(Problem):
    status = 422
    code = "card_unknown"
    title = "No card has this number"
    detail = "没有找到这张会员卡，请核对卡号"


class ReceiptConflict(Problem):
    status = 409
    code = "receipt_conflict"
    title = "This receipt was sent before with other content"
    detail = "该小票已上传过，且内容不一致，请核对小票号"


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"
    title = "The partner never sent this"
    detail = "没有找到该笔记录"
