"""The access token: one fetch for everybody, one retry, and no need of Redis."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import redis.asyncio
import structlog

from foundation.wechat import WeChat, WeChatUnavailable
from tests.foundation.wechat.parts import APP_ID, RedisServer, Standin, client

KEY = f"wechat:token:{APP_ID}"
LOCK = f"{KEY}:lock"
TOKEN = "/cgi-bin/stable_token"
PHONE = "/wxa/business/getuserphonenumber"


async def numbers(standin: Standin, *clients: WeChat, times: int = 1) -> list[str]:
    """Each client asks for `times` phone numbers, all at once."""
    openid = await standin.signed_in("a")
    codes = [await standin.phone_code("a", "13812345678") for _ in range(len(clients) * times)]
    asked = [wechat.phone_number(code, openid) for wechat, code in zip(clients * times, codes, strict=True)]
    return await asyncio.gather(*asked)


async def test_twenty_calls_fetch_one_token(
    wechat: WeChat, standin: Standin, wechat_redis: redis.asyncio.Redis
) -> None:
    await standin.order("fail", path=TOKEN, times=1, delay_ms=200)
    assert await numbers(standin, wechat, times=20) == ["+8613812345678"] * 20
    assert standin.world.calls[TOKEN] == 1
    assert await wechat_redis.exists(LOCK) == 0


async def test_four_workers_fetch_one_token(standin: Standin, wechat_redis: redis.asyncio.Redis) -> None:
    await standin.order("fail", path=TOKEN, times=1, delay_ms=200)
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(client(standin.url, wechat_redis)) for _ in range(4)]
        await numbers(standin, *workers, times=5)
    assert standin.world.calls[TOKEN] == 1


async def test_control_four_workers_without_redis_fetch_four(standin: Standin, tmp_path: Path) -> None:
    await standin.order("fail", path=TOKEN, times=4, delay_ms=200)
    nowhere = redis.asyncio.Redis(unix_socket_path=str(tmp_path / "nobody"))
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(client(standin.url, nowhere)) for _ in range(4)]
        await numbers(standin, *workers, times=5)
    assert standin.world.calls[TOKEN] == 4


async def test_a_failed_fetch_is_one_for_all_and_not_remembered(wechat: WeChat, standin: Standin) -> None:
    await standin.order("fail", path=TOKEN, times=1, errcode=40164)
    calls = [wechat.phone_number("code", "openid") for _ in range(20)]
    with structlog.testing.capture_logs() as logged:
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(answer, WeChatUnavailable) for answer in answers)
    assert standin.world.calls[TOKEN] == 1
    assert [(entry["event"], entry.get("errcode")) for entry in logged] == [("wechat_no_token", 40164)]
    assert await numbers(standin, wechat) == ["+8613812345678"]


async def test_a_caller_who_gives_up_leaves_the_fetch_to_the_others(wechat: WeChat, standin: Standin) -> None:
    await standin.order("fail", path=TOKEN, times=1, delay_ms=400)
    impatient = asyncio.create_task(wechat.phone_number("code", "openid"))
    await asyncio.sleep(0.1)
    patient = asyncio.create_task(numbers(standin, wechat))
    await asyncio.sleep(0.1)
    impatient.cancel()
    assert await patient == ["+8613812345678"]
    assert standin.world.calls[TOKEN] == 1


async def test_a_token_lives_five_minutes_less_than_wechat_says(
    wechat: WeChat, standin: Standin, wechat_redis: redis.asyncio.Redis
) -> None:
    await numbers(standin, wechat)
    assert 6890 <= await wechat_redis.ttl(KEY) <= 6900


async def test_a_token_lives_a_minute_at_least(
    wechat: WeChat, standin: Standin, wechat_redis: redis.asyncio.Redis
) -> None:
    await standin.token()
    standin.clock.now += 7200 - 310
    await numbers(standin, wechat)
    assert 55 <= await wechat_redis.ttl(KEY) <= 60


async def test_a_stored_token_is_used(
    standin: Standin, wechat_redis: redis.asyncio.Redis, wechat_redis_server: RedisServer
) -> None:
    await wechat_redis.set(KEY, await standin.token(), ex=60)
    before = standin.world.calls[TOKEN]
    decoding = redis.asyncio.Redis.from_url(wechat_redis_server.url, decode_responses=True)
    for store in (wechat_redis, decoding):
        async with client(standin.url, store) as wechat:
            await numbers(standin, wechat)
    await decoding.aclose()
    assert standin.world.calls[TOKEN] == before


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_stale_token_is_replaced_once(wechat: WeChat, standin: Standin, errcode: int) -> None:
    await numbers(standin, wechat)
    await standin.order("fail", path=PHONE, times=1, errcode=errcode)
    before = standin.world.calls[PHONE]
    assert await numbers(standin, wechat) == ["+8613812345678"]
    assert standin.world.calls[PHONE] == before + 2
    assert standin.world.calls[TOKEN] == 2


async def test_a_token_that_stays_stale_is_tried_twice_and_no_more(wechat: WeChat, standin: Standin) -> None:
    await standin.order("fail", path=PHONE, times=100, errcode=40001)
    with pytest.raises(WeChatUnavailable):
        await wechat.phone_number("code", "openid")
    assert standin.world.calls[PHONE] == 2


async def test_a_stale_token_does_not_take_the_newer_one_of_another_worker(
    wechat: WeChat, standin: Standin, wechat_redis: redis.asyncio.Redis
) -> None:
    await numbers(standin, wechat)
    standin.clock.now += 60
    body = {"grant_type": "client_credential", "appid": APP_ID, "secret": standin.world.settings.app_secret}
    newer = (await standin.http.post(TOKEN, json={**body, "force_refresh": True})).json()["access_token"]
    await wechat_redis.set(KEY, newer, ex=60)
    before = standin.world.calls[TOKEN]
    assert await numbers(standin, wechat) == ["+8613812345678"]
    assert standin.world.calls[TOKEN] == before
    assert await wechat_redis.get(KEY) == newer.encode()


async def test_a_worker_that_died_with_the_lock_costs_a_moment(
    wechat: WeChat, standin: Standin, wechat_redis: redis.asyncio.Redis
) -> None:
    await wechat_redis.set(LOCK, "of the dead", ex=60)
    started = time.monotonic()
    await numbers(standin, wechat)
    assert 0.9 < time.monotonic() - started < 2
    # The lock was not ours to give back.
    assert await wechat_redis.get(LOCK) == b"of the dead"


async def test_without_redis_the_process_keeps_its_token(standin: Standin, tmp_path: Path) -> None:
    nowhere = redis.asyncio.Redis(unix_socket_path=str(tmp_path / "nobody"))
    async with client(standin.url, nowhere) as wechat:
        await numbers(standin, wechat)
        await standin.order("fail", path=PHONE, times=1, errcode=40001)
        await numbers(standin, wechat)
        await numbers(standin, wechat)
    assert standin.world.calls[TOKEN] == 2


async def test_a_hung_redis_is_not_waited_for(standin: Standin, wechat_redis_server: RedisServer) -> None:
    # A client without any time-outs of its own.
    store = redis.asyncio.Redis.from_url(wechat_redis_server.url)
    await store.ping()
    wechat_redis_server.hang()
    try:
        async with client(standin.url, store) as wechat:
            started = time.monotonic()
            await numbers(standin, wechat)
            first = time.monotonic() - started
            await numbers(standin, wechat)
    finally:
        wechat_redis_server.go_on()
        await store.aclose()
    assert first < 1.5
    assert standin.world.calls[TOKEN] == 1


async def test_control_the_hung_redis_hangs(wechat_redis_server: RedisServer) -> None:
    store = redis.asyncio.Redis.from_url(wechat_redis_server.url)
    await store.ping()
    wechat_redis_server.hang()
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(store.get(KEY), 1.5)
    finally:
        wechat_redis_server.go_on()
        await store.aclose()


async def test_closing_ends_a_fetch_under_way(standin: Standin, wechat_redis: redis.asyncio.Redis) -> None:
    await standin.order("fail", path=TOKEN, times=1, delay_ms=2000)
    async with client(standin.url, wechat_redis) as wechat:
        waiting = asyncio.create_task(wechat.phone_number("code", "openid"))
        await asyncio.sleep(0.2)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await wechat_redis.exists(LOCK) == 0
