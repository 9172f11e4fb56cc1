"""What selling levels refuses."""

from foundation.errors import NotFound, Problem


class PlanUnknown(Problem):
    """There is no such plan, or it is not sold any more."""

    status = 422
    code = "paid_plan_unknown"
    title = "No plan with this code is sold"
    detail = "这个付费会员方案已下架或不存在，请重新选择"


class PlanNotFound(NotFound):
    code = "paid_plan_not_found"
    title = "There is no such plan"
    detail = "没有找到这个付费会员方案"


class PlanPriceChanged(Problem):
    """`price`: yuan that the plan costs now."""

    status = 409
    code = "paid_plan_price_changed"
    title = "The plan has another price than was paid"
    detail = "这个方案现价为 ¥{price}，请按现价收款"


class PlanExists(Problem):
    status = 409
    code = "paid_plan_exists"
    title = "There is a plan with this code"
    detail = "这个方案编号已存在，请换一个编号"


class PlanLevelUnfit(Problem):
    status = 422
    code = "paid_plan_level_unfit"
    title = "There is no such level, or it is everyone's"
    detail = "请选择一个高于普通会员的等级"


class PaidLevelNotFound(NotFound):
    code = "paid_level_not_found"
    title = "Nothing was sold under this id"
    detail = "没有找到这笔付费会员记录"


class PaidLevelNotLast(Problem):
    status = 409
    code = "paid_level_not_last"
    title = "A later purchase of the same level must be refunded first"
    detail = "这位会员之后又续费过，请先退最近一次购买"


class PaidLevelOver(Problem):
    status = 409
    code = "paid_level_over"
    title = "No day of it is left to refund"
    detail = "这笔付费会员已经到期，没有可退的天数"
