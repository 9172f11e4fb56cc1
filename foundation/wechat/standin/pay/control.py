"""What a test or a developer orders of the played WeChat Pay."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from foundation.errors import Problem
from foundation.wechat.pay.shapes import RefundState
from foundation.wechat.standin.pay.books import BookedOrder, Books, refund_words, transaction
from foundation.wechat.standin.pay.notices import Fate, Notices
from foundation.wechat.standin.replies import PayRefused


class Paying(msgspec.Struct, forbid_unknown_fields=True):
    """She pays, in the mini-program: `package` of the parameters says the prepay id."""

    prepay_id: str
    amount_fen: Annotated[int, Meta(ge=1)] | None = None
    """Another amount than agreed."""
    openid: str | None = None
    """Somebody else."""


class RefundEnd(msgspec.Struct, forbid_unknown_fields=True):
    out_refund_no: str
    state: Literal["SUCCESS", "ABNORMAL", "CLOSED"]


class Redelivery(msgspec.Struct, forbid_unknown_fields=True):
    """The latest notification about `number` (an order's or a refund's, ours) once more: forged, old, or as a probe."""

    number: str
    age_seconds: int = 0
    probe: bool = False
    forge: bool = False


class Fates(msgspec.Struct, forbid_unknown_fields=True):
    """What happens to the next notifications, one after the other."""

    fates: list[Fate]
    delay_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0


class NothingToPay(Problem):
    status = 409
    code = "nothing_to_pay"
    title = "No order that can be paid has this prepay id"
    detail = "订单不能支付"


class NoSuchNumber(Problem):
    status = 404
    code = "no_such_number"
    title = "The stand-in knows no order or refund of this number"
    detail = "没有这笔订单"


class PayControl:
    """The orders; `paths` are the endpoints whose failing may be ordered."""

    def __init__(self, books: Books, notices: Notices, paths: frozenset[str]) -> None:
        self._books = books
        self._notices = notices
        self.paths = paths

    async def pay(self, body: Paying) -> dict[str, Any]:
        order = next((each for each in self._books.orders.values() if each.prepay_id == body.prepay_id), None)
        if order is None:
            raise NothingToPay
        try:
            self._books.pay(order, body.amount_fen, body.openid)
        except PayRefused:
            raise NothingToPay from None
        return {"transaction_id": order.transaction_id, "answers": await self._tell_paid(order)}

    async def end_refund(self, body: RefundEnd) -> dict[str, Any]:
        refund = self._books.refunds.get(body.out_refund_no)
        if refund is None:
            raise NoSuchNumber
        refund.state = RefundState(body.state)
        order = self._books.orders[refund.asked.out_trade_no]
        words = refund_words(refund, order) | {"mchid": order.asked.mchid, "refund_status": refund.state}
        url = refund.asked.notify_url or order.asked.notify_url
        return {"answers": await self._notices.tell(body.out_refund_no, url, f"REFUND.{refund.state}", words)}

    async def redeliver(self, body: Redelivery) -> dict[str, Any]:
        try:
            answer = await self._notices.deliver(
                body.number, age_seconds=body.age_seconds, probe=body.probe, forge=body.forge
            )
        except KeyError:
            raise NoSuchNumber from None
        return {"answers": [answer]}

    async def set_fates(self, body: Fates) -> dict[str, Any]:
        self._notices.fates = list(body.fates)
        self._notices.delay_ms = body.delay_ms
        return {}

    async def _tell_paid(self, order: BookedOrder) -> list[int]:
        asked = order.asked
        return await self._notices.tell(asked.out_trade_no, asked.notify_url, "TRANSACTION.SUCCESS", transaction(order))
