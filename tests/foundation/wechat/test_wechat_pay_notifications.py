"""Notifications of WeChat Pay: opened only when they are WeChat's, of this moment, whole and readable."""

from collections.abc import Callable

import msgspec
import pytest

from foundation.wechat.pay import NotificationForged, NotificationUnreadable
from foundation.wechat.pay.notifications import Notifications
from foundation.wechat.pay.signing import PROBE
from foundation.wechat.standin.pay.notices import Notices
from foundation.wechat.standin.pay.replies import Signer
from tests.foundation.wechat.pay_parts import account, pay_settings

CONTENT = {"out_trade_no": "order-1", "payer": {"openid": "oHerself"}}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(account())


@pytest.fixture(scope="module")
def body(signer: Signer) -> bytes:
    return Notices(account(), signer)._sealed("TRANSACTION.SUCCESS", CONTENT)


@pytest.fixture(scope="module")
def ours() -> Notifications:
    return Notifications(pay_settings(""))


def _headers(signer: Signer, body: bytes, **changes: str) -> dict[str, str]:
    signed = {name.lower(): value for name, value in signer.headers(body).items()}
    return signed | {name.replace("_", "-"): value for name, value in changes.items()}


def test_one_of_wechats_is_opened(ours: Notifications, signer: Signer, body: bytes) -> None:
    opened = ours.open(_headers(signer, body), body)
    assert opened.number.startswith("EV-")
    assert opened.kind == "TRANSACTION.SUCCESS"
    assert msgspec.json.decode(opened.content) == CONTENT
    assert "oHerself" not in repr(opened)


@pytest.mark.parametrize(
    "change",
    [
        {"wechatpay_signature": "QUJD"},
        {"wechatpay_signature": PROBE + "QUJD"},
        {"wechatpay_signature": ""},
        {"wechatpay_serial": "PUB_KEY_ID_OTHER"},
        {"wechatpay_nonce": "other"},
        {"wechatpay_nonce": "\ud800"},
        {"wechatpay_timestamp": "1"},
        {"wechatpay_timestamp": "-1"},
        {"wechatpay_timestamp": "٣"},
        {"wechatpay_timestamp": "9" * 5000},
        {"wechatpay_timestamp": ""},
    ],
)
def test_what_is_not_signed_is_forged(ours: Notifications, signer: Signer, body: bytes, change: dict[str, str]) -> None:
    with pytest.raises(NotificationForged):
        ours.open(_headers(signer, body, **change), body)


@pytest.mark.parametrize("age", [301, -302, 10**9])
def test_what_was_signed_long_ago_is_forged(ours: Notifications, signer: Signer, body: bytes, age: int) -> None:
    headers = {name.lower(): value for name, value in signer.headers(body, age_seconds=age).items()}
    with pytest.raises(NotificationForged):
        ours.open(headers, body)


@pytest.mark.parametrize("change", [lambda body: body + b" ", lambda body: body[:-1], lambda _: b"", lambda _: b"\xff"])
def test_a_body_that_was_changed_is_forged(
    ours: Notifications, signer: Signer, body: bytes, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(NotificationForged):
        ours.open(_headers(signer, body), change(body))


def _sealed_with(**resource: object) -> bytes:
    whole = {"algorithm": "AEAD_AES_256_GCM", "ciphertext": "QUJD", "nonce": "0" * 12, "associated_data": ""}
    return msgspec.json.encode({"id": "EV-1", "event_type": "X", "resource": whole | resource})


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"id":"EV-1"}',
        msgspec.json.encode({"id": "", "event_type": "X", "resource": {}}),
        _sealed_with(),
        _sealed_with(ciphertext="not base64 é"),
        _sealed_with(ciphertext="A"),
        _sealed_with(nonce=""),
        _sealed_with(nonce="0" * 500),
        _sealed_with(algorithm="AEAD_SM4_GCM"),
    ],
    ids=lambda text: repr(text[:60]),
)
def test_what_wechat_signed_and_nobody_can_read(ours: Notifications, signer: Signer, text: bytes) -> None:
    with pytest.raises(NotificationUnreadable):
        ours.open(_headers(signer, text), text)


def test_one_that_was_sealed_with_another_key(signer: Signer, body: bytes) -> None:
    with pytest.raises(NotificationUnreadable):
        Notifications(pay_settings("", api_v3_key="k" * 32)).open(_headers(signer, body), body)
