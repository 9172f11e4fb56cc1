"""Rate limits: GCRA to the request, one bucket for all processes, and a way on without Redis."""

import asyncio
import time

import pytest
import redis.asyncio

from foundation import cache, limits
from foundation.errors import TooManyRequests
from foundation.ids import new_id
from foundation.limits import Limit
from foundation.settings import Settings
from tests.foundation.own_redis import PRODUCTS_SECONDS, dead, hung, using

STEADY = Limit(requests=10, seconds=1, burst=3)  # one every 100 ms, three at once
SLOW = Limit(requests=6, seconds=60, burst=2)  # one every 10 s


def _bucket() -> str:
    return f"test:{new_id()}"


async def _passes(bucket: str, limit: Limit) -> bool:
    try:
        await limits.count(bucket, limit)
    except TooManyRequests:
        return False
    return True


async def test_a_burst_passes_and_then_the_steady_rate(redis_here: "redis.asyncio.Redis") -> None:
    bucket = _bucket()
    assert [await _passes(bucket, STEADY) for _ in range(5)] == [True, True, True, False, False]
    await asyncio.sleep(0.11)
    assert [await _passes(bucket, STEADY) for _ in range(2)] == [True, False], "one more after a tenth of a second"
    await asyncio.sleep(0.35)
    assert [await _passes(bucket, STEADY) for _ in range(4)] == [True, True, True, False], "the burst is full again"


async def test_what_is_refused_costs_nothing(redis_here: "redis.asyncio.Redis") -> None:
    bucket = _bucket()
    for _ in range(3):
        await limits.count(bucket, STEADY)
    for _ in range(20):
        assert not await _passes(bucket, STEADY)
    await asyncio.sleep(0.11)
    assert await _passes(bucket, STEADY)


async def test_a_hundred_at_once_are_exactly_the_burst(redis_here: "redis.asyncio.Redis") -> None:
    bucket = _bucket()
    limit = Limit(requests=60, seconds=60, burst=7)
    passed = await asyncio.gather(*(_passes(bucket, limit) for _ in range(60)))
    assert sum(passed) == 7


async def test_the_refusal_says_when_to_come_back(redis_here: "redis.asyncio.Redis") -> None:
    bucket = _bucket()
    for _ in range(2):
        await limits.count(bucket, SLOW)
    with pytest.raises(TooManyRequests) as refused:
        await limits.count(bucket, SLOW)
    assert refused.value.retry_after_seconds == 10
    fast = _bucket()
    for _ in range(3):
        await limits.count(fast, STEADY)
    with pytest.raises(TooManyRequests) as refused:
        await limits.count(fast, STEADY)
    assert refused.value.retry_after_seconds == 1, "never zero"


async def test_buckets_do_not_mix_and_do_not_stay(redis_here: "redis.asyncio.Redis") -> None:
    one, other = _bucket(), _bucket()
    for _ in range(3):
        await limits.count(one, STEADY)
    assert await _passes(other, STEADY)
    await asyncio.sleep(0.45)
    assert await redis_here.dbsize() == 0, "a bucket that is empty again leaves no key behind"


async def test_two_processes_share_a_bucket(redis_here: "redis.asyncio.Redis", own_redis: str) -> None:
    bucket = _bucket()
    passed = 0
    for _ in range(2):
        async with using(own_redis):  # another client, and a script that it must load itself
            passed += sum([await _passes(bucket, SLOW) for _ in range(2)])
    assert passed == 2


async def test_it_reads_along_in_the_same_round_trip(redis_here: "redis.asyncio.Redis") -> None:
    await redis_here.set("{x}:value", b"\x00\xff")
    assert await limits.pass_through("{x}:limit", SLOW, "{x}:value") == b"\x00\xff"
    assert await limits.pass_through("{x}:limit", SLOW, "{x}:nothing") is None
    with pytest.raises(TooManyRequests):
        await limits.pass_through("{x}:limit", SLOW, "{x}:value")


@pytest.mark.parametrize("forget", ["flushall", "script_flush"])
async def test_a_flushed_redis_is_taught_the_script_again(redis_here: "redis.asyncio.Redis", forget: str) -> None:
    await limits.count(_bucket(), SLOW)
    await redis_here.script_flush()
    await getattr(redis_here, forget)()
    bucket = _bucket()
    assert [await _passes(bucket, SLOW) for _ in range(3)] == [True, True, False]
    assert cache.usable(), "a missing script is no failure of Redis"
    assert await redis_here.exists(f"limit:{{{bucket}}}"), "it counted in Redis and not locally"


async def test_without_redis_the_process_counts_alone(world: Settings) -> None:
    async with dead() as url, using(url, PRODUCTS_SECONDS):
        bucket = _bucket()
        assert [await _passes(bucket, SLOW) for _ in range(3)] == [True, True, False]
        with pytest.raises(TooManyRequests) as refused:
            await limits.count(bucket, SLOW)
        assert refused.value.retry_after_seconds == 10
        steady = _bucket()
        assert [await _passes(steady, STEADY) for _ in range(4)] == [True, True, True, False]
        await asyncio.sleep(0.11)
        assert [await _passes(steady, STEADY) for _ in range(2)] == [True, False]


async def test_local_buckets_do_not_grow_for_ever(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LOCAL_BUCKETS", 10)
    async with dead() as url, using(url, PRODUCTS_SECONDS):
        for i in range(100):
            limits.pass_locally(f"{i}", SLOW)
        assert len(limits._State.local) <= 10


async def test_a_hung_redis_costs_one_request_a_second_its_time_out(world: Settings) -> None:
    async with hung() as url, using(url, PRODUCTS_SECONDS):
        took = []
        until = time.monotonic() + 2.6
        while time.monotonic() < until:
            started = time.monotonic()
            await limits.count(_bucket(), SLOW)
            took.append(time.monotonic() - started)
            await asyncio.sleep(0.01)
        assert max(took) <= 0.4, "a quarter of a second, and what a busy machine adds"
        assert sum(seconds > 0.1 for seconds in took) in (2, 3)


async def test_after_a_pause_one_caller_alone_asks_a_hung_redis(world: Settings) -> None:
    async with hung() as url, using(url, PRODUCTS_SECONDS):
        await limits.count(_bucket(), SLOW)
        await asyncio.sleep(cache.PAUSE_SECONDS)

        async def timed() -> float:
            started = time.monotonic()
            await limits.count(_bucket(), SLOW)
            return time.monotonic() - started

        took = await asyncio.gather(*(timed() for _ in range(20)))
        assert sum(seconds > 0.1 for seconds in took) == 1


async def test_when_redis_is_back_it_decides_again(world: Settings, own_redis: str) -> None:
    async with using(own_redis) as client:
        cache.failed()
        assert not cache.usable()
        cache._Resource.paused_until = 0.0
        assert cache.usable(), "one asks"
        assert not cache.usable(), "the others wait for what it finds"
        cache._Resource.paused_until = 0.0
        assert all(cache.usable() for _ in range(3)), "nobody complained"
        assert await client.ping()


async def test_callers_who_give_up_neither_mix_answers_nor_keep_connections(
    redis_here: "redis.asyncio.Redis",
) -> None:
    """A cancelled command leaves an unread answer on its connection; nobody may ever get it."""
    for i in range(50):
        await redis_here.set(f"{{{i}}}:v", str(i))
    everything = Limit(requests=1_000_000, seconds=1, burst=1_000_000)
    wrong = finished = 0

    async def ask(i: int, seconds: float) -> None:
        nonlocal wrong, finished
        try:
            value = await asyncio.wait_for(limits.pass_through(f"{{{i}}}:l", everything, f"{{{i}}}:v"), seconds)
        except (TimeoutError, *cache.AWAY):
            return
        finished += 1
        wrong += value != str(i).encode()

    for turn in range(20):
        await asyncio.gather(*(ask(i, 5 if i % 5 == 0 else 0.0005 * ((i * 7 + turn) % 40)) for i in range(50)))
    assert wrong == 0
    assert 0 < finished < 1_000
    answers = await asyncio.gather(*(redis_here.get(f"{{{i % 50}}}:v") for i in range(cache.MOST_CONNECTIONS)))
    assert answers == [str(i % 50).encode() for i in range(cache.MOST_CONNECTIONS)]
    pool = redis_here.connection_pool
    assert not pool._in_use_connections, "places of the pool are lost for good"


async def test_limits_can_be_switched_off(redis_here: "redis.asyncio.Redis") -> None:
    limits.use(enabled=False)
    await redis_here.set("{x}:value", "v")
    for _ in range(10):
        assert await limits.pass_through("{x}:limit", SLOW, "{x}:value") == b"v"
        await limits.count("x", SLOW)
        limits.pass_locally("x", SLOW)
