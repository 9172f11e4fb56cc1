"""What a flash sale refuses."""

from foundation.errors import NotFound, Problem


class FlashSaleNotFound(NotFound):
    code = "flash_sale_not_found"
    title = "There is no such flash sale"
    detail = "没有找到这场限时兑换，去看看其他好礼吧"


class FlashNotStarted(Problem):
    """`starts_at` of the sale says when, by the server's clock."""

    status = 409
    code = "flash_not_started"
    title = "The sale has not started by the server's clock"
    detail = "还没开始哦，到点再来抢"


class FlashOver(Problem):
    status = 409
    code = "flash_over"
    title = "The sale is over"
    detail = "这场限时兑换已经结束啦，下次早点来"


class FlashSoldOut(Problem):
    status = 409
    code = "flash_sold_out"
    title = "Every unit has been won"
    detail = "已兑完，下次早点来哦"


class FlashBusy(Problem):
    """The gate is full; units may be left, since not everybody inside will win."""

    status = 429
    code = "flash_busy"
    title = "Too many at once; units may still be left"
    detail = "人太多啦，还没兑完，请再点一次"
    retry_after_seconds = 2


class FlashOnce(Problem):
    status = 409
    code = "flash_once"
    title = "One per member and device, and this one has been won already"
    detail = "每人每台手机限兑一件，您已经兑到啦"


class AccountTooNew(Problem):
    status = 403
    code = "account_too_new"
    title = "The account was made too shortly before the sale"
    detail = "新会员要入会满一段时间才能参加限时兑换，下一场等您来"


class FlashSaleInvalid(Problem):
    status = 422
    code = "flash_sale_invalid"
    title = "The sale can't be announced like this"
    detail = "请检查时间：结束要晚于开始，开始要晚于现在，最长七天"


class FlashSaleStarted(Problem):
    status = 409
    code = "flash_sale_started"
    title = "A sale that has started is not called off"
    detail = "活动已经开始，不能取消"
