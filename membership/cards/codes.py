"""What a code is: a signed token for 2D scanners, and the same code as 18 digits for laser scanners.

The token is a compact JWS (EdDSA) with the claims `aud` "card", `sub` the card number, `jti` the code's number, `nbf`
and `exp`. It names no issuer: the key in its header is used for nothing else. Every character counts, because a code of
more than 251 needs a finer pattern, which scanners read worse from a scratched screen.
"""

import base64
import re
import secrets
from datetime import UTC, datetime
from functools import lru_cache

import jwt
import msgspec

from foundation.tokens import ALGORITHM, TokenKeys
from membership.cards.errors import CardCodeEarly, CardCodeExpired, CardCodeForeign, CardCodeForged
from membership.cards.keys import keys

AUDIENCE = "card"
LIFE_SECONDS = 60
TOLERANCE_SECONDS = 1
"""How far the clocks of two of our machines may be apart; the tills' clocks do not matter to a scan."""
LONGEST_TOKEN = 512

# Our numbers begin with 2 to 9: 10 to 15 is how a payment code begins that a customer shows by mistake.
_LEAST = 2 * 10**17
_SPAN = 8 * 10**17

_BARCODE = re.compile(r"[0-9]{18}", re.ASCII)
_PAYMENT_CODE = re.compile(r"1[0-5][0-9]{16}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)


class Code(msgspec.Struct, frozen=True):
    """A code: its number, whose it is, and its minute in Unix seconds."""

    id: int
    number: str
    """The card's."""
    not_before: int
    expires: int

    @property
    def barcode(self) -> str:
        return f"{self.id:018d}"

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)

    def judge(self, instant: float) -> None:
        """Raises `CardCodeEarly` or `CardCodeExpired` unless this is the code's minute."""
        if instant < self.not_before - TOLERANCE_SECONDS:
            raise CardCodeEarly
        if instant >= self.expires + TOLERANCE_SECONDS:
            raise CardCodeExpired


class _Claims(msgspec.Struct, frozen=True):
    aud: str
    sub: str
    jti: str
    nbf: int
    exp: int


def new_codes(number: str, count: int, now: int) -> list[Code]:
    """`count` codes whose minutes follow one another, the first from `now`."""
    return [
        Code(
            _LEAST + secrets.randbelow(_SPAN),
            number,
            now + LIFE_SECONDS * turn,
            now + LIFE_SECONDS * (turn + 1),
        )
        for turn in range(count)
    ]


def write_token(code: Code) -> str:
    """The code as a signed token."""
    signing = keys()
    claims = _Claims(AUDIENCE, code.number, _encode(code.id.to_bytes(8, "big")), code.not_before, code.expires)
    text = f"{_header(signing)}.{_encode(msgspec.json.encode(claims))}"
    return f"{text}.{_encode(signing.private.sign(text.encode()))}"


def is_barcode(text: str) -> bool:
    """Whether this may be the 18-digit form. Raises `CardCodeForeign` for a payment code."""
    if _PAYMENT_CODE.fullmatch(text):
        raise CardCodeForeign
    return _BARCODE.fullmatch(text) is not None


def read_token(token: str) -> Code:
    """What a token says, once its signature is found right; its time is not judged here.

    Raises `CardCodeForeign` for what is no card's code at all, `CardCodeForged` for what only pretends to be one.
    """
    if len(token) > LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        raise CardCodeForeign
    try:
        header = jwt.get_unverified_header(token)
        # Looked at before the signature, so that a token meant for something else is called that.
        if msgspec.json.decode(_decode(token.split(".")[1]), type=dict).get("aud") != AUDIENCE:
            raise CardCodeForeign
        key = keys().public.get(str(header.get("kid")))
        if key is None:
            raise CardCodeForged
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"verify_exp": False, "verify_nbf": False, "require": ["sub", "jti", "nbf", "exp"]},
        )
        said = msgspec.convert(claims, _Claims)
        code = Code(int.from_bytes(_decode(said.jti), "big"), said.sub, said.nbf, said.exp)
    except (jwt.InvalidTokenError, msgspec.MsgspecError, ValueError) as error:
        raise CardCodeForged from error
    if not _LEAST <= code.id < _LEAST + _SPAN:
        raise CardCodeForged
    return code


@lru_cache(maxsize=4)
def _header(signing: TokenKeys) -> str:
    return _encode(msgspec.json.encode({"alg": ALGORITHM, "kid": signing.current}))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
