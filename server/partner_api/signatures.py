"""The partners' gate: every request is signed with the secret of one of the partner's keys.

`docs/partner-signatures.md` says how, with examples that run.
"""

import hashlib
import hmac
import re
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import msgspec
from sanic import Request

from foundation import cache, limits
from foundation.errors import Problem, TooManyRequests, Unauthorized
from foundation.faces import Route
from foundation.gates import ADDRESS_LIMIT, address
from membership import stores

WINDOW_SECONDS = 300
NONCE_SECONDS = 2 * WINDOW_SECONDS
"""A time stamp may be 300 s ahead, so a nonce must be known until 300 s after that."""
MOST_LOCAL_NONCES = 100_000

_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)
_NONCE = re.compile(r"[\x21-\x7e]{8,64}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


class SignatureMissing(Unauthorized):
    code = "signature_missing"
    title = (
        "X-Muying-Key, X-Muying-Timestamp, X-Muying-Nonce (8 to 64 visible characters) or X-Muying-Signature is missing"
    )
    detail = "请求缺少签名，请联系系统服务商"


class SignatureInvalid(Unauthorized):
    """The key is unknown or revoked, or something between it and the body was signed otherwise than it was sent."""

    code = "signature_invalid"
    title = "The signature does not fit the request"
    detail = "请求签名有误，请联系系统服务商"


class TimestampOutside(Unauthorized):
    code = "timestamp_outside"
    title = "X-Muying-Timestamp is more than 300 seconds from the time here"
    detail = "收银设备的时间不准，请校准后再试"


class NonceReplayed(Unauthorized):
    """Also a retry needs a nonce of its own; the verbs themselves may be sent twice."""

    code = "nonce_replayed"
    title = "X-Muying-Nonce was used before"
    detail = "请求已提交过，请勿重复提交"


class Till(msgspec.Struct, frozen=True):
    """Who calls: the partner, by one of its keys."""

    partner_id: UUID
    key_id: str

    @property
    def subject(self) -> UUID:
        return self.partner_id


def signature(secret: bytes, *, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """What `X-Muying-Signature` must be. `target` is path and query as on the request line."""
    digest = hashlib.sha256(body).hexdigest()
    return hmac.new(secret, f"{method}\n{target}\n{timestamp}\n{nonce}\n{digest}".encode(), hashlib.sha256).hexdigest()


class SignatureGate:
    """Lets in who signs with a live key."""

    scheme_name = "partner_signature"
    scheme: dict[str, Any] = {  # noqa: RUF012  # the protocol says an attribute, and nobody writes it
        "type": "apiKey",
        "in": "header",
        "name": "X-Muying-Signature",
        "description": "Hex HMAC-SHA256 over method, path and query, timestamp, nonce and the hash of the body;"
        " sent with X-Muying-Key, X-Muying-Timestamp and X-Muying-Nonce. See docs/partner-signatures.md.",
    }
    refuses: tuple[type[Problem], ...] = (
        SignatureMissing,
        SignatureInvalid,
        TimestampOutside,
        NonceReplayed,
        TooManyRequests,
    )

    def __init__(self) -> None:
        self._nonces: OrderedDict[str, float] = OrderedDict()

    async def admit(self, request: Request, route: Route) -> Till | None:
        """The partner; None on a public route."""
        if route.public:
            await limits.count(f"{address(request)}:{route.name}", ADDRESS_LIMIT)
            return None
        till = await self._verify(request)
        await limits.count(f"{till.partner_id}:{route.name}", route.limit)
        return till

    async def _verify(self, request: Request) -> Till:
        headers = request.headers
        key_id = headers.get("x-muying-key", "")
        timestamp = headers.get("x-muying-timestamp", "")
        nonce = headers.get("x-muying-nonce", "")
        signed = headers.get("x-muying-signature", "")
        if not (key_id and _TIMESTAMP.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and signed):
            raise SignatureMissing
        if not stores.remembers_key(key_id):
            # A till in use asks the database once a second; whoever tries keys is slowed down before it is asked.
            await limits.count(f"{address(request)}:partner_key", ADDRESS_LIMIT)
        key = await stores.signing_secrets(key_id) if len(key_id) <= 64 and key_id.isprintable() else None
        # Also for an unknown key, so that the time taken does not tell which keys exist.
        secret = b"no such key" if key is None else key.secret
        wanted = signature(
            secret,
            method=request.method,
            target=_target(request),
            timestamp=timestamp,
            nonce=nonce,
            body=request.body,
        )
        fits = hmac.compare_digest(wanted, signed if _SIGNATURE.fullmatch(signed) else "")
        if key is None or not fits:
            raise SignatureInvalid
        if abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
            raise TimestampOutside
        if not await self._is_new(f"nonce:{{{key_id}}}:{nonce}"):
            raise NonceReplayed
        return Till(key.partner_id, key_id)

    async def _is_new(self, nonce: str) -> bool:
        if cache.usable():
            try:
                new = await cache.call("SET", nonce, b"", "NX", "EX", NONCE_SECONDS)
                return bool(new) and self._is_new_here(nonce)
            except cache.AWAY:
                cache.failed()
        # Without Redis each process remembers what it saw; what slips through another one changes nothing twice.
        return self._is_new_here(nonce, remember=True)

    def _is_new_here(self, nonce: str, *, remember: bool = False) -> bool:
        now = time.monotonic()
        while self._nonces and next(iter(self._nonces.values())) <= now:
            self._nonces.popitem(last=False)
        if nonce in self._nonces:
            return False
        if remember:
            if len(self._nonces) >= MOST_LOCAL_NONCES:
                self._nonces.popitem(last=False)
            self._nonces[nonce] = now + NONCE_SECONDS
        return True


def _target(request: Request) -> str:
    """Path and query exactly as they stood on the request line."""
    return request.raw_url.decode("latin-1")
