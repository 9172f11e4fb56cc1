"""The partners' face over real HTTP, with a till that signs."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.makers.partners import MadeTill, make_till


@pytest.fixture(scope="session")
def partners_url(api: httpx.AsyncClient) -> str:
    return str(api.base_url)


@pytest_asyncio.fixture(scope="session")
async def till(partners_url: str) -> AsyncIterator[MadeTill]:
    """A till of a partner of its own."""
    async with make_till(partners_url) as made:
        yield made


@pytest.fixture(scope="session")
def stranger(api: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that signs nothing."""
    return api
