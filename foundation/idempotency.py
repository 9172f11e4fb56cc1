"""Idempotency keys: the same key and request get the first answer again; the same key with another request is 409.

The key is written by the transaction that does the work, as its last statement, so key and work exist together or not
at all. The HTTP layer opens a claim; the one action of the request takes it up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import Problem
from foundation.secrets import place, vault


class IdempotencyKey(str):
    """The `Idempotency-Key` header of a request: 1 to 64 visible ASCII characters."""

    __slots__ = ()


class IdempotencyKeyMissing(Problem):
    status = 400
    code = "idempotency_key_required"
    title = "This request needs an Idempotency-Key header of 1 to 64 visible ASCII characters"
    detail = "请求缺少防重复标识，请更新小程序后再试"


class IdempotencyKeyReused(Problem):
    status = 409
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used before with another request"
    detail = "这次操作和上次提交的内容不一致，请返回后重新操作"


class AlreadyAnswered(Exception):  # never leaves the ground: the transaction wrapper answers with the first result
    """The key exists already; the work of this transaction must not be committed."""


class Claim:
    """One request's use of a key. `subject` is who called: keys of different callers never meet."""

    def __init__(self, subject: UUID, key: IdempotencyKey, fingerprint: bytes) -> None:
        self.subject = subject
        self.key = key
        self.fingerprint = fingerprint

    async def store(self, result: object) -> None:
        """Inside the transaction: writes key and answer, or raises `AlreadyAnswered`."""
        written = await database.fetchval(
            "INSERT INTO idempotency_key (subject, key, fingerprint, answer) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING true",
            self.subject,
            self.key,
            self.fingerprint,
            vault().house.seal(self._place, msgspec.json.encode(result).decode()),
        )
        if not written:
            raise AlreadyAnswered

    async def is_answered(self) -> bool:
        """After a refusal: whether an earlier request with this key has been answered."""
        return bool(
            await database.fetchval(
                "SELECT true FROM idempotency_key WHERE subject = $1 AND key = $2", self.subject, self.key
            )
        )

    async def first_answer(self, answer_type: Any) -> Any:
        """The stored answer. Raises `IdempotencyKeyReused` when the stored request was another."""
        row = await database.fetchrow(
            "SELECT fingerprint, answer FROM idempotency_key WHERE subject = $1 AND key = $2", self.subject, self.key
        )
        assert row is not None, "the key was there a moment ago"
        if row["fingerprint"] != self.fingerprint:
            raise IdempotencyKeyReused
        return msgspec.json.decode(vault().house.unseal(self._place, row["answer"]), type=answer_type)

    @property
    def _place(self) -> str:
        return place("idempotency_key", "answer", self.key, self.subject)


_claim: ContextVar[Claim | None] = ContextVar("idempotency_claim", default=None)


@contextmanager
def claiming(claim: Claim | None) -> Iterator[None]:
    """For the HTTP layer: the one action inside stores its answer under the claim's key."""
    token = _claim.set(claim)
    try:
        yield
    finally:
        _claim.reset(token)


def take_claim() -> Claim | None:
    """For the transaction wrapper: the open claim, once."""
    claim = _claim.get()
    if claim is not None:
        _claim.set(None)
    return claim
