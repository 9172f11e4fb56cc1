"""WeChat Pay's endpoints on the stand-in's app, and what a test or a developer may order of them."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from sanic import HTTPResponse, Request, Sanic

from foundation.wechat.standin.failures import Failures
from foundation.wechat.standin.pay.account import PayAccount
from foundation.wechat.standin.pay.books import Books, OrderIn, RefundIn, refund_words, transaction
from foundation.wechat.standin.pay.control import PayControl
from foundation.wechat.standin.pay.notices import Notices
from foundation.wechat.standin.pay.replies import Signer
from foundation.wechat.standin.replies import PayRefused
from foundation.wechat.standin.state import World

ORDER = "/v3/pay/transactions/jsapi"
FIND = "/v3/pay/transactions/out-trade-no/<number:str>"
CLOSE = "/v3/pay/transactions/out-trade-no/<number:str>/close"
REFUND = "/v3/refund/domestic/refunds"
FIND_REFUND = "/v3/refund/domestic/refunds/<number:str>"

Shape = TypeVar("Shape")
Endpoint = Callable[[Request, str], dict[str, Any] | None]


class _Endpoints:
    """What WeChat Pay answers; None is 204."""

    def __init__(self, account: PayAccount, books: Books) -> None:
        self._account = account
        self._books = books

    def order(self, request: Request, _number: str) -> dict[str, Any]:
        asked = _read(request.body, OrderIn)
        if (asked.appid, asked.mchid) != (self._account.app_id, self._account.settings.merchant_id):
            raise PayRefused("APPID_MCHID_NOT_MATCH")
        return {"prepay_id": self._books.order(asked).prepay_id}

    def find(self, request: Request, number: str) -> dict[str, Any]:
        self._check_merchant(request.args.get("mchid"))
        return transaction(self._books.find(number))

    def close(self, request: Request, number: str) -> None:
        self._check_merchant(_read(request.body, dict[str, Any]).get("mchid"))
        self._books.close(number)

    def refund(self, request: Request, _number: str) -> dict[str, Any]:
        return self._refund(self._books.refund(_read(request.body, RefundIn)).asked.out_refund_no)

    def find_refund(self, _request: Request, number: str) -> dict[str, Any]:
        return self._refund(number)

    def _refund(self, number: str) -> dict[str, Any]:
        refund = self._books.find_refund(number)
        words = refund_words(refund, self._books.orders[refund.asked.out_trade_no])
        return words | {"status": refund.state, "channel": "ORIGINAL"}

    def _check_merchant(self, given: object) -> None:
        if given != self._account.settings.merchant_id:
            raise PayRefused("PARAM_ERROR", "mchid")


def add_pay(app: Sanic[Any, Any], world: World, failures: Failures, account: PayAccount) -> PayControl:
    """Adds the endpoints; what may be ordered of them is for the control plane."""
    signer, books = Signer(account), Books(account.refund_gap_seconds, world.clock)
    endpoints = _Endpoints(account, books)
    table: dict[str, tuple[str, Endpoint]] = {
        ORDER: ("POST", endpoints.order),
        FIND: ("GET", endpoints.find),
        CLOSE: ("POST", endpoints.close),
        REFUND: ("POST", endpoints.refund),
        FIND_REFUND: ("GET", endpoints.find_refund),
    }
    for number, (path, (method, endpoint)) in enumerate(table.items()):
        app.add_route(_handler(world, failures, signer, path, endpoint), path, methods=[method], name=f"pay_{number}")
    return PayControl(books, Notices(account, signer), frozenset(table))


def _handler(world: World, failures: Failures, signer: Signer, path: str, endpoint: Endpoint) -> Any:
    async def handle(request: Request, number: str = "") -> HTTPResponse:
        world.calls[path] += 1
        try:
            struck = await failures.strike(path)
            if struck:
                return struck
            signer.check(request)
            return signer.answer(endpoint(request, number))
        except PayRefused as refused:
            return signer.refuse(refused)

    return handle


def _read(content: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError as error:
        raise PayRefused("PARAM_ERROR", str(error)) from None
