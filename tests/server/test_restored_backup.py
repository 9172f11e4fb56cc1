"""Deleted stays deleted: a member is erased, the database is replaced by an older copy, the tombstones are replayed.

Each part is a process of its own on a database of its own, as operators have it.
"""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest_asyncio

from foundation.settings import Settings, load_settings
from server.development_home import completed
from server.migrate import migrate
from tests.server.test_development import ROOT, environment_of, free_port
from tests.server.test_serve import muying


class Deployment:
    """A database with a home; `copy` is its backup."""

    def __init__(self, server_url: str, environment: dict[str, str], name: str) -> None:
        self.server_url = server_url
        self.environment = environment
        self.name = name
        self.copy = f"{name}_backup"

    @property
    def settings(self) -> Settings:
        return load_settings(self.environment)

    async def back_up(self) -> None:
        await administer(self.server_url, f"CREATE DATABASE {self.copy} TEMPLATE {self.name}")

    async def restore(self) -> None:
        await administer(self.server_url, f"DROP DATABASE {self.name} WITH (FORCE)")
        await administer(self.server_url, f"CREATE DATABASE {self.name} TEMPLATE {self.copy}")

    def scene(self, name: str, *arguments: str, of: str = "tests.server.backup_scenes") -> Any:
        """Runs a scene of a module; what it says."""
        command = [sys.executable, "-m", of, name, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])


async def administer(url: str, statement: str) -> None:
    admin = await asyncpg.connect(url)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()


@pytest_asyncio.fixture(scope="module")
async def deployment(servers: tuple[str, str], tmp_path_factory: Any) -> AsyncIterator[Deployment]:
    made = await deploy(servers, tmp_path_factory.mktemp("restored"))
    yield made
    for each in (made.name, made.copy):
        await administer(made.server_url, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")


async def deploy(servers: tuple[str, str], home: Path) -> Deployment:
    """A database of its own, migrated, with a home."""
    database_url, redis_url = servers
    name = f"restored_{uuid4().hex[:12]}"
    await administer(database_url, f"CREATE DATABASE {name}")
    urls = {"DATABASE_URL": urlunsplit(urlsplit(database_url)._replace(path=f"/{name}")), "REDIS_URL": redis_url}
    environment = completed(environment_of(home, free_port(), **urls), make_secrets=True)
    made = Deployment(database_url, environment, name)
    await migrate(made.settings)
    return made


async def test_who_was_erased_stays_so(deployment: Deployment) -> None:
    made = deployment.scene("make")
    await deployment.back_up()
    assert deployment.scene("erase", made["member"], made["put_away"]) == {"deleted": 1}
    assert deployment.scene("look", json.dumps(made)) == {"member": "erased", "phone": None, "put_away": "destroyed"}

    await deployment.restore()
    back = deployment.scene("look", json.dumps(made))
    assert back == {"member": "active", "phone": made["phone"], "put_away": "open"}, "the backup has brought them back"

    replayed = muying(deployment.environment, "tombstones", "replay")
    assert "1 members and 1 babies were back" in replayed.stdout, replayed.stderr
    assert deployment.scene("look", json.dumps(made)) == {"member": "erased", "phone": None, "put_away": "destroyed"}
    assert deployment.scene("open", json.dumps(made)) == {"opens": False}
    again = muying(deployment.environment, "tombstones", "replay", "--recent")
    assert "0 members and 0 babies were back" in again.stdout, again.stderr

    await deployment.restore()
    started = deployment.scene("start", json.dumps(made))
    assert started == {"member": "erased", "phone": None, "put_away": "destroyed"}, "before anybody is served"


async def test_a_forged_tombstone_erases_nobody(deployment: Deployment) -> None:
    await deployment.restore()
    made = deployment.scene("make")
    folder = Path(deployment.environment["MUYING_HOME"]) / "files" / "outside" / "tombstones" / "2026-01-02"
    folder.mkdir(parents=True)
    stone = {"what": "member", "id": made["member"], "at": "2026-01-02T00:00:00Z", "mac": "0" * 64}
    (folder / f"000000000000-member-{made['member']}.json").write_text(json.dumps(stone))
    (folder / "remark.txt").write_text("?")
    refused = muying(deployment.environment, "tombstones", "replay")
    assert refused.returncode == 2
    assert "2 files among them are not ours" in refused.stderr
    assert deployment.scene("look", json.dumps(made))["member"] == "active"
