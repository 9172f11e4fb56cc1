"""The rules of WeChat Pay that the stand-in keeps: what a client must never get wrong."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from foundation.wechat.pay import TradeState, WeChatPay, WeChatPayRefused, WeChatPayUnavailable
from foundation.wechat.pay import client as client_module
from tests.foundation.wechat.parts import Standin
from tests.foundation.wechat.pay_parts import bought, ordered, pay_client, pay_standin, soon


@pytest_asyncio.fixture(scope="module")
async def running_standin() -> AsyncIterator[Standin]:
    async with pay_standin() as made:
        yield made


@pytest.fixture(autouse=True)
def standin(running_standin: Standin) -> Standin:
    """One for all: each test has orders of its own, and begins with the real time."""
    running_standin.clock.ahead = 0
    return running_standin


@pytest_asyncio.fixture(scope="module")
async def pay(running_standin: Standin) -> AsyncIterator[WeChatPay]:
    async with pay_client(running_standin.url) as made:
        yield made


async def _code(call: object) -> str:
    """WeChat's word for why not."""
    with pytest.raises(WeChatPayRefused) as refused:
        await call  # type: ignore[misc]  # a coroutine, whatever it gives
    return refused.value.code


async def test_the_same_order_is_the_same_prepay_id_for_two_hours(pay: WeChatPay, standin: Standin) -> None:
    expires_at = soon(300)
    first = await ordered(pay, "order-1", expires_at=expires_at)
    assert await ordered(pay, "order-1", expires_at=expires_at) == first
    standin.clock.ahead = 7200
    assert await ordered(pay, "order-1", expires_at=expires_at) != first


@pytest.mark.parametrize(
    "change", [{"amount_fen": 1001}, {"description": "别的"}, {"openid": "oOther"}, {"expires_at": soon(31)}]
)
async def test_an_order_said_again_must_be_identical(pay: WeChatPay, change: dict[str, object]) -> None:
    number, expires_at = f"order-2-{next(iter(change))}", soon()
    await ordered(pay, number, expires_at=expires_at)
    assert await _code(ordered(pay, number, **({"expires_at": expires_at} | change))) == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("number", "change"),
    [
        ("short", {}),
        ("x" * 33, {}),
        ("with space", {}),
        ("order-3", {"amount_fen": 0}),
        ("order-3", {"description": ""}),
        ("order-3", {"description": "长" * 128}),
        ("order-3", {"openid": ""}),
        ("order-3", {"expires_at": soon(0.5)}),
    ],
)
async def test_orders_that_wechat_does_not_take(pay: WeChatPay, number: str, change: dict[str, object]) -> None:
    assert await _code(ordered(pay, number, **change)) == "PARAM_ERROR"


async def test_a_closed_or_expired_order_cannot_be_paid(pay: WeChatPay, standin: Standin) -> None:
    closed, expired = await ordered(pay, "order-4"), await ordered(pay, "order-5", expires_at=soon(2))
    await pay.close("order-4")
    standin.clock.ahead = 121
    for prepay_id in (closed, expired, "wx-unknown"):
        assert (await standin.http.post("/__ctl/payments", json={"prepay_id": prepay_id})).status_code == 409
    assert await _code(pay.close("order-4")) == "ORDER_CLOSED"


async def test_a_paid_order_cannot_be_paid_or_closed_again(pay: WeChatPay, standin: Standin) -> None:
    prepay_id = await ordered(pay, "order-6")
    await standin.order("payments", prepay_id=prepay_id)
    assert (await standin.http.post("/__ctl/payments", json={"prepay_id": prepay_id})).status_code == 409
    assert await _code(pay.close("order-6")) == "INVALID_REQUEST"
    found = await pay.find("order-6")
    assert found is not None
    assert found.trade_state is TradeState.SUCCESS


async def test_refunds_stay_within_what_was_paid(pay: WeChatPay, standin: Standin) -> None:
    await bought(pay, standin, "order-7")
    await pay.refund("order-7", "refund-7-1", 600, 1000, "r")
    standin.clock.ahead = 61
    assert await _code(pay.refund("order-7", "refund-7-2", 401, 1000, "r")) == "INVALID_REQUEST"
    assert await _code(pay.refund("order-7", "refund-7-2", 1, 999, "r")) == "INVALID_REQUEST"
    assert (await pay.refund("order-7", "refund-7-2", 400, 1000, "r")).amount.refund == 400


async def test_a_refund_that_was_closed_frees_its_money(pay: WeChatPay, standin: Standin) -> None:
    await bought(pay, standin, "order-8")
    await pay.refund("order-8", "refund-8-1", 1000, 1000, "r")
    await standin.order("refund_ends", out_refund_no="refund-8-1", state="CLOSED")
    standin.clock.ahead = 61
    assert (await pay.refund("order-8", "refund-8-2", 1000, 1000, "r")).amount.refund == 1000


async def test_a_refund_said_again_must_be_the_same(pay: WeChatPay, standin: Standin) -> None:
    await bought(pay, standin, "order-9")
    await pay.refund("order-9", "refund-9", 100, 1000, "r")
    assert await _code(pay.refund("order-9", "refund-9", 101, 1000, "r")) == "INVALID_REQUEST"


async def test_two_refunds_of_an_order_within_a_minute_are_too_many(pay: WeChatPay, standin: Standin) -> None:
    await bought(pay, standin, "order-10")
    await pay.refund("order-10", "refund-10-1", 1, 1000, "r")
    with pytest.raises(WeChatPayUnavailable):
        await pay.refund("order-10", "refund-10-2", 1, 1000, "r")
    standin.clock.ahead = 61
    assert await pay.refund("order-10", "refund-10-2", 1, 1000, "r")


async def test_an_unpaid_order_cannot_be_refunded(pay: WeChatPay) -> None:
    await ordered(pay, "order-11")
    assert await _code(pay.refund("order-11", "refund-11", 1, 1000, "r")) == "TRADE_ERROR"
    assert await _code(pay.refund("order-none", "refund-11", 1, 1000, "r")) == "RESOURCE_NOT_EXISTS"


async def test_a_stranger_is_not_let_in(standin: Standin) -> None:
    for headers in ({}, {"authorization": 'WECHATPAY2-SHA256-RSA2048 mchid="1"'}):
        answer = await standin.http.post("/v3/pay/transactions/jsapi", json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


@pytest.mark.parametrize("change", [{"serial": "OTHER"}, {"merchant_id": "1900000000"}])
async def test_another_serial_or_merchant_is_not_let_in(standin: Standin, change: dict[str, str]) -> None:
    async with pay_client(standin.url, **change) as pay:
        with pytest.raises(WeChatPayUnavailable):
            await ordered(pay, "order-12")


async def test_a_request_that_was_changed_on_its_way_is_refused(
    pay: WeChatPay, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant, before = client_module.Merchant, standin.world.calls["/v3/pay/transactions/jsapi"]
    monkeypatch.setattr(merchant, "authorization", _signed_for_another_path(merchant.authorization))
    with pytest.raises(WeChatPayUnavailable):
        await ordered(pay, "order-13")
    assert standin.world.calls["/v3/pay/transactions/jsapi"] == before + 1


def _signed_for_another_path(sign):  # noqa: ANN001, ANN202  # the signature's own shape
    return lambda merchant, method, target, body: sign(merchant, method, f"{target}x", body)


async def test_control_orders_of_the_stand_in_that_make_no_sense(standin: Standin) -> None:
    for name, body, status in (
        ("refund_ends", {"out_refund_no": "none", "state": "SUCCESS"}, 404),
        ("refund_ends", {"out_refund_no": "none", "state": "PROCESSING"}, 422),
        ("redeliveries", {"number": "none"}, 404),
        ("notification_fates", {"fates": ["burn"]}, 422),
        ("fail", {"path": "/v3/pay/transactions/jsapi", "times": 1}, 422),
    ):
        assert (await standin.http.post(f"/__ctl/{name}", json=body)).status_code == status, name
