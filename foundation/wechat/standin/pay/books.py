"""What the stand-in's WeChat Pay remembers: orders and refunds, and the rules between them. Gone when it stops."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from foundation.wechat.pay.shapes import RefundState, TradeState
from foundation.wechat.standin.replies import PayRefused

PREPAY_SECONDS = 7200
MOST_REFUNDS = 50


class AmountIn(msgspec.Struct, frozen=True):
    total: Annotated[int, Meta(ge=1)]
    currency: Literal["CNY"] = "CNY"


class PayerIn(msgspec.Struct, frozen=True):
    openid: Annotated[str, Meta(pattern="^o[0-9A-Za-z_-]{1,127}$(?!\\n)")]


class OrderIn(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v3/pay/transactions/jsapi"""

    appid: str
    mchid: str
    description: Annotated[str, Meta(min_length=1, max_length=127)]
    out_trade_no: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$(?!\n)")]
    notify_url: Annotated[str, Meta(pattern=r"^https?://[^?]+$(?!\n)", max_length=255)]
    amount: AmountIn
    payer: PayerIn
    time_expire: Annotated[datetime, Meta(tz=True)] | None = None


class RefundAmountIn(msgspec.Struct, frozen=True):
    refund: Annotated[int, Meta(ge=1)]
    total: Annotated[int, Meta(ge=1)]
    currency: Literal["CNY"]


class RefundIn(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v3/refund/domestic/refunds"""

    out_trade_no: str
    out_refund_no: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$(?!\n)")]
    reason: Annotated[str, Meta(max_length=80)] | None = None
    notify_url: Annotated[str, Meta(max_length=255)] | None = None
    amount: RefundAmountIn


class BookedOrder(msgspec.Struct):
    asked: OrderIn
    prepay_id: str
    prepaid_at: float
    state: TradeState = TradeState.NOTPAY
    transaction_id: str | None = None
    paid_at: datetime | None = None
    paid_fen: int = 0
    payer: str = ""


class BookedRefund(msgspec.Struct):
    asked: RefundIn
    refund_id: str
    made_at: float
    state: RefundState = RefundState.PROCESSING


class Books:
    """Orders and refunds by our numbers of them."""

    def __init__(self, refund_gap_seconds: int, clock: Callable[[], float]) -> None:
        self._gap = refund_gap_seconds
        self._clock = clock
        self.orders: dict[str, BookedOrder] = {}
        self.refunds: dict[str, BookedRefund] = {}

    def order(self, asked: OrderIn) -> BookedOrder:
        known = self.orders.get(asked.out_trade_no)
        if known is None:
            if asked.time_expire is not None and asked.time_expire.timestamp() < self._clock() + 60:
                raise PayRefused("PARAM_ERROR", "time_expire必须在一分钟之后")
            return self.orders.setdefault(asked.out_trade_no, BookedOrder(asked, self._number("wx"), self._clock()))
        if known.asked != asked:
            raise PayRefused("INVALID_REQUEST", "请求重入时，参数与首次请求时不一致，请检查")
        if known.state is TradeState.CLOSED:
            raise PayRefused("ORDER_CLOSED", "订单已关闭")
        if known.state is not TradeState.NOTPAY:
            raise PayRefused("INVALID_REQUEST", "该订单已支付")
        if self._clock() - known.prepaid_at >= PREPAY_SECONDS:
            known.prepay_id, known.prepaid_at = self._number("wx"), self._clock()
        return known

    def find(self, out_trade_no: str) -> BookedOrder:
        order = self.orders.get(out_trade_no)
        if order is None:
            raise PayRefused("ORDER_NOT_EXIST", "订单不存在")
        return order

    def close(self, out_trade_no: str) -> None:
        order = self.find(out_trade_no)
        if order.state is TradeState.CLOSED:
            raise PayRefused("ORDER_CLOSED", "订单已关闭")
        if order.state is not TradeState.NOTPAY:
            raise PayRefused("INVALID_REQUEST", "该订单已支付")
        order.state = TradeState.CLOSED

    def pay(self, order: BookedOrder, amount_fen: int | None, payer: str | None) -> None:
        """Money comes, other than agreed when a test says so. Raises `PayRefused` for what can't be paid any more."""
        expires = order.asked.time_expire
        if order.state is not TradeState.NOTPAY or (expires is not None and expires.timestamp() <= self._clock()):
            raise PayRefused("ORDER_CLOSED", "订单不能支付")
        order.state = TradeState.SUCCESS
        order.transaction_id = self._number("42000")
        order.paid_at = datetime.fromtimestamp(self._clock(), UTC)
        order.paid_fen = order.asked.amount.total if amount_fen is None else amount_fen
        order.payer = payer or order.asked.payer.openid

    def refund(self, asked: RefundIn) -> BookedRefund:
        known = self.refunds.get(asked.out_refund_no)
        if known is not None:
            if (known.asked.amount, known.asked.out_trade_no) != (asked.amount, asked.out_trade_no):
                raise PayRefused("INVALID_REQUEST", "退款单号重复，且参数不一致")
            return known
        order = self.orders.get(asked.out_trade_no)
        if order is None:
            raise PayRefused("RESOURCE_NOT_EXISTS", "订单不存在")
        if order.state not in (TradeState.SUCCESS, TradeState.REFUND):
            raise PayRefused("TRADE_ERROR", "订单未支付")
        self._check_refunds(asked, order)
        order.state = TradeState.REFUND
        return self.refunds.setdefault(asked.out_refund_no, BookedRefund(asked, self._number("50300"), self._clock()))

    def _check_refunds(self, asked: RefundIn, order: BookedOrder) -> None:
        others = [each for each in self.refunds.values() if each.asked.out_trade_no == asked.out_trade_no]
        gone = sum(each.asked.amount.refund for each in others if each.state is not RefundState.CLOSED)
        if asked.amount.total != order.paid_fen or gone + asked.amount.refund > order.paid_fen:
            raise PayRefused("INVALID_REQUEST", "退款金额大于可退金额，或订单金额不一致")
        if len(others) >= MOST_REFUNDS:
            raise PayRefused("RULE_LIMIT", "部分退款次数超过限制")
        if any(self._clock() - each.made_at < self._gap for each in others):
            raise PayRefused("FREQUENCY_LIMITED", "同一订单退款过于频繁")

    def find_refund(self, out_refund_no: str) -> BookedRefund:
        refund = self.refunds.get(out_refund_no)
        if refund is None:
            raise PayRefused("RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund

    def _number(self, prefix: str) -> str:
        return f"{prefix}{secrets.randbelow(10**24):024d}"


def transaction(order: BookedOrder) -> dict[str, Any]:
    """An order as WeChat words it; what belongs to the payment is there once it is paid."""
    asked = order.asked
    words: dict[str, Any] = {
        "appid": asked.appid,
        "mchid": asked.mchid,
        "out_trade_no": asked.out_trade_no,
        "trade_state": order.state,
        "trade_state_desc": order.state,
        "amount": {"total": asked.amount.total, "currency": "CNY"},
    }
    if order.transaction_id is None:
        return words
    return words | {
        "transaction_id": order.transaction_id,
        "trade_type": "JSAPI",
        "bank_type": "OTHERS",
        "success_time": order.paid_at,
        "payer": {"openid": order.payer},
        "amount": {
            "total": order.paid_fen,
            "payer_total": order.paid_fen,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }


def refund_words(refund: BookedRefund, order: BookedOrder) -> dict[str, Any]:
    """What an answer and a notification say of a refund alike."""
    amount = refund.asked.amount
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.asked.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": refund.asked.out_trade_no,
        "user_received_account": "支付用户零钱",
        "amount": {
            "total": amount.total,
            "refund": amount.refund,
            "payer_total": amount.total,
            "payer_refund": amount.refund,
        },
    }
