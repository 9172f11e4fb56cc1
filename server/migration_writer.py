"""`make migration`: what has changed in the models, as operations for Tortoise's memory and as SQL for the database.

Tortoise replays all operations to know how the models were; that takes a copy of every model for every operation, so
it happens here, once, when a migration is made, and not wherever one is applied. The SQL beside a migration is what
Tortoise makes of its operations, and the constraints of new tables, which Tortoise silently leaves out.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.fields import IntField
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.operations import AlterModelOptions, CreateModel, Operation
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.writer import MigrationWriter

from foundation import database
from server import parts

NOWHERE = "postgresql://postgres@localhost/none"
"""No database is asked; Tortoise wants an address all the same."""


async def make_migration() -> list[Path]:
    """Writes a migration for what has changed in the models, and its SQL; the new files. Needs no database."""
    written = []
    for writer in await changes():
        file = _write_operations(writer)
        written += [file, _write_beside(file, await _sql_of(writer))]
    await Tortoise.close_connections()
    return written


async def changes() -> list[MigrationWriter]:
    """What the migrations lack of the models, one writer a file. Initialises the models, all of them."""
    await Tortoise.init(config=_configuration())
    detector = MigrationAutodetector(Tortoise.apps, _configuration()["apps"])
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


def _write_operations(writer: MigrationWriter) -> Path:
    file = Path(str(writer.write()))
    file.write_text(_with_given_keys(file.read_text(), writer.operations))
    return file


def _write_beside(file: Path, sql: str) -> Path:
    statements = file.with_suffix(".sql")
    statements.write_text(sql)
    return statements


def _with_given_keys(text: str, operations: Sequence[Operation]) -> str:
    """Tortoise does not write down that a numeric key is given by us, and would make it a sequence."""
    for operation in operations:
        if not isinstance(operation, CreateModel):
            continue
        for name, field in operation.fields:
            if isinstance(field, IntField) and field.pk and not field.generated:
                where = rf"(name='{operation.name}'.*?\('{name}', fields\.\w+\()(?=primary_key=True)"
                text, found = re.subn(where, r"\1generated=False, ", text, count=1, flags=re.DOTALL)
                assert found == 1, f"the key of {operation.name} is written as ever"
    return text


async def _sql_of(writer: MigrationWriter) -> str:
    connection = Tortoise.get_connection("default")
    executor = MigrationExecutor(connection, _configuration()["apps"])
    lines = await executor.collect_sql(database.APP, writer.name)
    editor = AsyncpgSchemaEditor(connection, atomic=False, collect_sql=True)
    for operation in writer.operations:
        if isinstance(operation, CreateModel):
            model = Tortoise.apps[database.APP][operation.name]
            for constraint in (operation.options or {}).get("constraints", ()):
                await editor.add_constraint(model, constraint)
    statements = [line.rstrip().rstrip(";") for line in (*lines, *editor.collected_sql) if not line.startswith("--")]
    return "".join(f"{statement};\n" for statement in statements)


def _configuration() -> dict[str, Any]:
    return database.tortoise_config(NOWHERE, parts.MODELS, most=1, statement_milliseconds=0)
