"""What the mall refuses."""

from foundation.errors import NotFound, Problem


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = "There is no such gift, or it is not offered any more"
    detail = "这件礼品已下架，去看看其他好礼吧"


class SoldOut(Problem):
    status = 409
    code = "sold_out"
    title = "There are not that many pieces left"
    detail = "来晚一步，这件礼品已被兑完啦"


class QuantityOutOfRange(Problem):
    status = 422
    code = "quantity_out_of_range"
    title = "A redemption has 1 to 99 pieces"
    detail = "每次可兑换1到99件"


class RedemptionNotFound(NotFound):
    code = "redemption_not_found"
    title = "There is no such redemption"
    detail = "没有找到这笔兑换"


class AlreadyHandedOver(Problem):
    status = 409
    code = "already_handed_over"
    title = "The gift was handed over"
    detail = "礼品已经领取，不能再操作啦"


class AlreadyCancelled(Problem):
    status = 409
    code = "already_cancelled"
    title = "The redemption was cancelled"
    detail = "这笔兑换已取消，积分已退回"


class PickupCodeWrong(Problem):
    status = 422
    code = "pickup_code_wrong"
    title = "The pick-up code belongs to another redemption"
    detail = "取货码不正确，请核对后再试"


class PromotionRefused(Problem):
    status = 422
    code = "promotion_refused"
    title = "The law forbids to promote this product, and a gift is promotion"
    detail = "一段婴儿配方奶粉不得参与促销"
