"""A new master key, as an operator brings it in: two of them, `rotate-master`, the old one out; and the old one alone.

On a database of its own, each step a process of its own, up to a service that answers.
"""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from foundation.settings import new_secrets
from tests.server.test_development import ROOT, is_ready, processes_of, until
from tests.server.test_restored_backup import Deployment, administer, deploy
from tests.server.test_serve import muying, url

MASTERS = "MUYING_ENCRYPTION_KEYS"


@pytest_asyncio.fixture
async def deployment(servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    made = await deploy(servers, tmp_path_factory.mktemp("master"))
    yield made
    await administer(made.server_url, f"DROP DATABASE IF EXISTS {made.name} WITH (FORCE)")


async def test_the_new_master_opens_everything_and_the_old_one_does_not_start(deployment: Deployment) -> None:
    environment = deployment.environment
    old = environment[MASTERS]
    new = new_secrets("2")[MASTERS]
    made = deployment.scene("make")

    environment[MASTERS] = f"{new},{old}"
    told = muying(environment, "keys", "rotate-master")
    assert (told.returncode, "under the master key k2 now" in told.stdout) == (0, True), told.stderr

    environment[MASTERS] = new
    assert deployment.scene("read_all", made["member"]) == {
        "phone": made["phone"],
        "nickname": "陈小雨",
        "baby": "小满",
    }
    assert serves(environment)

    environment[MASTERS] = old
    for command in (("serve",), ("work",), ("keys", "status"), ("tombstones", "replay")):
        refused = muying(environment, *command)
        assert refused.returncode == 2, command
        assert refused.stderr.strip().endswith(
            "MUYING_ENCRYPTION_KEYS does not open this database: it needs the master key k2. Set the keys that belong"
            " to it; without them nothing personal in it can be read."
        ), command
        assert "Traceback" not in refused.stderr


def serves(environment: dict[str, str]) -> bool:
    """Whether the service comes up and stays."""
    service = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--worker"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: is_ready(url(environment)), 120)
        return service.poll() is None and processes_of(Path(environment["MUYING_HOME"])) != []
    finally:
        service.terminate()
        service.wait(timeout=60)
