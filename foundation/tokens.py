"""Access tokens: JWT, EdDSA only, one audience per face, 15 minutes."""

import time
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation.errors import Unauthorized
from foundation.settings import Key, Settings

ALGORITHM = "EdDSA"
ISSUER = "muying"
LIFE_SECONDS = 15 * 60
LONGEST_TOKEN = 1_024
VERIFIED_TOKENS = 4_096
"""How many a process remembers, at 0.8 kB each: all visits of a minute in which 68 mothers arrive every second. Who
comes back later than that is verified once more."""


class AccessClaims(msgspec.Struct, frozen=True):
    subject: UUID
    session: UUID
    expires_at: int
    """Unix seconds."""


class TokenKeys:
    """Ed25519 keys: the first signs, all of them verify."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        private = {key.id: Ed25519PrivateKey.from_private_bytes(key.secret) for key in keys}
        self.current = keys[0].id
        self.private = private[self.current]
        self.public: dict[str, Ed25519PublicKey] = {name: key.public_key() for name, key in private.items()}

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact JWS of the claims."""
        return jwt.encode(claims, self.private, algorithm=ALGORITHM, headers={"kid": self.current})

    def verify(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token meant for `audience`. Raises `jwt.InvalidTokenError`."""
        key = self.public.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidTokenError  # (InvalidKeyError is no kind of it)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            # `iat` is for people: another machine's clock may be a second ahead of ours.
            options={"require": ["exp", "aud", "iss", "sub", "sid"], "verify_iat": False},
        )
        return claims


class _Resource:
    keys: TokenKeys | None = None


def use(settings: Settings) -> None:
    """Makes this process's keys."""
    _Resource.keys = TokenKeys(settings.token_keys)
    _verify.cache_clear()


def issue(audience: str, subject: UUID, session: UUID) -> str:
    """An access token for one face."""
    assert _Resource.keys is not None, "foundation.tokens.use was not called"
    now = int(time.time())
    return _Resource.keys.sign(
        {
            "iss": ISSUER,
            "aud": audience,
            "sub": str(subject),
            "sid": str(session),
            "iat": now,
            "exp": now + LIFE_SECONDS,
        }
    )


def verify(token: str, audience: str) -> AccessClaims:
    """What a token says, if it is ours, meant for this audience and in time. Raises `Unauthorized`."""
    if len(token) > LONGEST_TOKEN:
        raise Unauthorized
    claims = _verify(token, audience)
    if claims.expires_at <= time.time():
        raise Unauthorized
    return claims


@lru_cache(maxsize=VERIFIED_TOKENS)
def _verify(token: str, audience: str) -> AccessClaims:
    """A signature stays right once it was right, so each token is checked once; its time is looked at every time.

    What raises is not kept: a flood of forged tokens must not drive out the real ones.
    """
    assert _Resource.keys is not None, "foundation.tokens.use was not called"
    try:
        claims = _Resource.keys.verify(token, audience)
        return AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]), int(claims["exp"]))
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError, RecursionError):
        raise Unauthorized from None  # the last three: claims and headers of wrong types, nested without end
