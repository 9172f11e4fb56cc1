"""What stored value refuses. The words are for the clerk at the till, who reads them out."""

from foundation.errors import NotFound, Problem


class WalletNotEnough(Problem):
    """`have`: yuan in the wallet."""

    status = 409
    code = "wallet_not_enough"
    title = "There is less in the wallet than is to be paid"
    detail = "储值余额不足，当前余额 ¥{have}，请充值或换一种付款方式"


class WalletFull(Problem):
    """`room`: yuan that still go in."""

    status = 409
    code = "wallet_full"
    title = "The wallet would hold more than a card may"
    detail = "超过单张会员卡的储值上限，最多还能存入 ¥{room}，请调整金额"


class WalletUnnamed(Problem):
    status = 409
    code = "wallet_unnamed"
    title = "Only a named card stores value: the member has no phone"
    detail = "储值需要实名会员卡，请顾客先在小程序绑定手机号"


class WalletNeedsCode(Problem):
    status = 422
    code = "wallet_needs_card_code"
    title = "A wallet pays only for a card code that this till scanned, never for a number alone"
    detail = "储值付款需要扫会员码，请顾客打开小程序的会员码"


class WalletPaymentUnknown(NotFound):
    code = "wallet_payment_unknown"
    title = "The store has no payment under this receipt"
    detail = "没有找到这笔储值付款，请核对原小票号"


class WalletPaymentReturned(Problem):
    """`left`: yuan that can still be given back."""

    status = 409
    code = "wallet_payment_returned"
    title = "More than was paid, or than is left of it, can't be given back"
    detail = "这笔付款最多还能退回 ¥{left}，请核对金额"


class WalletEmpty(Problem):
    status = 409
    code = "wallet_empty"
    title = "There is no principal to refund"
    detail = "该会员没有可退的储值本金"


class WalletRefundUnknown(NotFound):
    code = "wallet_refund_unknown"
    title = "There is no such refund"
    detail = "没有找到这笔退款申请"


class WalletRefundDecided(Problem):
    status = 409
    code = "wallet_refund_decided"
    title = "The refund was decided the other way"
    detail = "这笔退款申请已经处理过了，请刷新后查看"


class WalletRefundNeedsAnother(Problem):
    status = 409
    code = "wallet_refund_second_person"
    title = "The person who asked for a refund can't decide on it"
    detail = "自己提交的退款需要另一位同事审批"


class WalletChanged(Problem):
    status = 409
    code = "wallet_changed"
    title = "The wallet holds something else than when the refund was asked for"
    detail = "会员的储值余额已有变化，请驳回后重新申请退款"


class GiftRuleExists(Problem):
    status = 409
    code = "wallet_gift_rule_exists"
    title = "There is a gift rule with this code"
    detail = "这个充值赠送编号已存在，请换一个编号"


class GiftRuleUnknown(NotFound):
    code = "wallet_gift_rule_unknown"
    title = "There is no such gift rule"
    detail = "没有找到这个充值赠送活动"


class WalletLimitExists(Problem):
    status = 409
    code = "wallet_limit_exists"
    title = "A limit is set from this day on already"
    detail = "这一天的储值上限已经设置过，请换一个生效日期"
