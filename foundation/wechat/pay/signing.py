"""Signatures: ours on what we ask, WeChat's on what it says."""

import secrets
import time
from collections.abc import Mapping

from wechatpayv3.utils import build_authorization, rsa_sign, rsa_verify

from foundation.pay_settings import WeChatPaySettings, private_key, public_key

MOST_SKEW_SECONDS = 300
PROBE = "WECHATPAY/SIGNTEST/"
"""How the signatures begin with which WeChat tests whether we look."""


class NotSigned(Exception):
    """Why a text is not taken for WeChat's."""


class Merchant:
    """Signs as the merchant. Raises `ValueError` at start when the key is none."""

    def __init__(self, settings: WeChatPaySettings) -> None:
        self._id = settings.merchant_id
        self._serial = settings.serial
        self._key = private_key(settings.private_key)

    def authorization(self, method: str, target: str, body: str) -> str:
        """The header for a call; `target` is the path with its query, `body` the very text that is sent."""
        return str(build_authorization(target, method, self._id, self._serial, self._key, data=body))

    def sign(self, *lines: str) -> str:
        """Base64 of RSA-SHA256 over the lines, each with its end."""
        return str(rsa_sign(self._key, "".join(f"{line}\n" for line in lines)))


class Platform:
    """Knows WeChat's signature. Raises `ValueError` at start when the key is none."""

    def __init__(self, settings: WeChatPaySettings) -> None:
        self._key_id = settings.platform_key_id
        self._key = public_key(settings.platform_key)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises `NotSigned` unless WeChat signed this body within the last five minutes."""
        timestamp = headers.get("wechatpay-timestamp", "")
        nonce, signature = headers.get("wechatpay-nonce", ""), headers.get("wechatpay-signature", "")
        if signature.startswith(PROBE):
            raise NotSigned("probe")
        if headers.get("wechatpay-serial") != self._key_id:
            raise NotSigned("serial")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise NotSigned("timestamp")
        if not nonce.isascii():  # what can't be encoded can't have been signed either
            raise NotSigned("nonce")
        if abs(time.time() - int(timestamp)) > MOST_SKEW_SECONDS:
            raise NotSigned("time")
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise NotSigned("body") from None
        if not rsa_verify(timestamp, nonce, text, signature, self._key):
            raise NotSigned("signature")


def new_nonce() -> str:
    """32 characters."""
    return secrets.token_hex(16)
