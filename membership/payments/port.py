"""The port: what a payment provider must be able to do. Another provider is another class; nothing else changes.

Its calls leave the house and are never made inside a transaction. Each may be made again.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from foundation.wechat.pay import PayParameters
from membership.payments.machine import RefundStatus


class Order(msgspec.Struct, frozen=True):
    """What is to be paid, and by whom (as the provider names her). The same number always stands for the same order."""

    out_trade_no: str
    amount_fen: int
    description: str
    payer: str
    expires_at: datetime

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"Order({self.out_trade_no})"


class Found(StrEnum):
    """What the provider says of an order."""

    NOTHING = "nothing"
    """It never heard of it."""
    UNPAID = "unpaid"
    CLOSED = "closed"
    PAID = "paid"


class Money(msgspec.Struct, frozen=True):
    """Money that came: the provider's number of it, how much, from whom, for an order of which account."""

    transaction_id: str
    amount_fen: int
    currency: str
    payer: str | None
    paid_at: datetime
    ours: bool
    """Whether it was paid to our account."""

    def __repr__(self) -> str:
        """Names nobody."""
        return f"Money({self.transaction_id})"


class Answer(msgspec.Struct, frozen=True):
    """How an order stands. `money` comes with `PAID`, and only then."""

    found: Found
    money: Money | None = None


class RefundOrder(msgspec.Struct, frozen=True):
    """What goes back of an order's `total_fen`."""

    out_trade_no: str
    out_refund_no: str
    refund_fen: int
    total_fen: int
    reason: str


class RefundAnswer(msgspec.Struct, frozen=True):
    """How a refund stands, under the provider's number of it."""

    refund_id: str
    status: RefundStatus
    refund_fen: int


class OrderNews(msgspec.Struct, frozen=True):
    """What a notification says of an order."""

    out_trade_no: str
    answer: Answer


class RefundNews(msgspec.Struct, frozen=True):
    """What a notification says of a refund."""

    out_refund_no: str
    answer: RefundAnswer


class ProviderRefused(Exception):
    """The provider said no, and asking again will not help. `code` is its own word."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class AccountEmpty(ProviderRefused):
    """A refund must wait until there is money in our account again."""


class PaymentProvider(Protocol):
    """What calls the provider raises `PaymentUnavailable` when nobody knows whether it happened."""

    code: str

    def parameters(self, prepay_id: str) -> PayParameters:
        """What the mini-program needs to pay a prepared order."""
        ...

    def news(self, kind: str, content: bytes) -> OrderNews | RefundNews | None:
        """What a stored notification says; None when it is not about us. Raises `msgspec.DecodeError`."""
        ...

    async def prepare(self, order: Order) -> str:
        """Tells the provider of an order; its prepay id, good for two hours. Raises `ProviderRefused`."""
        ...

    async def ask(self, out_trade_no: str) -> Answer:
        """How an order stands. Raises `ProviderRefused`."""
        ...

    async def close(self, out_trade_no: str) -> None:
        """Nobody can pay the order any more. Raises `ProviderRefused` when it is paid."""
        ...

    async def refund(self, order: RefundOrder) -> RefundAnswer:
        """Sends money back, once for each number. Raises `ProviderRefused`, `AccountEmpty`."""
        ...

    async def ask_refund(self, out_refund_no: str) -> RefundAnswer | None:
        """How a refund stands; None when the provider never heard of it. Raises `ProviderRefused`."""
        ...
