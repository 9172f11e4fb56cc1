"""Redis killed, hung and flushed under load: the service goes on, nobody is signed out, nothing is lost or doubled."""

import asyncio
import contextlib
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from foundation import cache
from tests.faults.deployment import House, Houses, KeptServers, until
from tests.faults.figures import measured, seconds
from tests.faults.oracle import expect_exact, expect_quiet
from tests.faults.traffic import Traffic, plant

WARM_SECONDS = 1.0
HANG_SECONDS = 4.0
AFTER_SECONDS = 1.5
SLOW_SECONDS = 0.25
"""What a request pays that asks a hung Redis."""


async def test_redis_killed(house: House, kept: KeptServers) -> None:
    traffic = await _killed(house, kept)
    expect_no_failure(traffic)
    await expect_exact(traffic)
    await expect_quiet(house)


async def test_control_redis_killed_without_a_way_on(houses: Houses, kept: KeptServers) -> None:
    async with houses.house(unsafe="without_a_way_on") as house:
        traffic = await _killed(house, kept)
        with pytest.raises(AssertionError, match="500") as failed:
            expect_no_failure(traffic)
    measured("  control: without a way on", str(failed.value))


async def test_redis_hung(house: House, kept: KeptServers) -> None:
    traffic, began = await _hung(house, kept)
    expect_no_failure(traffic)
    expect_quick(traffic, began)
    await expect_exact(traffic)
    await expect_quiet(house)


async def test_control_redis_hung_without_the_pause(houses: Houses, kept: KeptServers) -> None:
    async with houses.house(unsafe="without_the_pause") as house:
        traffic, began = await _hung(house, kept)
        with pytest.raises(AssertionError, match="slow") as slow:
            expect_quick(traffic, began)
    measured("  control: without the pause", str(slow.value))


async def test_redis_flushed(house: House, kept: KeptServers) -> None:
    traffic = await _flushed(house, kept)
    expect_no_failure(traffic)
    await expect_exact(traffic)
    await expect_quiet(house)


async def test_control_redis_flushed_without_the_session_row(houses: Houses, kept: KeptServers) -> None:
    async with houses.house(unsafe="without_the_session_row") as house:
        traffic = await _flushed(house, kept)
        with pytest.raises(AssertionError, match=r"refused.*401"):
            await expect_exact(traffic)


async def _killed(house: House, kept: KeptServers) -> Traffic:
    traffic = Traffic(house, await plant(house))
    async with traffic.running():
        await asyncio.sleep(WARM_SECONDS)
        back = [await _kill(kept) for _ in range(2)]
        await asyncio.sleep(AFTER_SECONDS)
    measured(f"{house.title}Redis killed: back", " and ".join(seconds(each) for each in back))
    measured("  meanwhile", traffic.report)
    return traffic


async def _kill(kept: KeptServers) -> float:
    """How long until another one answers; the load meets it for a moment."""
    os.kill(kept.servers.redis_pid, signal.SIGKILL)
    async with _redis(kept) as redis:
        back = await until(lambda: _answers(redis), 10)
    await asyncio.sleep(AFTER_SECONDS)
    return back


async def _hung(house: House, kept: KeptServers) -> tuple[Traffic, float]:
    """Stops Redis for a while; the traffic, and when it began."""
    traffic = Traffic(house, await plant(house))
    pid = kept.servers.redis_pid
    async with traffic.running():
        await asyncio.sleep(WARM_SECONDS)
        began = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(HANG_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(AFTER_SECONDS)
    measured(f"{house.title}Redis hung for {HANG_SECONDS:.0f} s", traffic.report)
    return traffic, began


async def _flushed(house: House, kept: KeptServers) -> Traffic:
    traffic = Traffic(house, await plant(house))
    async with traffic.running(), _redis(kept) as redis:
        await asyncio.sleep(WARM_SECONDS)
        for _ in range(3):
            await redis.flushall()
            await asyncio.sleep(0.5)
    measured(f"{house.title}Redis flushed three times", traffic.report)
    return traffic


def expect_no_failure(traffic: Traffic) -> None:
    assert not traffic.failures, f"requests failed: {dict(traffic.failures)}"


def expect_quick(traffic: Traffic, began: float) -> None:
    """Half of all requests are as quick as ever, and few are slow: those that find out whether Redis is back."""
    during = [
        answer.seconds for answer in traffic.answers if began <= answer.at - answer.seconds < began + HANG_SECONDS - 0.5
    ]
    middle = statistics.median(during)
    slow = sum(took > SLOW_SECONDS for took in during)
    measured("  while it hung", f"{len(during)} requests, median {middle * 1e3:.0f} ms, {slow} over 250 ms")
    assert middle < SLOW_SECONDS, f"slow: half of {len(during)} requests took {middle * 1e3:.0f} ms and more"


@contextlib.asynccontextmanager
async def _redis(kept: KeptServers) -> AsyncIterator[Redis]:
    redis = Redis.from_url(kept.servers.redis_url, socket_timeout=1)
    try:
        yield redis
    finally:
        await redis.aclose()


async def _answers(redis: Redis) -> bool:
    with contextlib.suppress(*cache.AWAY):
        return bool(await redis.ping())
    return False
