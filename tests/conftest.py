"""The parts every test stands on: a real PostgreSQL, a real Redis, one migrated database, the whole API on loopback.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` replace the embedded servers. Tests share the database and keep out of each
other's way by making their own people, stores and products; nothing is truncated in between. Only WeChat's servers are
played, by the local stand-in.
"""

import importlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
from xdist.remote import Producer

from foundation import pictures
from foundation.embedded import EmbeddedServers
from foundation.pay_account import PLATFORM_PRIVATE_KEY, new_account
from foundation.pay_settings import read_pay
from foundation.settings import Settings, WeChatSettings, load_settings, new_secrets
from foundation.wechat.standin import create_standin
from foundation.wechat.standin.pay import PayAccount
from server import parts
from server.app import create_app
from server.migrate import migrate
from tests import canary_places
from tests.at_once import LastByEveryone, redis_of_this_process
from tests.foundation.own_redis import patient
from tests.makers.staff import QUICK_HASHER, use_hasher
from tests.serving import Served, free_socket, serve

WECHAT = {
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "WECHAT_CALLBACK_TOKEN": "callbacktoken",
    "WECHAT_CALLBACK_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}

WHOLE_PROCESSES = Path(__file__).parent / "server"
"""Where most of the tests lie that start the service as its operators do, which takes seconds."""
LAST = Path(__file__).parent / "last"
"""The tests that look at what all the others of their process have left behind."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.is_relative_to(LAST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LastByEveryone:
    first, last = (folder.relative_to(config.rootpath).as_posix() for folder in (WHOLE_PROCESSES, LAST))
    return LastByEveryone(config, log, first=first, last=last)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    canary_places.remember(report)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(database URL, Redis URL) of servers that live as long as this process."""
    database_url, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if database_url and redis_url:
        yield database_url, redis_of_this_process(redis_url)
        return
    with EmbeddedServers(tmp_path_factory.mktemp("servers")) as embedded:
        yield embedded.database_url, embedded.redis_url


@pytest.fixture(scope="session")
def address() -> socket.socket:
    """Where the API will listen: the stand-in must know it before."""
    return free_socket()


@pytest.fixture(scope="session")
def pay_variables(address: socket.socket) -> dict[str, str]:
    """The environment of a merchant of the stand-in's; only the URL of the stand-in is missing."""
    notify_url = f"http://127.0.0.1:{address.getsockname()[1]}/wechat/pay/notifications"
    return {**new_account(), "WECHAT_PAY_NOTIFY_URL": notify_url}


@pytest_asyncio.fixture(scope="session")
async def standin(address: socket.socket, pay_variables: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the WeChat stand-in (its control plane is under /__ctl)."""
    wechat = WeChatSettings(
        app_id=WECHAT["WECHAT_APP_ID"],
        app_secret=WECHAT["WECHAT_APP_SECRET"],
        api_url="",
        callback_token=WECHAT["WECHAT_CALLBACK_TOKEN"],
        callback_aes_key=WECHAT["WECHAT_CALLBACK_AES_KEY"],
    )
    callback_url = f"http://127.0.0.1:{address.getsockname()[1]}/wechat"
    problems: list[str] = []
    pay_settings = read_pay(pay_variables, problems, production=False)
    assert pay_settings is not None, problems
    # No test waits a minute between two refunds; that WeChat wants it is tested with the stand-in itself.
    pay = PayAccount(wechat.app_id, pay_settings, pay_variables[PLATFORM_PRIVATE_KEY], refund_gap_seconds=0)
    served = await serve(create_standin(wechat, callback_url=callback_url, pay=pay))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}", timeout=10) as client:
        yield client
    await served.stop()


@pytest_asyncio.fixture(scope="session")
async def settings(
    servers: tuple[str, str],
    standin: httpx.AsyncClient,
    pay_variables: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Settings]:
    """Settings for a database made for this run and dropped after it."""
    server_url, redis_url = servers
    name = f"test_{uuid4().hex[:12]}"
    await _administer(server_url, f"CREATE DATABASE {name}")
    # Nobody needs a test's rows after a crash of the machine, so no commit waits for the disk.
    await _administer(server_url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    settings = load_settings(
        {
            "MUYING_ENV": "test",
            "DATABASE_URL": urlunsplit(urlsplit(server_url)._replace(path=f"/{name}")),
            "REDIS_URL": redis_url,
            "MUYING_HOME": str(tmp_path_factory.mktemp("home")),
            "MUYING_RATE_LIMITS": "off",  # the whole suite comes from one address; limits have tests of their own
            "WECHAT_API_URL": str(standin.base_url),
            "WECHAT_PAY_API_URL": str(standin.base_url),
            **WECHAT,
            **pay_variables,
            **new_secrets(),
        }
    )
    await migrate(settings)
    await canary_places.keep_payloads(settings)
    yield settings
    await _administer(server_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(url: str, statement: str) -> None:
    admin = await asyncpg.connect(url)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()


@pytest_asyncio.fixture(scope="session")
async def service(settings: Settings, address: socket.socket) -> AsyncIterator[Served]:
    """The whole API on loopback in this very loop; the ground is up and every job is registered."""
    for module in parts.JOBS:
        importlib.import_module(module)
    use_hasher(QUICK_HASHER)  # the product's has tests of its own
    pictures.decoder.patience_seconds = 30  # as with Redis: what it decodes is tested here, and not how soon
    with patient():  # what Redis decides is tested here, and not how soon a busy machine gives it up
        served = await serve(create_app(settings, name="muying_under_test"), address)
    yield served
    await served.stop()


@pytest.fixture(scope="session")
def world(service: Served, settings: Settings) -> Settings:
    """For tests of actions and queries: pool, Redis, vault, tokens are there."""
    return settings


@pytest_asyncio.fixture(scope="session")
async def api(service: Served) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}", timeout=10) as client:
        yield client
