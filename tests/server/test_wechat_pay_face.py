"""WeChat Pay's door: what it pushes is verified over the raw body, stored once, and everything else is refused."""

import time

import httpx
import pytest

from foundation import database, ground
from foundation.settings import Settings
from foundation.wechat.pay.signing import MOST_SKEW_SECONDS
from tests.makers.payments import MadePayment, heard, make_prepared_payment, order, pay, row, work

pytestmark = pytest.mark.usefixtures("world")

DOOR = "/wechat/pay/notifications"


async def _stored() -> int:
    count: int = await database.fetchval("SELECT count(*) FROM payment_notification")
    return count


async def _lost(standin: httpx.AsyncClient) -> MadePayment:
    """A payment that is paid and whose notification did not come."""
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "notification_fates", fates=["drop"])
    assert await pay(standin, prepay_id) == []
    return payment


@pytest.mark.parametrize(
    "how",
    [
        {"forge": True},
        {"probe": True},
        {"age_seconds": MOST_SKEW_SECONDS + 5},
        {"age_seconds": -MOST_SKEW_SECONDS - 5},
    ],
)
async def test_what_wechat_did_not_sign_just_now_is_refused(standin: httpx.AsyncClient, how: dict[str, object]) -> None:
    payment, before = await _lost(standin), await _stored()
    assert (await order(standin, "redeliveries", number=payment.number, **how))["answers"] == [403]
    await work()
    assert await _stored() == before
    assert (await row(payment))["status"] == "pending"
    # The same one, as it was signed, is taken.
    assert (await order(standin, "redeliveries", number=payment.number))["answers"] == [204]
    await work()
    assert heard(payment.id) == ["paid"]


async def test_one_that_was_signed_four_minutes_ago_is_taken(standin: httpx.AsyncClient) -> None:
    payment = await _lost(standin)
    answer = await order(standin, "redeliveries", number=payment.number, age_seconds=MOST_SKEW_SECONDS - 60)
    assert answer["answers"] == [204]


async def test_a_doubled_notification_is_one(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    before = await _stored()
    await order(standin, "notification_fates", fates=["duplicate"])
    assert await pay(standin, prepay_id) == [204, 204]
    await work()
    assert await _stored() == before + 1
    assert heard(payment.id) == ["paid"]


@pytest.mark.parametrize(
    "rubbish",
    [
        {},
        {b"Wechatpay-Serial": b"x"},
        {b"Wechatpay-Timestamp": b"now"},
        {b"Wechatpay-Timestamp": b"9" * 40},
        {b"Wechatpay-Timestamp": "٣".encode()},
        {b"Wechatpay-Nonce": b"\xed\xa0\x80"},
        {b"Wechatpay-Nonce": b"\xff"},
        {b"Wechatpay-Signature": b"==="},
        {b"Wechatpay-Signature": b"\xff\xfe"},
        {b"Wechatpay-Signature": b""},
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"[" * 5000, b'{"id":"EV-1"}'])
async def test_rubbish_is_refused(
    api: httpx.AsyncClient, settings: Settings, rubbish: dict[bytes, bytes], body: bytes
) -> None:
    assert settings.pay is not None
    headers = {
        b"Wechatpay-Serial": settings.pay.platform_key_id.encode(),
        b"Wechatpay-Timestamp": str(int(time.time())).encode(),
        b"Wechatpay-Nonce": b"nonce",
        b"Wechatpay-Signature": b"QUJD",
        **rubbish,
    }
    answer = await api.post(DOOR, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "pay_notification_forged")


async def test_where_payments_are_not_set_up_wechat_is_asked_to_come_again(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ground._Resource, "pay", None)
        answer = await api.post(DOOR, content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unavailable")
