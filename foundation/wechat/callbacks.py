"""What WeChat pushes to us: verified, decrypted, and turned into a dictionary.

Secure mode only: the plaintext mode's signature does not cover the body. WeChat sends a message again when the answer
takes more than 5 s; who receives it keeps it under its own number (`MsgId`, or `FromUserName` with `CreateTime`) first.
"""

import struct
from collections.abc import Callable
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

import msgspec
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import (
    InvalidAppIdException,
    InvalidSignatureException,
)
from wechatpy.utils import check_signature

from foundation.errors import BadRequest, Forbidden
from foundation.settings import WeChatSettings

Shape = TypeVar("Shape")

Message = dict[str, Any]
"""As WeChat names its fields. From XML every value is a text; from JSON some numbers are texts too."""


class CallbackForged(Forbidden):
    """The signature is not WeChat's, or the message is for another app."""

    code = "wechat_callback_forged"
    title = "The signature is not WeChat's"


class CallbackUnreadable(BadRequest):
    code = "wechat_callback_unreadable"
    title = "The body is not a message of WeChat's secure mode"


class _Envelope(msgspec.Struct, frozen=True):
    encrypted: str = msgspec.field(name="Encrypt")


class WeChatCallbacks:
    """Opens what WeChat pushes. Raises `ValueError` at start when the key is not 43 letters and digits."""

    def __init__(self, settings: WeChatSettings) -> None:
        key = settings.callback_aes_key
        if not (len(key) == 43 and key.isascii() and key.isalnum()):
            raise ValueError("WECHAT_CALLBACK_AES_KEY must be the 43 letters and digits of WeChat's EncodingAESKey")
        self._token = settings.callback_token
        self._crypto = WeChatCrypto(settings.callback_token, key, settings.app_id)

    def echo(self, *, signature: str, timestamp: str, nonce: str, echostr: str) -> str:
        """Answers WeChat's check of our address: the body to send back. Raises `CallbackForged`."""
        try:
            check_signature(self._token, signature, timestamp, nonce)
        except InvalidSignatureException:
            raise CallbackForged from None
        return echostr

    def open(self, body: bytes, *, msg_signature: str, timestamp: str, nonce: str) -> Message:
        """The message in a pushed body. Raises `CallbackForged` or `CallbackUnreadable`."""
        envelope = _read(body, lambda content: msgspec.convert(_object(content), _Envelope))
        try:
            text = self._crypto.decrypt_message({"Encrypt": envelope.encrypted}, msg_signature, timestamp, nonce)
        except (InvalidSignatureException, InvalidAppIdException):
            raise CallbackForged from None
        except (ValueError, IndexError, struct.error):
            raise CallbackUnreadable from None
        return _read(text.encode(), _object)


def _object(content: bytes) -> Message:
    """The fields of a JSON object or of an XML root, whichever it is."""
    if content.lstrip()[:1] == b"<":
        (fields,) = xmltodict.parse(content).values()
        return msgspec.convert(fields, Message)
    return msgspec.json.decode(content, type=Message)


def _read(content: bytes, reader: Callable[[bytes], Shape]) -> Shape:
    try:
        return reader(content)
    except (ExpatError, RecursionError, ValueError):
        raise CallbackUnreadable from None
