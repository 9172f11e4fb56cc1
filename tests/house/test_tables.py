"""What the tables promise: downward references that say what happens, checks that exist."""

import asyncio
import importlib
import sys

from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation import database
from foundation.settings import Settings
from server import parts
from tests.house.source import imports, modules

HEIGHTS = {module.rsplit(".", 1)[0]: height for height, module in enumerate(parts.MODELS)}
"""By room: a room with many tables keeps them in several modules."""


def _models() -> dict[str, type[Model]]:
    """By their names, all of them: a running process initialises only some."""
    return {
        name: model
        for module in parts.MODELS
        for name, model in vars(importlib.import_module(module)).items()
        if isinstance(model, type) and issubclass(model, Model) and model.__module__ == module
    }


def _references() -> list[tuple[type[Model], str, ForeignKeyFieldInstance[Model], type[Model]]]:
    """(model, field's name, field, model it points to)."""
    models = _models()
    return [
        (model, name, field, models[field.model_name.removeprefix(f"{database.APP}.")])
        for model in models.values()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance)
    ]


def height(model: type) -> int:
    return HEIGHTS[model.__module__.rsplit(".", 1)[0]]


def test_foreign_keys_point_downward_and_say_what_happens() -> None:
    wrong = []
    for model, name, field, target in _references():
        if height(target) > height(model):
            wrong.append(f"{model.__name__}.{name} points up to {target.__name__}")
        if field.related_name is not False:
            wrong.append(f"{model.__name__}.{name} has no related_name=False")
        if str(field.on_delete).endswith("CASCADE"):
            wrong.append(f"{model.__name__}.{name} cascades")
    assert wrong == []
    assert len(_references()) > 50


def test_the_orm_knows_every_model_that_is_used_and_no_other() -> None:
    """Who imports a model means its rows; which modules these are is said in `parts.ORM`."""
    models = {f"{model.__module__}.{name}": model.__module__ for name, model in _models().items()}
    used = {
        models[target]
        for name, tree in modules()
        for target, _ in imports(tree)
        if target in models and name not in parts.MODELS
    }
    wanted, more = set(), used | {"foundation.models"}  # the ground's own rows, which its tests use
    while more:
        wanted |= more
        more = {target.__module__ for model, _, _, target in _references() if model.__module__ in wanted} - wanted
    assert set(parts.ORM) == wanted
    assert list(parts.ORM) == [module for module in parts.MODELS if module in wanted]


async def test_every_constraint_of_a_model_exists_in_the_database(world: Settings) -> None:
    checks = {row["conname"] for row in await database.fetch("SELECT conname FROM pg_constraint")}
    indexes = {row["indexname"] for row in await database.fetch("SELECT indexname FROM pg_indexes")}
    missing = []
    declared = 0
    for model in _models().values():
        for constraint in getattr(model._meta, "constraints", ()):
            declared += 1
            known = checks if isinstance(constraint, CheckConstraint) else checks | indexes
            assert isinstance(constraint, CheckConstraint | UniqueConstraint)
            if constraint.name not in known:
                missing.append(f"{model.__name__}: {constraint.name}")
    assert missing == []
    assert declared > 0


PENDING = """
import asyncio
from server import migration_writer
print([operation for writer in asyncio.run(migration_writer.changes()) for operation in writer.operations])
"""


async def test_the_migrations_are_up_to_date_with_the_models() -> None:
    """When this fails: `make migration`. In a process of its own: it initialises all models, we only some."""
    asking = await asyncio.create_subprocess_exec(sys.executable, "-c", PENDING, stdout=asyncio.subprocess.PIPE)
    said, _ = await asking.communicate()
    assert (asking.returncode, said.decode().strip()) == (0, "[]")
