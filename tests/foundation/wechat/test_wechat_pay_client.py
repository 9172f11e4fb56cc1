"""The client of WeChat Pay against the stand-in: what it gives, and what every fault of WeChat's becomes."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from foundation.pay_account import new_account
from foundation.pay_settings import private_key
from foundation.wechat.pay import RefundState, TradeState, WeChatPay, WeChatPayRefused, WeChatPayUnavailable
from foundation.wechat.pay import transport as transport_module
from tests.foundation.wechat.parts import APP_ID, Standin, raw_server
from tests.foundation.wechat.pay_parts import (
    OPENID,
    account,
    bought,
    ordered,
    pay_client,
    pay_standin,
    soon,
)

ORDER = "/v3/pay/transactions/jsapi"
FIND = "/v3/pay/transactions/out-trade-no/<number:str>"
CLOSE = "/v3/pay/transactions/out-trade-no/<number:str>/close"
REFUND = "/v3/refund/domestic/refunds"
FIND_REFUND = "/v3/refund/domestic/refunds/<number:str>"
ANSWER_SECONDS = 3.5

CALLS: dict[str, Callable[[WeChatPay], Awaitable[object]]] = {
    ORDER: lambda pay: ordered(pay, "faulty-order"),
    FIND: lambda pay: pay.find("no-such-order"),
    CLOSE: lambda pay: pay.close("no-such-order"),
    REFUND: lambda pay: pay.refund("no-such-order", "no-such-refund", 1, 1, "reason"),
    FIND_REFUND: lambda pay: pay.find_refund("no-such-refund"),
}


@pytest_asyncio.fixture(scope="module")
async def standin() -> AsyncIterator[Standin]:
    """One for all: each test has an order of its own, and the failures it orders are over when it ends."""
    async with pay_standin() as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def pay(standin: Standin) -> AsyncIterator[WeChatPay]:
    async with pay_client(standin.url) as made:
        yield made


async def test_an_order_is_unpaid_until_she_pays(pay: WeChatPay, standin: Standin) -> None:
    prepay_id = await ordered(pay, "order-1")
    before = await pay.find("order-1")
    assert before is not None
    assert (before.trade_state, before.transaction_id, before.payer) == (TradeState.NOTPAY, None, None)
    await standin.order("payments", prepay_id=prepay_id)
    after = await pay.find("order-1")
    assert after is not None
    assert after.amount is not None
    assert after.payer is not None
    assert (after.trade_state, after.amount.total, after.payer.openid) == (TradeState.SUCCESS, 1000, OPENID)
    assert (after.appid, after.mchid) == (APP_ID, account().settings.merchant_id)
    assert after.transaction_id
    assert after.success_time is not None
    assert abs(after.success_time - soon(0)) < timedelta(minutes=1)


async def test_the_parameters_are_signed_by_the_merchant(pay: WeChatPay) -> None:
    parameters = pay.parameters("wx2611")
    text = f"{APP_ID}\n{parameters.time_stamp}\n{parameters.nonce_str}\nprepay_id=wx2611\n"
    key = private_key(account().settings.private_key).public_key()
    key.verify(base64.b64decode(parameters.pay_sign), text.encode(), PKCS1v15(), SHA256())
    assert abs(int(parameters.time_stamp) - time.time()) < 60
    assert parameters.package == "prepay_id=wx2611"
    assert pay.parameters("wx2611").nonce_str != parameters.nonce_str


async def test_what_wechat_never_heard_of_is_none(pay: WeChatPay) -> None:
    assert await pay.find("no-such-order") is None
    assert await pay.find_refund("no-such-refund") is None


async def test_closing(pay: WeChatPay) -> None:
    await ordered(pay, "order-2")
    await pay.close("order-2")
    found = await pay.find("order-2")
    assert found is not None
    assert found.trade_state is TradeState.CLOSED


async def test_a_refund_from_beginning_to_end(pay: WeChatPay, standin: Standin) -> None:
    await bought(pay, standin, "order-3")
    made = await pay.refund("order-3", "refund-3", 400, 1000, "退一部分")
    again = await pay.refund("order-3", "refund-3", 400, 1000, "退一部分")
    assert (made.status, made.amount.refund, made.amount.total) == (RefundState.PROCESSING, 400, 1000)
    assert again.refund_id == made.refund_id
    await standin.order("refund_ends", out_refund_no="refund-3", state="ABNORMAL")
    found = await pay.find_refund("refund-3")
    assert found is not None
    assert (found.status, found.refund_id) == (RefundState.ABNORMAL, made.refund_id)
    order = await pay.find("order-3")
    assert order is not None
    assert order.trade_state is TradeState.REFUND


# -- WeChat's refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("code", ["PARAM_ERROR", "RULE_LIMIT", "NOT_ENOUGH", "ORDER_CLOSED"])
async def test_a_refusal_says_why(pay: WeChatPay, standin: Standin, path: str, code: str) -> None:
    await standin.order("fail", path=path, times=1, pay_code=code)
    with pytest.raises(WeChatPayRefused) as refused:
        await CALLS[path](pay)
    assert refused.value.code == code


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("code", ["SYSTEM_ERROR", "FREQUENCY_LIMITED", "SIGN_ERROR", "NO_AUTH"])
async def test_what_is_not_about_the_call_is_unavailable(
    pay: WeChatPay, standin: Standin, path: str, code: str
) -> None:
    await standin.order("fail", path=path, times=1, pay_code=code)
    with pytest.raises(WeChatPayUnavailable):
        await CALLS[path](pay)


# -- WeChat broken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "fault",
    [
        {"http_status": 502},
        {"http_status": 404},
        {"body": "<html><body>maintenance</body></html>"},
        {"body": ""},
        {"body": '{"prepay_id":"wx1","trade_state":"CLOSED","status":"SUCCESS"}'},
        {"body": '{"code":"ORDER_NOT_EXIST"}'},
    ],
    ids=lambda fault: str(fault)[:40],
)
async def test_what_wechat_did_not_sign_is_unavailable(
    pay: WeChatPay, standin: Standin, path: str, fault: dict[str, object]
) -> None:
    await standin.order("fail", path=path, times=1, **fault)
    with pytest.raises(WeChatPayUnavailable):
        await CALLS[path](pay)


@pytest.mark.parametrize("path", CALLS)
async def test_a_wechat_that_hangs_ends_in_time(
    pay: WeChatPay, standin: Standin, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is compared below; here it is short, and the stand-in sleeps for much longer."""
    monkeypatch.setattr(transport_module, "TOTAL_SECONDS", 0.2)
    await standin.order("fail", path=path, times=1, delay_ms=30_000)
    started = time.monotonic()
    with pytest.raises(WeChatPayUnavailable):
        await CALLS[path](pay)
    assert time.monotonic() - started < 20


def test_the_limit_keeps_the_promise() -> None:
    assert transport_module.CONNECT_SECONDS < transport_module.TOTAL_SECONDS < ANSWER_SECONDS


async def test_a_dripping_body_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "TOTAL_SECONDS", 0.5)
    async with raw_server(_drip) as url, pay_client(url) as pay:
        with pytest.raises(WeChatPayUnavailable):
            await pay.find("order")


async def test_nobody_listens() -> None:
    async with pay_client("http://127.0.0.1:9") as pay:
        with pytest.raises(WeChatPayUnavailable):
            await pay.find("order")


async def test_an_answer_signed_by_another_key_is_not_believed(standin: Standin) -> None:
    other = new_account()["WECHAT_PAY_PLATFORM_KEY"]
    pem = f"-----BEGIN PUBLIC KEY-----\n{other}\n-----END PUBLIC KEY-----\n"
    async with pay_client(standin.url, platform_key=pem) as pay:
        with pytest.raises(WeChatPayUnavailable):
            await ordered(pay, "order-4")


async def test_an_answer_under_another_key_id_is_not_believed(standin: Standin) -> None:
    async with pay_client(standin.url, platform_key_id="PUB_KEY_ID_OTHER") as pay:
        with pytest.raises(WeChatPayUnavailable):
            await ordered(pay, "order-5")


async def test_control_the_right_key_is_believed(standin: Standin) -> None:
    async with pay_client(standin.url) as pay:
        assert await ordered(pay, "order-6")


async def test_an_old_answer_is_not_believed(pay: WeChatPay, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was signed and recorded long ago may not be played back."""
    monkeypatch.setattr("foundation.wechat.pay.signing.MOST_SKEW_SECONDS", -1)
    with pytest.raises(WeChatPayUnavailable):
        await pay.find("no-such-order")


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Headers at once, then a byte now and then, for ever."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    try:
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)
    except ConnectionError:
        pass
    finally:
        writer.close()
