"""PostgreSQL: one pool per process, shared by the ORM and by the statements written by hand.

`fetch`, `fetchrow`, `fetchval` and `execute` use the connection of the transaction they are called in, or else one of
the pool for the length of the statement. Arguments are asyncpg's ($1, $2, …).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import PoolConnectionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import BaseORMException

from foundation.errors import Unavailable
from foundation.settings import Settings

ACQUIRE_SECONDS = 1.0
STATEMENT_MILLISECONDS = 3_000
LOCK_MILLISECONDS = 2_000
IDLE_IN_TRANSACTION_MILLISECONDS = 10_000

APP = "muying"
"""The one Tortoise app all models belong to: foreign keys are written `muying.Member`."""

MIGRATIONS = "server.migrations"

_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, or the statement ran out of time
    asyncpg.LockNotAvailableError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,  # the server died in the middle of an answer, and the protocol is out of step
)


def is_away(error: BaseException) -> bool:
    """Whether PostgreSQL is away, restarting, full or too slow, so that the same request may succeed later."""
    if isinstance(error, BaseORMException):
        return error.__cause__ is not None and is_away(error.__cause__)  # the ORM wraps some of the driver's errors
    if isinstance(error, asyncpg.InterfaceError):
        # The driver's own complaints. A connection that is gone is one; a wrong argument, or a task that outlives its
        # transaction and uses the connection it inherited, is our mistake.
        text = str(error)
        return "released back" not in text and ("connection" in text or "pool" in text)
    return isinstance(error, _AWAY)


transaction_connection: ContextVar[asyncpg.Connection | None] = ContextVar("transaction_connection", default=None)


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection whose release costs no round trip.

    asyncpg sends a reset query at every release; we set no session state on pooled connections, so there is nothing
    to reset. (A transaction left open is still rolled back: asyncpg does that apart from this query.)
    """

    def get_reset_query(self) -> str:
        return ""


class _PatientWrapper(PoolConnectionWrapper[asyncpg.Connection]):
    """What the ORM borrows outside of an action; like everybody else it waits a second for it, not for ever."""

    async def __aenter__(self) -> asyncpg.Connection:
        await self.ensure_connection()
        self.connection = await _borrow(self.client._pool)
        return self.connection


class OrmClient(AsyncpgDBClient):
    """Tortoise's client on our pool."""

    def acquire_connection(self) -> PoolConnectionWrapper[asyncpg.Connection]:
        return _PatientWrapper(self, self._pool_init_lock)


client_class = OrmClient
"""The name under which Tortoise looks for it in the module that `engine` names."""


def tortoise_config(url: str, models: Iterable[str], *, most: int, statement_milliseconds: int) -> dict[str, Any]:
    """Tortoise's configuration for a `postgresql://user:password@host:port/database?host=<socket folder>` URL."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    return {
        "connections": {
            "default": {
                "engine": "foundation.database",
                "credentials": {
                    "host": parts.hostname or options.get("host", ["localhost"])[0],
                    "port": parts.port or 5432,
                    "user": unquote(parts.username or "postgres"),
                    "password": unquote(parts.password) if parts.password else None,
                    "database": parts.path.lstrip("/"),
                    "minsize": 1,
                    "maxsize": most,
                    "connection_class": PooledConnection,
                    "max_inactive_connection_lifetime": 0,  # a timer set and cancelled at every statement otherwise
                    "timeout": 3,
                    "server_settings": {
                        "application_name": "muying",
                        "timezone": "UTC",
                        "jit": "off",  # our statements are short; compiling them costs more than it saves
                        "statement_timeout": str(statement_milliseconds),
                        "lock_timeout": str(min(LOCK_MILLISECONDS, statement_milliseconds)),
                        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MILLISECONDS),
                    },
                },
            }
        },
        "apps": {APP: {"models": list(models), "default_connection": "default", "migrations": MIGRATIONS}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(
    settings: Settings, models: Iterable[str], *, statement_milliseconds: int = STATEMENT_MILLISECONDS
) -> None:
    """Opens the pool and makes the models usable. Raises `asyncpg` or `OSError` errors when PostgreSQL is away."""
    config = tortoise_config(
        settings.database_url,
        models,
        most=settings.database_connections,
        statement_milliseconds=statement_milliseconds,
    )
    # The fallback lets request tasks, which Sanic starts from another context, see the same pool.
    await Tortoise.init(config=config, _enable_global_fallback=True)
    await client().create_connection(with_db=True)


async def close() -> None:
    await Tortoise.close_connections()


async def connect_apart(
    settings: Settings, *, statement_milliseconds: int = STATEMENT_MILLISECONDS
) -> asyncpg.Connection:
    """A connection outside of the pool, and perhaps of another loop; the caller closes it."""
    config = tortoise_config(settings.database_url, (), most=1, statement_milliseconds=statement_milliseconds)
    options = config["connections"]["default"]["credentials"]
    names = ("host", "port", "user", "password", "database", "timeout", "server_settings")
    return await asyncpg.connect(**{name: options[name] for name in names})


def client() -> AsyncpgDBClient:
    """Tortoise's client, outside of any transaction."""
    return cast(AsyncpgDBClient, get_connections().get("default"))


def pool() -> asyncpg.Pool:
    """The process's pool."""
    connection_pool = client()._pool
    assert connection_pool is not None, "foundation.database.connect was not called"
    return connection_pool


async def _borrow(connections: asyncpg.Pool) -> asyncpg.Connection:
    try:
        # Around it and not its own parameter: that one would start a task for every statement.
        async with asyncio.timeout(ACQUIRE_SECONDS):
            return await connections.acquire()
    except Exception as error:
        if is_away(error):  # a time-out is one of them: all connections are in use
            raise Unavailable from error
        raise


@asynccontextmanager
async def acquire() -> AsyncIterator[asyncpg.Connection]:
    """A connection of the pool. Raises `Unavailable` when none comes free within a second."""
    connections = pool()
    connection = await _borrow(connections)
    try:
        yield connection
    finally:
        # asyncpg shields the release itself: a client that goes away in this very moment does not keep the connection.
        await connections.release(connection)


async def _run(verb: str, query: str, arguments: tuple[object, ...]) -> Any:
    # Written out, without context managers: this runs for every statement of every request.
    current = transaction_connection.get()
    if current is not None:
        return await getattr(current, verb)(query, *arguments)
    connections = pool()
    connection = await _borrow(connections)
    try:
        return await getattr(connection, verb)(query, *arguments)
    except Exception as error:
        if is_away(error):
            raise Unavailable from error
        raise
    finally:
        await connections.release(connection)


async def fetch(query: str, *arguments: object) -> list[asyncpg.Record]:
    """All rows."""
    return cast(list[asyncpg.Record], await _run("fetch", query, arguments))


async def fetchrow(query: str, *arguments: object) -> asyncpg.Record | None:
    """The first row, or None."""
    return await _run("fetchrow", query, arguments)


async def fetchval(query: str, *arguments: object) -> Any:
    """The first column of the first row, or None."""
    return await _run("fetchval", query, arguments)


async def execute(query: str, *arguments: object) -> int:
    """Runs a statement; the number of rows it touched."""
    last = str(await _run("execute", query, arguments)).rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
