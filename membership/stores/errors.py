"""What stores and partners refuse."""

from foundation.errors import NotFound, Problem


class StoreNotFound(Problem):
    status = 422
    code = "store_not_found"
    title = "No store has this code"
    detail = "没有找到这家门店，请重新选择"


class StoreClosed(Problem):
    status = 422
    code = "store_closed"
    title = "The store is closed"
    detail = "这家门店暂停营业啦，请换一家门店"


class StoreCodeTaken(Problem):
    status = 409
    code = "store_code_taken"
    title = "Another store has this code"
    detail = "门店编号已被使用"


class PartnerNameTaken(Problem):
    status = 409
    code = "partner_name_taken"
    title = "Another partner has this name"
    detail = "合作方名称已被使用"


class StoreUnknown(Problem):
    """There is no such store, or its tills are another partner's: the two can't be told apart from outside."""

    status = 422
    code = "store_unknown"
    title = "The partner has no store with this code"
    detail = "没有找到该门店，请核对门店编号"


class ReceiptConflict(Problem):
    status = 409
    code = "receipt_conflict"
    title = "This receipt was sent before with other content"
    detail = "该小票已上传过，且内容不一致，请核对小票号"


class PartnerNotFound(NotFound):
    code = "partner_not_found"
    title = "There is no such partner"
    detail = "没有找到该合作方"


class TooManyPartnerKeys(Problem):
    status = 409
    code = "too_many_partner_keys"
    title = "The partner has two live keys; revoke one first"
    detail = "该合作方已有两把有效密钥，请先停用一把"
