"""What the tables promise: downward references that say what happens, checks that exist, a data map without gaps."""

import importlib

from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation import database
from foundation.data_map import PersonalData
from foundation.settings import Settings
from server import parts
from server.migration_writer import changes

HEIGHTS = {module.rsplit(".", 1)[0]: height for height, module in enumerate(parts.MODELS)}
"""By room: a room with many tables keeps them in several modules."""
PERSONAL_SUFFIXES = ("_sealed", "_index")
PERSONAL_REFERENCES = ("member_id",)


def _models() -> list[type]:
    return list(Tortoise.apps[database.APP].values())


def height(model: type) -> int:
    return HEIGHTS[model.__module__.rsplit(".", 1)[0]]


async def test_foreign_keys_point_downward_and_say_what_happens(world: Settings) -> None:
    wrong = []
    for model in _models():
        for name, field in model._meta.fields_map.items():
            if not isinstance(field, ForeignKeyFieldInstance):
                continue
            target = field.related_model
            if height(target) > height(model):
                wrong.append(f"{model.__name__}.{name} points up to {target.__name__}")
            if field.related_name is not False:
                wrong.append(f"{model.__name__}.{name} has no related_name=False")
            if str(field.on_delete).endswith("CASCADE"):
                wrong.append(f"{model.__name__}.{name} cascades")
    assert wrong == []


async def test_every_constraint_of_a_model_exists_in_the_database(world: Settings) -> None:
    checks = {row["conname"] for row in await database.fetch("SELECT conname FROM pg_constraint")}
    indexes = {row["indexname"] for row in await database.fetch("SELECT indexname FROM pg_indexes")}
    missing = []
    declared = 0
    for model in _models():
        for constraint in getattr(model._meta, "constraints", ()):
            declared += 1
            known = checks if isinstance(constraint, CheckConstraint) else checks | indexes
            assert isinstance(constraint, CheckConstraint | UniqueConstraint)
            if constraint.name not in known:
                missing.append(f"{model.__name__}: {constraint.name}")
    assert missing == []
    assert declared > 0


async def test_the_migrations_are_up_to_date_with_the_models(world: Settings) -> None:
    """When this fails: `make migration`."""
    assert [operation for writer in await changes() for operation in writer.operations] == []


def data_map() -> list[PersonalData]:
    return [entry for module in parts.PERSONAL_DATA for entry in importlib.import_module(module).PERSONAL_DATA]


async def test_every_table_with_personal_data_is_on_the_data_map(world: Settings) -> None:
    columns = await database.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    personal = {
        row["table_name"]
        for row in columns
        if row["column_name"].endswith(PERSONAL_SUFFIXES) or row["column_name"] in PERSONAL_REFERENCES
    }
    mapped = {entry.table for entry in data_map()}
    assert personal - mapped == set()
    assert len(personal) > 5


async def test_the_data_map_names_columns_that_exist(world: Settings) -> None:
    rows = await database.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    existing = {(row["table_name"], row["column_name"]) for row in rows}
    unknown = [
        f"{entry.table}.{column}"
        for entry in data_map()
        for column in entry.columns
        if (entry.table, column) not in existing
    ]
    assert unknown == []
