"""The settings of WeChat Pay: all of them, or none."""

import binascii
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

API_URL = "https://api.mch.weixin.qq.com"
SAMPLE_MARK = "sample"
"""Every secret in the example file contains this word; production refuses values that do."""

NEEDED = {
    "WECHAT_PAY_MCHID": "the merchant's number",
    "WECHAT_PAY_PRIVATE_KEY": "the merchant's private key",
    "WECHAT_PAY_SERIAL": "the serial of the merchant's certificate",
    "WECHAT_PAY_API_V3_KEY": "the APIv3 key",
    "WECHAT_PAY_PLATFORM_KEY": "WeChat's public key or certificate",
    "WECHAT_PAY_PLATFORM_KEY_ID": "the id of WeChat's public key, or the serial of its certificate",
    "WECHAT_PAY_NOTIFY_URL": "where WeChat finds our /wechat/pay/notifications",
}


class WeChatPaySettings(msgspec.Struct, frozen=True):
    """The merchant's account at WeChat Pay. Keys are PEM."""

    merchant_id: str
    private_key: str
    serial: str
    """Of the merchant's certificate: by it WeChat finds the key that checks our signatures."""
    api_v3_key: str
    """32 characters: the AES-256 key of what WeChat sends us."""
    platform_key: str
    """WeChat's public key, or the certificate that holds it."""
    platform_key_id: str
    """`PUB_KEY_ID_…`, or the serial of the platform's certificate."""
    notify_url: str
    api_url: str

    def __repr__(self) -> str:
        """Shows no key: a representation ends in logs and tracebacks."""
        return f"WeChatPaySettings({self.merchant_id})"


def read_pay(environment: Mapping[str, str], problems: list[str], *, production: bool) -> WeChatPaySettings | None:
    """What the environment says; None when it says nothing. Every complaint is added to `problems`."""
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    if not any(given.values()):
        return None
    problems += [
        f"{name} is missing ({what}); WeChat Pay needs all of its settings, or none"
        for name, what in NEEDED.items()
        if not given[name]
    ]
    if production:
        problems += [
            f"{name} is the sample value, which production refuses"
            for name, value in given.items()
            if value.lower().startswith(SAMPLE_MARK)
        ]
    if given["WECHAT_PAY_API_V3_KEY"] and len(given["WECHAT_PAY_API_V3_KEY"].encode()) != 32:
        problems.append("WECHAT_PAY_API_V3_KEY must be the 32 characters that were set in WeChat Pay's console")
    if given["WECHAT_PAY_NOTIFY_URL"] and not _takes_notifications(given["WECHAT_PAY_NOTIFY_URL"], production):
        problems.append(
            "WECHAT_PAY_NOTIFY_URL must be https:// (http:// only for development), without a query, of at most 255"
            " characters"
        )
    api_url = environment.get("WECHAT_PAY_API_URL", "").strip() or API_URL
    if not api_url.startswith("https://" if production else ("https://", "http://")):
        problems.append("WECHAT_PAY_API_URL must be https:// (http:// only for development)")
    return WeChatPaySettings(
        merchant_id=given["WECHAT_PAY_MCHID"],
        private_key=_pem("WECHAT_PAY_PRIVATE_KEY", given["WECHAT_PAY_PRIVATE_KEY"], "PRIVATE KEY", problems),
        serial=given["WECHAT_PAY_SERIAL"],
        api_v3_key=given["WECHAT_PAY_API_V3_KEY"],
        platform_key=_pem("WECHAT_PAY_PLATFORM_KEY", given["WECHAT_PAY_PLATFORM_KEY"], "PUBLIC KEY", problems),
        platform_key_id=given["WECHAT_PAY_PLATFORM_KEY_ID"],
        notify_url=given["WECHAT_PAY_NOTIFY_URL"],
        api_url=api_url,
    )


def private_key(pem: str) -> rsa.RSAPrivateKey:
    """Raises `ValueError` for anything but a PEM of an RSA private key."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not RSA")
    return key


def public_key(pem: str) -> rsa.RSAPublicKey:
    """From a PEM of a public key or of a certificate. Raises `ValueError`."""
    content = pem.encode()
    certificate = b"BEGIN CERTIFICATE" in content
    key = load_pem_x509_certificate(content).public_key() if certificate else load_pem_public_key(content)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not RSA")
    return key


def _pem(name: str, value: str, label: str, problems: list[str]) -> str:
    """The key as PEM. A file of variables may hold its base64 alone, or `\\n` for the ends of lines."""
    if not value:
        return ""
    text = value.replace("\\n", "\n")
    if not text.startswith("-----BEGIN"):
        text = f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n"
    try:
        (private_key if label == "PRIVATE KEY" else public_key)(text)
    except (ValueError, TypeError, binascii.Error):  # TypeError: the key wants a password
        problems.append(f"{name} is no RSA key: give its PEM, or the base64 inside it on one line")
        return ""
    return text


def _takes_notifications(url: str, production: bool) -> bool:
    schemes = ("https://",) if production else ("https://", "http://")
    return url.startswith(schemes) and "?" not in url and len(url) <= 255
