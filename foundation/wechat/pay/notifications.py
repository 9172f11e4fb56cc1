"""What WeChat Pay pushes: verified over the raw body, decrypted, and left to whom it concerns to read."""

import binascii
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
import structlog
from wechatpayv3.utils import aes_decrypt

from foundation.pay_settings import WeChatPaySettings
from foundation.wechat.pay.errors import NotificationForged, NotificationUnreadable
from foundation.wechat.pay.signing import NotSigned, Platform

log = structlog.get_logger("wechat_pay")


class _Resource(msgspec.Struct, frozen=True):
    algorithm: Literal["AEAD_AES_256_GCM"]
    ciphertext: str
    nonce: str
    associated_data: str = ""


class _Envelope(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    event_type: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    resource: _Resource


class Notification(msgspec.Struct, frozen=True):
    """A notification. WeChat sends one again, under the same `number`, until it is answered well."""

    number: str
    kind: str
    """TRANSACTION.SUCCESS, REFUND.SUCCESS, REFUND.ABNORMAL, REFUND.CLOSED, …"""
    content: bytes
    """JSON: a `Transaction`, or a `RefundNotice`."""

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"Notification({self.number}, {self.kind})"


class Notifications:
    """Opens what WeChat Pay pushes."""

    def __init__(self, settings: WeChatPaySettings) -> None:
        self._platform = Platform(settings)
        self._key = settings.api_v3_key

    def open(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Raises `NotificationForged`, `NotificationUnreadable`."""
        try:
            self._platform.verify(headers, body)
        except NotSigned as error:
            log.warning("wechat_pay_notification_forged", why=str(error))
            raise NotificationForged from None
        try:
            envelope = msgspec.json.decode(body, type=_Envelope)
            sealed = envelope.resource
            content = aes_decrypt(sealed.nonce, sealed.ciphertext, sealed.associated_data, self._key)
        except (msgspec.DecodeError, binascii.Error, RecursionError, ValueError):
            raise NotificationUnreadable from None
        if content is None:
            log.error("wechat_pay_notification_sealed_otherwise")  # the APIv3 key is not the one WeChat has
            raise NotificationUnreadable
        return Notification(envelope.id, envelope.event_type, content.encode())
