"""The partners' face over real HTTP, with a till that signs."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from sanic import Sanic

from foundation.http import mount
from foundation.serving import refuse_well
from foundation.settings import Settings
from membership import cards
from server.partner_api.face import partner
from tests.makers.partners import MadeTill, make_till
from tests.serving import serve


@pytest_asyncio.fixture(scope="session")
async def partners_url(world: Settings) -> AsyncIterator[str]:
    """An app with this face alone, in the loop where the ground is up."""
    cards.use(world)
    app: Sanic[Any, Any] = Sanic("muying_partners_under_test", configure_logging=False)
    refuse_well(app)
    mount(app, partner)
    served = await serve(app)
    yield f"http://127.0.0.1:{served.port}"
    await served.stop()


@pytest_asyncio.fixture(scope="session")
async def till(partners_url: str) -> AsyncIterator[MadeTill]:
    """A till of a partner of its own."""
    async with make_till(partners_url) as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def stranger(partners_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that signs nothing."""
    async with httpx.AsyncClient(base_url=partners_url, timeout=10) as client:
        yield client
