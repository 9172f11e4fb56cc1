"""Transactions: one business verb, one transaction, shielded from clients that go away.

An *action* (`@transactional`) opens the transaction; actions do not nest. A part of it that another feature calls is
a *step* (`@within_transaction`) and refuses to run outside a transaction.
"""

import asyncio
import functools
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

import asyncpg
import structlog
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.connection import get_connections

from foundation import idempotency
from foundation.database import acquire, client, is_away, transaction_connection
from foundation.errors import Problem, Unavailable

MOST_ATTEMPTS = 5

P = ParamSpec("P")
T = TypeVar("T")
Hook = Callable[[], Awaitable[None]]

log = structlog.get_logger("transactions")

_hooks: ContextVar[list[Hook] | None] = ContextVar("after_commit_hooks", default=None)
_running: set[asyncio.Task[Any]] = set()


def in_transaction() -> bool:
    return transaction_connection.get() is not None


def connection() -> asyncpg.Connection:
    """The transaction's own connection, for statements written by hand."""
    current = transaction_connection.get()
    assert current is not None, "there is no transaction here"
    return current


def after_commit(hook: Hook) -> None:
    """Runs `hook` once the transaction has been committed, before the caller gets its answer.

    For what may be lost (dropping a cached copy); what must not be lost is a job. A failing hook is logged and the
    action still succeeds.
    """
    hooks = _hooks.get()
    assert hooks is not None, "there is no transaction here"
    hooks.append(hook)


def transactional(action: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Makes a verb an action: a transaction of its own, in a task that outlives a client who goes away.

    A serialization failure or a deadlock runs the whole verb again, five times at most. When the request carries an
    idempotency key, the key and the answer are stored in the same transaction, and a repeated request gets the first
    answer again; so the verb must return something msgspec can encode and its return annotation must say what.

    Raises the verb's refusals; `Unavailable` when the database is away or a lock took too long.
    """

    @functools.wraps(action)
    async def perform(*args: P.args, **kwargs: P.kwargs) -> T:
        assert not in_transaction(), f"{action.__qualname__} is an action; actions do not nest"
        task = asyncio.create_task(_attempt(action, args, kwargs, idempotency.take_claim()))
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(functools.partial(_hear_out, action.__qualname__))
            raise

    return perform


def _hear_out(action: str, task: asyncio.Task[Any]) -> None:
    """What an action raised whose caller has gone: nobody else will see it."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, Problem):
        log.error("action_failed_unheard", action=action, exc_info=error)


def within_transaction(step: Callable[P, T]) -> Callable[P, T]:
    """Makes a function a step: it refuses to run outside a transaction."""

    @functools.wraps(step)
    def perform(*args: P.args, **kwargs: P.kwargs) -> T:
        assert in_transaction(), f"{step.__qualname__} is a step; it runs inside an action's transaction"
        return step(*args, **kwargs)

    return perform


async def finish_running(seconds: float) -> None:
    """At shutdown: waits for the actions whose clients have gone."""
    if _running:
        await asyncio.wait(set(_running), timeout=seconds)


async def _attempt(
    action: Callable[..., Coroutine[Any, Any, T]], args: Any, kwargs: Any, claim: idempotency.Claim | None
) -> T:
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            return await _once(action, args, kwargs, claim)
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            if attempt == MOST_ATTEMPTS:
                raise Unavailable from None
            await asyncio.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311  # jitter, not a secret
        except idempotency.AlreadyAnswered:
            assert claim is not None
            return cast(T, await claim.first_answer(_return_type(action)))
        except Problem:
            # The first request with this key may have taken the very thing that is missing now.
            if claim is not None and await claim.is_answered():
                return cast(T, await claim.first_answer(_return_type(action)))
            raise
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("database_away", error=type(error).__name__, action=action.__qualname__)
            raise Unavailable from error
    raise AssertionError("unreachable")


async def _once(
    action: Callable[..., Coroutine[Any, Any, T]], args: Any, kwargs: Any, claim: idempotency.Claim | None
) -> T:
    hooks: list[Hook] = []
    async with acquire() as raw:
        orm = TransactionWrapper(client())
        orm._connection = raw
        orm_token = get_connections().set("default", orm)
        connection_token = transaction_connection.set(raw)
        hooks_token = _hooks.set(hooks)
        transaction = raw.transaction()
        try:
            await transaction.start()
            try:
                result = await action(*args, **kwargs)
                if claim is not None:
                    await claim.store(result)
            except BaseException as error:
                if not _is_lost(raw):
                    await transaction.rollback()
                elif isinstance(error, asyncpg.InterfaceError):
                    raise Unavailable from error  # "released back": the pool took the dead connection from us
                raise
            await transaction.commit()
        finally:
            _hooks.reset(hooks_token)
            transaction_connection.reset(connection_token)
            get_connections().reset(orm_token)
    for hook in hooks:
        try:
            await hook()
        except Exception:
            log.exception("after_commit_hook_failed", action=action.__qualname__)
    return result


def _is_lost(raw: asyncpg.Connection) -> bool:
    """Whether the connection died under us; the pool takes a dead one back at once, and then even asking fails."""
    try:
        return bool(raw.is_closed())
    except asyncpg.InterfaceError:
        return True


@functools.cache
def _return_type(action: Callable[..., Any]) -> Any:
    return get_type_hints(action).get("return")
