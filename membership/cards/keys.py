"""The keys that sign card codes, and their public halves for tills that verify offline."""

import base64

import msgspec

from foundation.settings import Settings
from foundation.tokens import TokenKeys


class PublicKey(msgspec.Struct, frozen=True):
    """One Ed25519 key as a JWK (RFC 8037)."""

    kid: str
    x: str
    """The 32 bytes of the key, base64url without padding."""
    kty: str = "OKP"
    crv: str = "Ed25519"
    alg: str = "EdDSA"
    use: str = "sig"


class _Resource:
    keys: TokenKeys | None = None


def use(settings: Settings) -> None:
    """Makes this process's keys."""
    _Resource.keys = TokenKeys(settings.card_keys)


def keys() -> TokenKeys:
    assert _Resource.keys is not None, "membership.cards.use was not called"
    return _Resource.keys


def public_keys() -> list[PublicKey]:
    """The keys a till needs: the one that signs and the older ones whose codes may still be shown."""
    return [
        PublicKey(kid=name, x=base64.urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("="))
        for name, key in keys().public.items()
    ]
