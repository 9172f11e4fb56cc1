"""What adjusting by hand refuses."""

from foundation.errors import NotFound, Problem


class AdjustmentOfNothing(Problem):
    status = 422
    code = "adjustment_of_nothing"
    title = "An adjustment gives or takes at least one point"
    detail = "调整的积分不能为 0，请填写要增加或扣减的数额"


class LimitsDoNotFit(Problem):
    status = 422
    code = "limits_do_not_fit"
    title = "One adjustment may not be larger than all of a day"
    detail = "单笔上限不能超过每日上限，请调整后再保存"


class AdjustmentNotFound(NotFound):
    code = "adjustment_not_found"
    title = "There is no such adjustment"
    detail = "没有找到这笔积分调整"


class AdjustmentNotAllowed(Problem):
    """The role has no limits, or it may not be the second person."""

    status = 403
    code = "adjustment_not_allowed"
    title = "This role may not do that to points"
    detail = "您的岗位不能进行这项积分调整，请联系管理员"


class SecondPersonNeeded(Problem):
    """Who asked for an adjustment can't decide on it."""

    status = 409
    code = "second_person_needed"
    title = "The person who asked for an adjustment can't decide on it"
    detail = "自己提交的调整需要另一位同事审批"


class AdjustmentDecided(Problem):
    """Somebody decided otherwise before."""

    status = 409
    code = "adjustment_decided"
    title = "The adjustment was decided the other way"
    detail = "这笔调整已经处理过了，请刷新后查看"


class AdjustmentTooLarge(Problem):
    """`have`: how many points can be taken."""

    status = 409
    code = "adjustment_too_large"
    title = "The member has fewer points than this takes"
    detail = "该会员现在可扣 {have} 积分，请调整数额后再试"
