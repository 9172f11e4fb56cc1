"""Migrations: applied one after another under a lock, each with a bound on how long it may wait for a table.

What a migration does to the database is SQL that was written when the migration was made (`migration_writer`), so
applying replays no models: an empty database is ready in a second, and who runs it can read beforehand what it does.
"""

import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from tortoise.migrations import Migration
from tortoise.migrations.operations import RunSQL

from foundation import database
from foundation.settings import Settings
from server import migrations

LOCK_KEY = 7_305_101
"""One migration at a time, however many machines start at once (pg_advisory_lock)."""
LOCK_WAIT_SECONDS = 60
STATEMENT_MILLISECONDS = 10 * 60 * 1000
FOLDER = Path(migrations.__file__).parent

Progress = Callable[[str, str, str], object]

# Tortoise's own table, so that its commands see what was applied.
RECORDS = """
CREATE TABLE IF NOT EXISTS tortoise_migrations (
    id serial PRIMARY KEY,
    app varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    applied_at timestamptz NOT NULL,
    UNIQUE (app, name)
)
"""


class DatabaseTooOld(Exception):
    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"The database lacks {len(missing)} migration(s), the first is {missing[0]}."
            " Run `muying migrate`, then start again."
        )


class DatabaseTooNew(Exception):
    def __init__(self, unknown: list[str]) -> None:
        super().__init__(
            f"The database was migrated by a newer Muying (it knows {unknown[-1]}, this program does not)."
            " Install that version, or restore the backup taken before the migration."
        )


async def migrate(settings: Settings, progress: Progress | None = None) -> None:
    """Brings the database to this program's state; safe to run from several machines at once.

    `progress` is told `apply_start` and `apply_done` with the app and the migration's name. Raises `DatabaseTooNew`.
    """
    async with _connection(settings) as connection:
        await connection.execute(f"SET lock_timeout = '{LOCK_WAIT_SECONDS}s'")
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        await connection.execute("RESET lock_timeout")
        missing = await _missing(connection)
        if missing:
            await connection.execute(RECORDS)
        for name in missing:
            _tell(progress, "apply_start", name)
            await _apply(connection, name)
            _tell(progress, "apply_done", name)


async def check(settings: Settings) -> None:
    """Raises `DatabaseTooOld` or `DatabaseTooNew` when the database is not in this program's state."""
    async with _connection(settings) as connection:
        missing = await _missing(connection)
    if missing:
        raise DatabaseTooOld(missing)


async def _missing(connection: asyncpg.Connection) -> list[str]:
    """The migrations this database lacks, in their order."""
    known = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
    try:
        rows = await connection.fetch("SELECT name FROM tortoise_migrations WHERE app = $1 ORDER BY name", database.APP)
    except asyncpg.UndefinedTableError:
        return known
    applied = [row["name"] for row in rows]
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise DatabaseTooNew(unknown)
    return [name for name in known if name not in applied]


async def _apply(connection: asyncpg.Connection, name: str) -> None:
    async with connection.transaction():
        await connection.execute(sql_of(name))
        await connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ($1, $2, now())", database.APP, name
        )


def sql_of(name: str) -> str:
    """What a migration does: the file written beside it, or what it says itself when it was written by hand."""
    written = FOLDER / f"{name}.sql"
    if written.exists():
        return written.read_text()
    migration: type[Migration] = importlib.import_module(f"{migrations.__name__}.{name}").Migration
    by_hand = [operation.sql for operation in migration.operations if isinstance(operation, RunSQL)]
    assert len(by_hand) == len(migration.operations), f"{name} changes models, but {name}.sql is missing"
    return ";\n".join(sql.rstrip().rstrip(";") for sql in by_hand) + ";"


def _tell(progress: Progress | None, event: str, name: str) -> None:
    if progress is not None:
        progress(event, database.APP, name)


@asynccontextmanager
async def _connection(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await database.connect_apart(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    try:
        yield connection
    finally:
        await connection.close()
