"""What the mall refuses."""

from foundation.errors import NotFound, Problem


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


class AlreadyShipped(Problem):
    status = 409
    code = "already_shipped"
    title = "The order is on its way"
    detail = "商品已经发出，收到后如需退货可在7天内申请"


class AlreadyDelivered(Problem):
    status = 409
    code = "already_delivered"
    title = "The order was delivered"
    detail = "这笔订单已完成，不能再操作啦"


class AlreadyReturned(Problem):
    status = 409
    code = "already_returned"
    title = "The order was returned"
    detail = "这笔订单已退货，积分已退回"


class NotPaidYet(Problem):
    status = 409
    code = "not_paid_yet"
    title = "The order awaits its payment"
    detail = "这笔订单还没有支付，请先完成支付"


class NotShippedYet(Problem):
    """Of an order to pick up, too: there is nothing to ship or to send back."""

    status = 409
    code = "not_shipped_yet"
    title = "The order was not shipped"
    detail = "这笔订单还没有发货，暂时不能这样操作"


class ReturnTooLate(Problem):
    status = 409
    code = "return_too_late"
    title = "A return is asked for within seven days"
    detail = "已超过7天退货期，如有质量问题请联系客服"


class ReturnUnderWay(Problem):
    status = 409
    code = "return_under_way"
    title = "The order is on its way back"
    detail = "退货申请已提交，收到商品后会退回积分"


class ReturnNotRequested(Problem):
    status = 409
    code = "return_not_requested"
    title = "Nobody asked to return this order"
    detail = "这笔订单没有退货申请，请核对后再试"


class AddressNotNeeded(Problem):
    status = 409
    code = "address_not_needed"
    title = "The order is not waiting to be shipped, so its address is nobody's business"
    detail = "这笔订单不在待发货状态，不能查看收货地址"


class GoodsNotForThisProduct(Problem):
    status = 409
    code = "goods_not_for_this_product"
    title = "Only a virtual product has a pool of codes"
    detail = "只有虚拟商品可以导入兑换码，请换一个商品"
