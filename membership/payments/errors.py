"""What payments refuse."""

from foundation.errors import NotFound, Problem, Unavailable


class PaymentUnavailable(Unavailable):
    """The provider is slow, away or not set up. Nothing is lost: the same may be asked again."""

    code = "payment_unavailable"
    title = "The payment provider gives no usable answer, or none is set up"
    detail = "支付服务暂时不可用，请稍后再试"
    retry_after_seconds = 5


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment"
    detail = "没有找到这笔支付"


class PaymentClosed(Problem):
    status = 409
    code = "payment_closed"
    title = "The payment was closed or has expired"
    detail = "这笔支付已关闭，请重新下单"


class AlreadyPaid(Problem):
    status = 409
    code = "already_paid"
    title = "The payment is paid"
    detail = "这笔订单已经支付成功啦"


class NotPaid(Problem):
    """Only what was paid can go back."""

    status = 409
    code = "not_paid"
    title = "Nothing was paid that could be refunded"
    detail = "这笔订单还没有支付，无需退款"


class RefundTooLarge(Problem):
    status = 409
    code = "refund_too_large"
    title = "All refunds together would exceed what was paid"
    detail = "退款金额超过了可退金额，请核对后再试"


class RefundKeyUsed(Problem):
    status = 409
    code = "refund_key_used"
    title = "This key was used for a refund of another amount"
    detail = "这笔退款已经申请过了，请勿重复操作"


class VirtualPaymentOff(Problem):
    """A mini-program must sell virtual goods by the platform's own payment (虚拟支付), which is not connected."""

    status = 409
    code = "virtual_payment_off"
    title = "Virtual goods need the platform's own payment, which is off"
    detail = "虚拟商品暂不支持付款购买，请使用积分兑换或到门店办理"
