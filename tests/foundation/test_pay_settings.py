"""The settings of WeChat Pay: all of them or none, and every mistake named at once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from foundation.pay_account import new_account
from foundation.pay_settings import NEEDED, WeChatPaySettings, private_key, public_key, read_pay


@pytest.fixture(scope="module")
def account() -> dict[str, str]:
    return {**new_account(), "WECHAT_PAY_NOTIFY_URL": "https://muying.example.com/wechat/pay/notifications"}


def _read(environment: dict[str, str], *, production: bool = True) -> tuple[WeChatPaySettings | None, list[str]]:
    problems: list[str] = []
    return read_pay(environment, problems, production=production), problems


def test_none_of_it_is_no_payments() -> None:
    assert _read({}) == (None, [])
    assert _read({"WECHAT_PAY_API_URL": "https://api2.mch.weixin.qq.com", "WECHAT_PAY_MCHID": " "}) == (None, [])


def test_all_of_it_loads(account: dict[str, str]) -> None:
    settings, problems = _read(account)
    assert problems == []
    assert settings is not None
    assert (settings.merchant_id, settings.api_url) == (account["WECHAT_PAY_MCHID"], "https://api.mch.weixin.qq.com")
    assert private_key(settings.private_key).key_size == 2048
    assert public_key(settings.platform_key).key_size == 2048


@pytest.mark.parametrize("missing", NEEDED)
def test_half_of_it_is_named(account: dict[str, str], missing: str) -> None:
    _, problems = _read({name: value for name, value in account.items() if name != missing})
    assert len(problems) == 1
    assert problems[0].startswith(f"{missing} is missing")


def test_one_alone_names_all_others(account: dict[str, str]) -> None:
    _, problems = _read({"WECHAT_PAY_MCHID": account["WECHAT_PAY_MCHID"]})
    assert {problem.split()[0] for problem in problems} == set(NEEDED) - {"WECHAT_PAY_MCHID"}


@pytest.mark.parametrize("ends", ["\n", "\\n"])
def test_a_key_may_be_pem(account: dict[str, str], ends: str) -> None:
    text = base64.b64decode(account["WECHAT_PAY_PRIVATE_KEY"])
    lines = base64.encodebytes(text).decode().strip().split("\n")
    pem = ends.join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""])
    assert _read({**account, "WECHAT_PAY_PRIVATE_KEY": pem})[1] == []


def test_the_platforms_key_may_be_in_a_certificate(account: dict[str, str]) -> None:
    settings, _ = _read(account)
    assert settings is not None
    key, name = private_key(settings.private_key), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM).decode()
    read, problems = _read({**account, "WECHAT_PAY_PLATFORM_KEY": pem})
    assert problems == []
    assert read is not None
    assert public_key(read.platform_key) == key.public_key()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_PAY_PRIVATE_KEY", "AAAA"),
        ("WECHAT_PAY_PRIVATE_KEY", "no key at all"),
        ("WECHAT_PAY_PLATFORM_KEY", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        ("WECHAT_PAY_API_V3_KEY", "too short"),
        ("WECHAT_PAY_API_V3_KEY", "三" * 32),
        ("WECHAT_PAY_NOTIFY_URL", "http://muying.example.com/wechat/pay/notifications"),
        ("WECHAT_PAY_NOTIFY_URL", "https://muying.example.com/wechat/pay/notifications?x=1"),
        ("WECHAT_PAY_NOTIFY_URL", "https://muying.example.com/" + "x" * 255),
        ("WECHAT_PAY_API_URL", "http://api.mch.weixin.qq.com"),
        ("WECHAT_PAY_MCHID", "sample"),
    ],
)
def test_what_cannot_be_used_is_named(account: dict[str, str], name: str, value: str) -> None:
    _, problems = _read({**account, name: value})
    assert [problem.split()[0] for problem in problems] == [name]
    assert value not in problems[0] or value == "sample"


def test_development_may_do_without_tls(account: dict[str, str]) -> None:
    local = {"WECHAT_PAY_API_URL": "http://127.0.0.1:8001", "WECHAT_PAY_NOTIFY_URL": "http://127.0.0.1:8000/x"}
    assert _read({**account, **local}, production=False)[1] == []


def test_no_key_ends_in_a_log(account: dict[str, str]) -> None:
    settings, _ = _read(account)
    assert repr(settings) == f"WeChatPaySettings({account['WECHAT_PAY_MCHID']})"
