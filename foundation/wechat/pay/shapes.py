"""What WeChat Pay says, as far as we read it. Money is in fen."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Fen = Annotated[int, msgspec.Meta(ge=0)]


class TradeState(StrEnum):
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    """Paid, and something of it went back."""
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


class RefundState(StrEnum):
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    ABNORMAL = "ABNORMAL"


class Payer(msgspec.Struct, frozen=True):
    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "Payer(…)"


class Amount(msgspec.Struct, frozen=True):
    total: Fen
    currency: str = "CNY"


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A payment. Number, time, payer and amount are there once it is paid."""

    appid: str
    mchid: str
    out_trade_no: Number
    trade_state: TradeState
    transaction_id: Number | None = None
    success_time: datetime | None = None
    payer: Payer | None = None
    amount: Amount | None = None


class RefundAmount(msgspec.Struct, frozen=True):
    total: Fen
    refund: Fen


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund, as WeChat answers when it is asked."""

    refund_id: Number
    out_refund_no: Number
    out_trade_no: Number
    status: RefundState
    amount: RefundAmount


class RefundNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A refund, as WeChat notifies of it: the state has another name here."""

    mchid: str
    refund_id: Number
    out_refund_no: Number
    out_trade_no: Number
    refund_status: RefundState
    amount: RefundAmount
