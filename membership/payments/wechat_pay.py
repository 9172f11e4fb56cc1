"""WeChat Pay behind the port: its words become ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec
import structlog

from foundation.wechat.pay import (
    Notification,
    PayParameters,
    Refund,
    RefundNotice,
    RefundState,
    TradeState,
    Transaction,
    WeChatPay,
    WeChatPayRefused,
    WeChatPayUnavailable,
)
from membership.payments.errors import PaymentUnavailable
from membership.payments.machine import RefundStatus
from membership.payments.port import (
    AccountEmpty,
    Answer,
    Found,
    Money,
    Order,
    OrderNews,
    ProviderRefused,
    RefundAnswer,
    RefundNews,
    RefundOrder,
)

CODE = "wechat_pay"

_REFUND_STATUS = {
    RefundState.PROCESSING: RefundStatus.PROCESSING,
    RefundState.SUCCESS: RefundStatus.SUCCEEDED,
    RefundState.CLOSED: RefundStatus.CLOSED,
    RefundState.ABNORMAL: RefundStatus.ABNORMAL,
}

log = structlog.get_logger("payments")


class WeChatPayProvider:
    """The provider for everything but virtual goods."""

    code = CODE

    def __init__(self, pay: WeChatPay) -> None:
        self._pay = pay

    def parameters(self, prepay_id: str) -> PayParameters:
        return self._pay.parameters(prepay_id)

    def open(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """What was pushed to our door. Raises `NotificationForged`, `NotificationUnreadable`."""
        return self._pay.open(headers, body)

    def news(self, kind: str, content: bytes) -> OrderNews | RefundNews | None:
        if kind.startswith("TRANSACTION."):
            transaction = msgspec.json.decode(content, type=Transaction)
            return OrderNews(transaction.out_trade_no, self._answer(transaction))
        if kind.startswith("REFUND."):
            notice = msgspec.json.decode(content, type=RefundNotice)
            return RefundNews(notice.out_refund_no, _refund_answer(notice)) if self._is_ours(notice) else None
        return None

    async def prepare(self, order: Order) -> str:
        with _translated():
            return await self._pay.order(
                order.out_trade_no, order.amount_fen, order.description, order.payer, order.expires_at
            )

    async def ask(self, out_trade_no: str) -> Answer:
        with _translated():
            transaction = await self._pay.find(out_trade_no)
        return Answer(Found.NOTHING) if transaction is None else self._answer(transaction)

    async def close(self, out_trade_no: str) -> None:
        with _translated():
            await self._pay.close(out_trade_no)

    async def refund(self, order: RefundOrder) -> RefundAnswer:
        with _translated():
            return _refund_answer(
                await self._pay.refund(
                    order.out_trade_no, order.out_refund_no, order.refund_fen, order.total_fen, order.reason
                )
            )

    async def ask_refund(self, out_refund_no: str) -> RefundAnswer | None:
        with _translated():
            refund = await self._pay.find_refund(out_refund_no)
        return None if refund is None else _refund_answer(refund)

    def _answer(self, transaction: Transaction) -> Answer:
        """Raises `PaymentUnavailable` for one that says it is paid and not what."""
        match transaction.trade_state:
            case TradeState.SUCCESS | TradeState.REFUND:
                return Answer(Found.PAID, self._money(transaction))
            case TradeState.CLOSED | TradeState.REVOKED:
                return Answer(Found.CLOSED)
            case _:
                return Answer(Found.UNPAID)

    def _is_ours(self, notice: RefundNotice) -> bool:
        return notice.mchid == self._pay.merchant_id

    def _money(self, transaction: Transaction) -> Money:
        if transaction.transaction_id is None or transaction.amount is None or transaction.success_time is None:
            log.error("payment_without_money", out_trade_no=transaction.out_trade_no)
            raise PaymentUnavailable
        return Money(
            transaction_id=transaction.transaction_id,
            amount_fen=transaction.amount.total,
            currency=transaction.amount.currency,
            payer=transaction.payer.openid if transaction.payer else None,
            paid_at=transaction.success_time,
            ours=(transaction.appid, transaction.mchid) == (self._pay.app_id, self._pay.merchant_id),
        )


def _refund_answer(refund: Refund | RefundNotice) -> RefundAnswer:
    """The same from an answer and from a notification."""
    state = refund.status if isinstance(refund, Refund) else refund.refund_status
    return RefundAnswer(refund.refund_id, _REFUND_STATUS[state], refund.amount.refund)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except WeChatPayUnavailable:
        raise PaymentUnavailable from None
    except WeChatPayRefused as refused:
        if refused.code == "NOT_ENOUGH":
            raise AccountEmpty(refused.code) from None
        raise ProviderRefused(refused.code) from None
