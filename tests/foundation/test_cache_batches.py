"""Requests that share a round trip to Redis share what goes wrong with it, and nobody is left waiting."""

import asyncio

import pytest
from redis.asyncio.client import Pipeline

from foundation import cache

pytestmark = pytest.mark.usefixtures("world")


async def test_an_error_nobody_foresaw_reaches_everyone_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def execute(_pipeline: object, **_options: object) -> None:
        raise ValueError("a mistake of ours or of the driver's")

    with monkeypatch.context() as broken:
        broken.setattr(Pipeline, "execute", execute)
        async with asyncio.timeout(2):
            answers = await asyncio.gather(*(cache.call("PING") for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ValueError] * 3
    assert await cache.call("PING")
