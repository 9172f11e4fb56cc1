"""What referrals refuse."""

from foundation.errors import NotFound, Problem


class ReferralCodeUnknown(NotFound):
    code = "referral_code_unknown"
    title = "Nobody has this code"
    detail = "没有找到这个邀请码，请核对后再试"


class ReferralsClosed(Problem):
    status = 409
    code = "referrals_closed"
    title = "There is no rule for referrals at present"
    detail = "邀请活动暂未开放，敬请期待"


class OwnReferralCode(Problem):
    status = 409
    code = "own_referral_code"
    title = "The code is her own, or of her family"
    detail = "不能填写自己或家人的邀请码哦"


class ReferralLoop(Problem):
    status = 409
    code = "referral_loop"
    title = "The member brought the one whose code this is"
    detail = "对方是您邀请来的，不能再互相邀请哦"


class AlreadyReferred(Problem):
    status = 409
    code = "already_referred"
    title = "The member was brought by another already"
    detail = "您已经填写过邀请码啦"


class ReferralTooLate(Problem):
    status = 409
    code = "referral_too_late"
    title = "A code is entered soon after joining and before the first purchase"
    detail = "邀请码需在入会后、首次购物前填写"
