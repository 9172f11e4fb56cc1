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


async def test_who_comes_while_a_round_trip_fails_fails_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    trips = 0

    async def execute(_pipeline: object, **_options: object) -> None:
        nonlocal trips
        trips += 1
        await asyncio.sleep(0.05)
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(Pipeline, "execute", execute)
        first = asyncio.ensure_future(cache.call("PING"))
        await asyncio.sleep(0.01)  # it is under way
        later = [asyncio.ensure_future(cache.call("PING")) for _ in range(3)]
        answers = await asyncio.gather(first, *later, return_exceptions=True)
    assert [type(answer) for answer in answers] == [TimeoutError] * 4
    assert trips == 1
