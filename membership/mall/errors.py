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
