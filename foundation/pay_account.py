"""A merchant's account that a machine makes for itself, when the stand-in plays WeChat Pay (`muying keys` makes none).

Apart from the stand-in, because every command of a development machine reads its home, and few of them need an HTTP
server for it.
"""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PLATFORM_PRIVATE_KEY = "WECHAT_STANDIN_PAY_KEY"
"""The variable with the key that the stand-in signs with. Only the stand-in reads it."""


def new_account() -> dict[str, str]:
    """The variables of a merchant of this stand-in's, and its own; only URLs are missing. Makes two RSA keys."""
    merchant, platform = _new_key(), _new_key()
    public = platform.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "WECHAT_PAY_MCHID": f"19{secrets.randbelow(10**8):08d}",
        "WECHAT_PAY_PRIVATE_KEY": _private_text(merchant),
        "WECHAT_PAY_SERIAL": secrets.token_hex(20).upper(),
        "WECHAT_PAY_API_V3_KEY": secrets.token_hex(16),
        "WECHAT_PAY_PLATFORM_KEY": base64.b64encode(public).decode(),
        "WECHAT_PAY_PLATFORM_KEY_ID": f"PUB_KEY_ID_{secrets.token_hex(16)}",
        PLATFORM_PRIVATE_KEY: _private_text(platform),
    }


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _private_text(key: rsa.RSAPrivateKey) -> str:
    """On one line, as a file of variables holds it."""
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
