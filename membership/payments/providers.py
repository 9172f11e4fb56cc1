"""Which provider takes the money for what."""

from foundation import ground
from membership.payments.errors import PaymentUnavailable, VirtualPaymentOff
from membership.payments.port import PaymentProvider
from membership.payments.wechat_pay import WeChatPayProvider


def for_goods(*, virtual: bool) -> PaymentProvider:
    """The provider of a new payment. Raises `PaymentUnavailable`, `VirtualPaymentOff`."""
    if virtual:
        # The place of the platform's own payment (wx.requestVirtualPayment, /xpay/*): an adapter for `PaymentProvider`
        # is returned here once the account has it. Ordinary WeChat Pay for virtual goods would cost the mini-program.
        raise VirtualPaymentOff
    return wechat_pay()


def wechat_pay() -> WeChatPayProvider:
    """Raises `PaymentUnavailable` where payments are not set up."""
    pay = ground.pay()
    if pay is None:
        raise PaymentUnavailable
    return WeChatPayProvider(pay)


def named(_code: str) -> PaymentProvider:
    """The provider of a payment that exists. Raises `PaymentUnavailable` when it is not set up any more."""
    return wechat_pay()
