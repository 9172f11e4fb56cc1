"""Migrations: applied one after another under a lock, each with a bound on how long it may wait for a table.

A CHECK of a new model is silently left out of the migration that creates its table, so `make_migration` writes the
constraints of new tables into a second file.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.operations import AddConstraint, AlterModelOptions, CreateModel, Operation
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter

from foundation import database
from foundation.settings import Settings
from server import migrations, parts

LOCK_KEY = 7_305_101
"""One migration at a time, however many machines start at once (pg_advisory_lock)."""
LOCK_WAIT_SECONDS = 60
STATEMENT_MILLISECONDS = 10 * 60 * 1000

Progress = Callable[[str, str, str], object]


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

    Raises `DatabaseTooNew`.
    """
    async with _connection(settings) as connection:
        await connection.execute(f"SET lock_timeout = '{LOCK_WAIT_SECONDS}s'")
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        if await _missing(connection):
            await _apply(settings, progress)


async def check(settings: Settings) -> None:
    """Raises `DatabaseTooOld` or `DatabaseTooNew` when the database is not in this program's state."""
    async with _connection(settings) as connection:
        missing = await _missing(connection)
    if missing:
        raise DatabaseTooOld(missing)


async def _missing(connection: asyncpg.Connection) -> list[str]:
    """The migrations this database lacks. Asked without Tortoise, which would first replay all of them in memory."""
    known = sorted(path.stem for path in Path(migrations.__file__).parent.glob("[0-9]*.py"))
    try:
        rows = await connection.fetch("SELECT name FROM tortoise_migrations WHERE app = $1 ORDER BY name", database.APP)
    except asyncpg.UndefinedTableError:
        return known
    applied = [row["name"] for row in rows]
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise DatabaseTooNew(unknown)
    return [name for name in known if name not in applied]


async def _apply(settings: Settings, progress: Progress | None) -> None:
    config = _configuration(settings.database_url)
    await Tortoise.init(config=config)
    try:
        await MigrationExecutor(Tortoise.get_connection("default"), config["apps"]).migrate(progress=progress)
    finally:
        await Tortoise.close_connections()


@asynccontextmanager
async def _connection(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    options = _configuration(settings.database_url)["connections"]["default"]["credentials"]
    names = ("host", "port", "user", "password", "database")
    connection = await asyncpg.connect(**{name: options[name] for name in names})
    try:
        yield connection
    finally:
        await connection.close()


async def make_migration() -> list[Path]:
    """Writes migrations for what has changed in the models; the new files. Needs no database."""
    config = _configuration("postgresql://postgres@localhost/none")
    await Tortoise.init(config=config)
    written = []
    for writer in await changes():
        constraints = _take_constraints_of_new_tables(writer)
        written.append(Path(str(writer.write())))
        if constraints:
            number = int(writer.name[:4]) + 1
            second = MigrationWriter(
                f"{number:04d}_constraints",
                database.APP,
                constraints,
                dependencies=[(database.APP, writer.name)],
                initial=False,
                migrations_module=database.MIGRATIONS,
            )
            written.append(Path(str(second.write())))
    await Tortoise.close_connections()
    return written


async def changes() -> list[MigrationWriter]:
    """What the migrations lack of the models (which must be initialised), one writer a file."""
    apps = _configuration("postgresql://postgres@localhost/none")["apps"]
    detector = MigrationAutodetector(Tortoise.apps, apps)
    writers = await detector.changes()
    before = await detector._project_state()
    for writer in writers:
        writer.operations = [
            operation for operation in writer.operations if not _renames_only_the_key(operation, before)
        ]
    return [writer for writer in writers if writer.operations]


def _renames_only_the_key(operation: Operation, before: State) -> bool:
    """Tortoise calls the key of a one-to-one table `member` in a replayed migration and `member_id` in the model."""
    if not isinstance(operation, AlterModelOptions):
        return False
    old = before.models[(database.APP, operation.name)].options
    return {**old, "pk_attr": ""} == {**operation.options, "pk_attr": ""}


def _configuration(url: str) -> dict[str, Any]:
    return database.tortoise_config(url, parts.MODELS, most=2, statement_milliseconds=STATEMENT_MILLISECONDS)


def _take_constraints_of_new_tables(writer: MigrationWriter) -> list[Any]:
    return [
        AddConstraint(model_name=operation.name, constraint=constraint)
        for operation in writer.operations
        if isinstance(operation, CreateModel)
        for constraint in (operation.options or {}).pop("constraints", ())
    ]
