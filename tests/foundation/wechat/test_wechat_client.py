"""The client against the stand-in: what it gives, and what every fault of WeChat becomes."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import redis.asyncio
import structlog

from foundation.errors import Problem
from foundation.wechat import (
    WeChat,
    WeChatCodeInvalid,
    WeChatCodeUsed,
    WeChatTooOften,
    WeChatUnavailable,
    WeChatUserBlocked,
)
from foundation.wechat import client as client_module
from foundation.wechat import tokens as tokens_module
from foundation.wechat import transport as transport_module
from foundation.wechat.transport import CONNECT_SECONDS, TOTAL_SECONDS
from tests.foundation.wechat.parts import APP_ID, SECRET, Standin, client, raw_server, wechat_settings

LOGIN = "/sns/jscode2session"
PHONE = "/wxa/business/getuserphonenumber"
TOKEN = "/cgi-bin/stable_token"
ANSWER_SECONDS = 3.5


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:  # also when the block raises, as it does in most of these tests
        assert time.monotonic() - started < seconds


# -- what it gives ------------------------------------------------------------------------------------------------


async def test_a_login_gives_the_same_person_the_same_ids(wechat: WeChat, standin: Standin) -> None:
    minted = await standin.order("login_codes", person="小雨妈妈")
    first = await wechat.login(minted["code"])
    again = await wechat.login(await standin.login_code("小雨妈妈"))
    other = await wechat.login(await standin.login_code("豆豆妈妈"))
    assert (first.openid, first.unionid) == (minted["openid"], minted["unionid"])
    assert (again.openid, again.unionid) == (first.openid, first.unionid)
    assert again.session_key != first.session_key
    assert other.openid != first.openid
    assert other.unionid != first.unionid
    assert len(first.openid) == 28


async def test_a_login_needs_no_access_token(wechat: WeChat, standin: Standin) -> None:
    await wechat.login(await standin.login_code("a"))
    assert standin.world.calls[TOKEN] == 0


async def test_a_login_without_unionid() -> None:
    body = b'{"session_key":"HyVFkGl5F5OQWJZZaNzBBg==","openid":"o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}'
    async with raw_server(_once(body)) as url, client(url, redis.asyncio.Redis()) as wechat:
        assert (await wechat.login("code")).unionid is None


@pytest.mark.parametrize(
    ("phone", "expected"),
    [("13812345678", "+8613812345678"), ("+85291234567", "+85291234567"), ("+12025550123", "+12025550123")],
)
async def test_a_phone_number_is_e164(wechat: WeChat, standin: Standin, phone: str, expected: str) -> None:
    openid = await standin.signed_in("a")
    assert await wechat.phone_number(await standin.phone_code("a", phone), openid) == expected


async def test_a_country_code_may_be_a_number(wechat: WeChat, standin: Standin) -> None:
    await standin.order(
        "fail",
        path=PHONE,
        times=1,
        body='{"errcode":0,"phone_info":{"phoneNumber":"13800138000","purePhoneNumber":"13800138000","countryCode":86}}',
    )
    assert await wechat.phone_number("code", "openid") == "+8613800138000"


# -- WeChat's refusals --------------------------------------------------------------------------------------------


async def test_an_unknown_an_old_and_an_empty_code_are_invalid(wechat: WeChat, standin: Standin) -> None:
    old = await standin.login_code("a")
    standin.clock.now += 300
    for code in ("never made", old, ""):
        with pytest.raises(WeChatCodeInvalid) as caught:
            await wechat.login(code)
        assert (caught.value.status, caught.value.code) == (400, "wechat_code_invalid")


async def test_a_code_is_good_once(wechat: WeChat, standin: Standin) -> None:
    code = await standin.login_code("a")
    await wechat.login(code)
    with pytest.raises(WeChatCodeUsed) as caught:
        await wechat.login(code)
    assert (caught.value.status, caught.value.code) == (400, "wechat_code_used")


async def test_two_logins_with_one_code_at_once_are_one(wechat: WeChat, standin: Standin) -> None:
    code = await standin.login_code("a")
    results = await asyncio.gather(*(wechat.login(code) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, WeChatCodeUsed) for result in results) == 4


async def test_a_phone_code_is_good_once_and_for_its_own_person(wechat: WeChat, standin: Standin) -> None:
    mine, hers = await standin.signed_in("a"), await standin.signed_in("b")
    code = await standin.phone_code("a", "13812345678")
    with pytest.raises(WeChatCodeInvalid):
        await wechat.phone_number(code, hers)
    assert await wechat.phone_number(code, mine) == "+8613812345678"
    with pytest.raises(WeChatCodeInvalid):
        await wechat.phone_number(code, mine)


@pytest.mark.parametrize(
    ("errcode", "expected", "status", "code"),
    [
        (40029, WeChatCodeInvalid, 400, "wechat_code_invalid"),
        (40163, WeChatCodeUsed, 400, "wechat_code_used"),
        (40226, WeChatUserBlocked, 403, "wechat_user_blocked"),
        (45009, WeChatTooOften, 429, "wechat_too_often"),
        (45011, WeChatTooOften, 429, "wechat_too_often"),
        (-1, WeChatUnavailable, 503, "wechat_unavailable"),
        (40013, WeChatUnavailable, 503, "wechat_unavailable"),
        (40125, WeChatUnavailable, 503, "wechat_unavailable"),
        (40164, WeChatUnavailable, 503, "wechat_unavailable"),
        (99999, WeChatUnavailable, 503, "wechat_unavailable"),
    ],
)
@pytest.mark.parametrize("path", [LOGIN, PHONE])
async def test_every_errcode_is_a_refusal(
    *,
    wechat: WeChat,
    standin: Standin,
    path: str,
    errcode: int,
    expected: type[Problem],
    status: int,
    code: str,
) -> None:
    await standin.order("fail", path=path, times=1, errcode=errcode)
    with structlog.testing.capture_logs() as logged, pytest.raises(expected) as caught:
        await _call(wechat, path)
    details = caught.value.details()
    assert (details.status, details.code) == (status, code)
    assert (details.retry_after_seconds is not None) == (status in (429, 503))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in details.detail)
    assert [entry["errcode"] for entry in logged if entry["event"] == "wechat_refused"] == [errcode]
    # The fault is over, and so is the refusal.
    await wechat.login(await standin.login_code("a"))


# -- WeChat broken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOGIN, PHONE, TOKEN])
@pytest.mark.parametrize(
    "fault",
    [
        {"body": "<html><body>502 Bad Gateway</body></html>"},
        {"body": ""},
        {"body": "[]"},
        {"body": "null"},
        {"body": '"text"'},
        {"body": "{}"},
        {"body": '{"errcode":"soon"}'},
        {"body": '{"openid":17,"session_key":null}'},
        {"body": '{"openid":"","session_key":""}'},
        {"body": '{"access_token":"t","expires_in":"soon"}'},
        {"body": '{"phone_info":{"purePhoneNumber":"none","countryCode":"x"}}'},
        {"body": "{" * 100_000},
        {"body": '{"a":' * 100_000},
        {"http_status": 500},
        {"http_status": 502},
        {"http_status": 404},
    ],
    ids=lambda fault: str(fault)[:40],
)
async def test_what_is_no_answer_is_unavailable(
    wechat: WeChat, standin: Standin, path: str, fault: dict[str, object]
) -> None:
    await standin.order("fail", path=path, times=1, **fault)
    with pytest.raises(WeChatUnavailable) as caught, answered_within(1):
        await _call(wechat, PHONE if path == TOKEN else path)
    assert caught.value.details().retry_after_seconds


async def test_nobody_listens(wechat_redis: redis.asyncio.Redis) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    async with client(f"http://127.0.0.1:{port}", wechat_redis) as wechat:
        with pytest.raises(WeChatUnavailable):
            await wechat.login("code")


async def test_a_server_that_does_not_accept_costs_one_second(wechat_redis: redis.asyncio.Redis) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        async with client(f"http://127.0.0.1:{full.getsockname()[1]}", wechat_redis) as wechat:
            with pytest.raises(WeChatUnavailable), answered_within(CONNECT_SECONDS + 0.5):
                await wechat.login("code")


async def test_a_slow_answer_ends_in_time(wechat: WeChat, standin: Standin) -> None:
    await standin.order("fail", path=LOGIN, times=1, delay_ms=8000)
    with pytest.raises(WeChatUnavailable), answered_within(ANSWER_SECONDS):
        await wechat.login(await standin.login_code("a"))


async def test_a_slow_token_and_a_slow_answer_share_the_time(wechat: WeChat, standin: Standin) -> None:
    await standin.order("fail", path=TOKEN, times=1, delay_ms=2000)
    await standin.order("fail", path=PHONE, times=1, delay_ms=2000)
    with pytest.raises(WeChatUnavailable), answered_within(ANSWER_SECONDS):
        await wechat.phone_number("code", "openid")


async def test_a_dripping_body_ends_in_time(wechat_redis: redis.asyncio.Redis) -> None:
    async with raw_server(_drip) as url, client(url, wechat_redis) as wechat:
        with pytest.raises(WeChatUnavailable), answered_within(ANSWER_SECONDS):
            await wechat.login("code")
        with pytest.raises(WeChatUnavailable), answered_within(ANSWER_SECONDS):
            await wechat.phone_number("code", "openid")


async def test_control_the_drip_outlives_httpx_time_outs() -> None:
    limits = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    async with raw_server(_drip) as url, httpx.AsyncClient(base_url=url, timeout=limits, trust_env=False) as http:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(http.get(LOGIN), ANSWER_SECONDS + 0.5)


# -- what is not told ---------------------------------------------------------------------------------------------


async def test_no_secret_is_logged(
    wechat: WeChat, standin: Standin, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    ours = structlog.testing.LogCapture()
    for module in (client_module, tokens_module, transport_module):
        monkeypatch.setattr(module, "log", structlog.wrap_logger(None, processors=[ours]))
    openid = await standin.signed_in("a")
    codes = [await standin.login_code("a"), await standin.phone_code("a", "13812345678")]
    token = await standin.token()
    login = await wechat.login(codes[0])
    await standin.order("fail", path=PHONE, times=1, errcode=40001)
    await wechat.phone_number(codes[1], openid)
    for fault in ({"errcode": 40125}, {"body": "<html>"}, {"delay_ms": 5000}, {"http_status": 500}):
        await standin.order("fail", path=LOGIN, times=1, **fault)
        with pytest.raises(WeChatUnavailable) as caught:
            await wechat.login(codes[0])
        assert caught.value.__cause__ is None
    # redis-py's and asyncio's own debug lines are not ours, but they are read too.
    told = "\n".join([caplog.text, repr(ours.entries), repr(login), str(caught.value)])
    assert "wechat_refused" in told
    assert f"{standin.url}/sns/jscode2session" in told.replace("//sns", "/sns"), "httpx logged the call itself"
    for secret in (SECRET, *codes, token, openid, login.session_key, "13812345678"):
        assert secret not in told


async def test_the_settings_reach_wechat(wechat_redis: redis.asyncio.Redis) -> None:
    seen: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readline()).decode())
        writer.close()

    async with raw_server(answer) as url, client(url, wechat_redis) as wechat:
        with pytest.raises(WeChatUnavailable):
            await wechat.login("a code")
    settings = wechat_settings(url)
    assert settings.app_id == APP_ID
    assert seen == [
        f"GET {LOGIN}?appid={APP_ID}&secret={SECRET}&js_code=a+code&grant_type=authorization_code HTTP/1.1\r\n"
    ]


async def _call(wechat: WeChat, path: str) -> object:
    if path == LOGIN:
        return await wechat.login("code")
    return await wechat.phone_number("code", "openid")


def _once(body: bytes):  # noqa: ANN202 - the shape is raw_server's
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    return answer


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Headers at once, then a byte every 0.2 s."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    try:
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.2)
    except ConnectionError:
        pass
    finally:
        writer.close()
