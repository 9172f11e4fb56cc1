"""Sessions: who is signed in where. A PostgreSQL row is the truth; Redis holds the hot copy.

A refresh token names its session and its generation and is signed (HMAC-SHA256), so nothing secret lies in the
database. Refreshing moves the session to its next generation. An older generation that comes back means that somebody
else holds a copy: the whole session ends, except within ten seconds of the last refresh, when the answer may simply
have been lost; then the same next token is given again.
"""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from foundation import cache, database, jobs, limits, tokens
from foundation.errors import Unauthorized
from foundation.ids import new_id
from foundation.limits import Limit
from foundation.settings import Settings
from foundation.transactions import after_commit, transactional, within_transaction

REFRESH_LIFE = timedelta(days=30)
GRACE = timedelta(seconds=10)
HOT_SECONDS = 60
ENDED_SECONDS = tokens.LIFE_SECONDS + 60
ENDED = b"ended"

log = structlog.get_logger("sessions")


class SessionTokens(msgspec.Struct, frozen=True):
    """What a sign-in or a refresh gives. The access token lives 15 minutes, the refresh token 30 days."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int


class Caller(msgspec.Struct, frozen=True):
    """Who calls: `subject` is the member or the member of staff; `claims` is what the face needs besides."""

    subject: UUID
    session: UUID
    claims: dict[str, str]


class _ForgetSessions(msgspec.Struct, frozen=True):
    subject: UUID
    sessions: list[UUID]


class _Refreshed(msgspec.Struct, frozen=True):
    """What became of a refresh: the tokens, or that the session ended (which must be committed, not rolled back)."""

    outcome: Literal["rotated", "ended", "unknown"]
    subject: UUID | None = None
    generation: int = 0


class _Resource:
    key: bytes = b""


def use(settings: Settings) -> None:
    _Resource.key = settings.session_key


@within_transaction
async def open_session(audience: str, subject: UUID, claims: dict[str, str] | None = None) -> SessionTokens:
    """Signs `subject` in on one more device."""
    session = new_id()
    await database.execute(
        "INSERT INTO session (id, audience, subject, claims, generation, rotated_at, expires_at)"
        " VALUES ($1, $2, $3, $4, 0, now(), now() + $5)",
        session,
        audience,
        subject,
        msgspec.json.encode(claims or {}).decode(),
        REFRESH_LIFE,
    )
    return _tokens(audience, subject, session, 0)


async def refresh(audience: str, refresh_token: str) -> SessionTokens:
    """New tokens for a refresh token. Raises `Unauthorized` when it is forged, over, or was used before."""
    session, generation = _read_refresh_token(audience, refresh_token)
    refreshed = await _rotate(audience, session, generation)
    if refreshed.outcome != "rotated" or refreshed.subject is None:
        raise Unauthorized
    return _tokens(audience, refreshed.subject, session, refreshed.generation)


@transactional
async def _rotate(audience: str, session: UUID, generation: int) -> _Refreshed:
    row = await database.fetchrow(
        "SELECT subject, generation, rotated_at, clock_timestamp() AS now FROM session"
        " WHERE id = $1 AND audience = $2 AND ended_at IS NULL AND expires_at > now() FOR UPDATE",
        session,
        audience,
    )
    if row is None:
        return _Refreshed("unknown")
    if generation == row["generation"]:
        await database.execute(
            "UPDATE session SET generation = generation + 1, rotated_at = clock_timestamp(), expires_at = now() + $2"
            " WHERE id = $1",
            session,
            REFRESH_LIFE,
        )
        return _Refreshed("rotated", row["subject"], generation + 1)
    if generation == row["generation"] - 1 and row["now"] - row["rotated_at"] <= GRACE:
        return _Refreshed("rotated", row["subject"], row["generation"])
    log.warning("refresh_token_reused", session=str(session))
    await end_session(row["subject"], session, "reused")
    return _Refreshed("ended")


@within_transaction
async def end_session(subject: UUID, session: UUID, reason: str) -> None:
    """Ends one session of a subject; acts on its next request."""
    await _end(subject, session, None, reason)


@within_transaction
async def end_sessions_of(subject: UUID, reason: str, *, but: UUID | None = None) -> None:
    """Ends all sessions of a subject (a ban, another phone), except perhaps the one that asks."""
    await _end(subject, None, but, reason)


async def _end(subject: UUID, only: UUID | None, but: UUID | None, reason: str) -> None:
    rows = await database.fetch(
        "UPDATE session SET ended_at = now(), end_reason = $4"
        " WHERE subject = $1 AND ended_at IS NULL AND id = COALESCE($2, id) AND id IS DISTINCT FROM $3 RETURNING id",
        subject,
        only,
        but,
        reason,
    )
    if not rows:
        return
    ended = _ForgetSessions(subject, [row["id"] for row in rows])
    after_commit(lambda: _forget(ended))
    # Should Redis fail in just that moment, the job says it again.
    await jobs.enqueue("sessions.forget", ended)


@jobs.job("sessions.forget")
async def forget_sessions(ended: _ForgetSessions) -> None:
    """Writes over the hot copies of ended sessions."""
    await _forget(ended)


async def _forget(ended: _ForgetSessions) -> None:
    for session in ended.sessions:
        await cache.client().set(_hot_key(ended.subject, session), ENDED, ex=ENDED_SECONDS)


async def authenticate(audience: str, access_token: str, action: str, limit: Limit) -> Caller:
    """Who holds this access token, with one Redis round trip that also counts the request against `limit`.

    Raises `Unauthorized`, `TooManyRequests`; `Unavailable` when neither Redis nor PostgreSQL answers.
    """
    claims = tokens.verify(access_token, audience)
    hot_key = _hot_key(claims.subject, claims.session)
    bucket = f"limit:{{{claims.subject}}}:{action}"
    hot: bytes | None = None
    if cache.usable():
        try:
            hot = await limits.pass_through(bucket, limit, hot_key)
        except cache.AWAY:
            cache.failed()
            limits.pass_locally(bucket, limit)
    else:
        limits.pass_locally(bucket, limit)
    if hot is None:
        hot = await _read_truth(audience, claims, hot_key)
    if hot == ENDED:
        raise Unauthorized
    return Caller(claims.subject, claims.session, msgspec.json.decode(hot, type=dict[str, str]))


async def _read_truth(audience: str, claims: tokens.AccessClaims, hot_key: str) -> bytes:
    row = await database.fetchrow(
        "SELECT claims FROM session WHERE id = $1 AND subject = $2 AND audience = $3"
        " AND ended_at IS NULL AND expires_at > now()",
        claims.session,
        claims.subject,
        audience,
    )
    value = ENDED if row is None else row["claims"].encode()
    if cache.usable():
        try:
            # Only if absent: a session that ended since we read has left its mark, which must stay.
            await cache.call("SET", hot_key, value, "NX", "EX", HOT_SECONDS)
        except cache.AWAY:
            cache.failed()
    return value


def _hot_key(subject: UUID, session: UUID) -> str:
    return f"session:{{{subject}}}:{session}"


def _tokens(audience: str, subject: UUID, session: UUID, generation: int) -> SessionTokens:
    return SessionTokens(
        access_token=tokens.issue(audience, subject, session),
        refresh_token=_refresh_token(audience, session, generation),
        expires_in_seconds=tokens.LIFE_SECONDS,
    )


def _refresh_token(audience: str, session: UUID, generation: int) -> str:
    body = session.bytes + generation.to_bytes(4, "big")
    return base64.urlsafe_b64encode(body + _signature(audience, body)).decode().rstrip("=")


def _read_refresh_token(audience: str, token: str) -> tuple[UUID, int]:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise Unauthorized from None
    body, signature = raw[:20], raw[20:]
    if len(body) != 20 or not hmac.compare_digest(signature, _signature(audience, body)):
        raise Unauthorized
    return UUID(bytes=body[:16]), int.from_bytes(body[16:], "big")


def _signature(audience: str, body: bytes) -> bytes:
    return hmac.digest(_Resource.key, audience.encode() + b"\0" + body, hashlib.sha256)
