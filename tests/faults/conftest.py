"""The deployment under fault. Nothing here is shared with the ordinary suite: its servers must not be killed."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from foundation.settings import load_settings
from server.development_home import completed
from tests.faults import figures
from tests.faults.deployment import House, Houses, KeptServers
from tests.server.test_development import environment_of


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeptServers]:
    with KeptServers(tmp_path_factory.mktemp("faults") / "servers") as servers:
        yield servers


@pytest_asyncio.fixture(scope="session")
async def houses(kept: KeptServers, tmp_path_factory: pytest.TempPathFactory) -> Houses:
    folder = tmp_path_factory.mktemp("houses")
    urls = {"DATABASE_URL": kept.servers.database_url, "REDIS_URL": kept.servers.redis_url}
    environment = completed(environment_of(folder / "template", 1, **urls), make_secrets=True)
    await kept.make_template(load_settings(environment))
    return Houses(kept, folder)


@pytest_asyncio.fixture(scope="session")
async def house(houses: Houses) -> AsyncIterator[House]:
    """The house that goes through all faults, one after the other."""
    async with houses.house() as house:
        yield house


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = figures.table()
    if lines:
        terminalreporter.section("measured under fault")
        terminalreporter.write_line("\n".join(lines))
