"""The stand-in answers as WeChat does: words, numbers, content types, and the rules about state."""

import io
import re
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image
from sanic import HTTPResponse, Request, Sanic

from foundation.wechat import WeChatCallbacks
from foundation.wechat.standin import create_standin
from foundation.wechat.standin.content import RISKY_TEXT
from tests.foundation.wechat.parts import APP_ID, SECRET, Clock, Standin, running, wechat_settings

LOGIN = "/sns/jscode2session"
STABLE = "/cgi-bin/stable_token"
PHONE = "/wxa/business/getuserphonenumber"
TEXT = "/wxa/msg_sec_check"
MEDIA = "/wxa/media_check_async"
SEND = "/cgi-bin/message/subscribe/send"
CODE = "/wxa/getwxacodeunlimit"
REQUEST_ID = re.compile(r"rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")

APP = {"appid": APP_ID, "secret": SECRET}
TOKEN_BODY = {**APP, "grant_type": "client_credential"}


async def login(standin: Standin, **changed: str) -> httpx.Response:
    query = {**APP, "grant_type": "authorization_code", **changed}
    return await standin.http.get(LOGIN, params={name: value for name, value in query.items() if value})


async def stable(standin: Standin, **changed: object) -> dict[str, Any]:
    return (await standin.http.post(STABLE, json={**TOKEN_BODY, **changed})).json()


# -- logins -------------------------------------------------------------------------------------------------------


async def test_a_login_is_text_plain_without_errcode(standin: Standin) -> None:
    minted = await standin.order("login_codes", person="a")
    reply = await login(standin, js_code=minted["code"])
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.json().keys() == {"session_key", "openid", "unionid"}
    assert reply.json()["openid"] == minted["openid"]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"appid": "wx0"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "x"}, 40125),
        ({"grant_type": "x"}, 40002),
        ({"js_code": ""}, 41008),
        ({"js_code": "never made"}, 40029),
    ],
)
async def test_a_login_is_refused_in_wechat_s_words(standin: Standin, changed: dict[str, str], errcode: int) -> None:
    reply = await login(standin, **{"js_code": await standin.login_code("a"), **changed})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.json()["errcode"] == errcode
    assert REQUEST_ID.search(reply.json()["errmsg"])


async def test_a_used_code_is_told_from_an_old_one(standin: Standin) -> None:
    used, old = await standin.login_code("a"), await standin.login_code("a")
    await login(standin, js_code=used)
    assert (await login(standin, js_code=used)).json()["errcode"] == 40163
    standin.clock.now += 299
    assert "openid" in (await login(standin, js_code=await standin.login_code("b"))).json()
    standin.clock.now += 1
    for code in (used, old):
        assert (await login(standin, js_code=code)).json()["errcode"] == 40029


async def test_a_hundred_logins_a_minute_for_each_user(standin: Standin) -> None:
    for _ in range(100):
        assert "openid" in (await login(standin, js_code=await standin.login_code("a"))).json()
    assert (await login(standin, js_code=await standin.login_code("a"))).json()["errcode"] == 45011
    assert "openid" in (await login(standin, js_code=await standin.login_code("b"))).json()
    standin.clock.now += 60
    assert "openid" in (await login(standin, js_code=await standin.login_code("a"))).json()


async def test_ids_outlive_the_standin_and_differ_by_app() -> None:
    async def ids(app_id: str) -> dict[str, str]:
        settings = wechat_settings("")
        app = create_standin(msgspec.structs.replace(settings, app_id=app_id))
        async with running(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
            minted = (await http.post("/__ctl/login_codes", json={"person": "小雨妈妈"})).json()
            return {name: minted[name] for name in ("openid", "unionid")}

    assert await ids(APP_ID) == await ids(APP_ID)
    assert await ids(APP_ID) != await ids("wx-another")


# -- access tokens ------------------------------------------------------------------------------------------------


async def test_the_stable_token_stays_and_turns_five_minutes_early(standin: Standin) -> None:
    first = await stable(standin)
    assert first["expires_in"] == 7200
    standin.clock.now += 6855
    assert await stable(standin) == {**first, "expires_in": 345}
    standin.clock.now += 46
    second = await stable(standin)
    assert second["access_token"] != first["access_token"]
    # Both are good until the first one's end.
    body = {"code": "x"}
    assert (await standin.call(PHONE, body, first["access_token"]))["errcode"] == 40029
    standin.clock.now += 299
    assert (await standin.call(PHONE, body, first["access_token"]))["errcode"] == 42001
    assert (await standin.call(PHONE, body, second["access_token"]))["errcode"] == 40029


async def test_a_forced_token_ends_the_one_before_and_is_rationed(standin: Standin) -> None:
    first = await stable(standin)
    second = await stable(standin, force_refresh=True)
    assert second["access_token"] != first["access_token"]
    assert (await standin.call(PHONE, {"code": "x"}, first["access_token"]))["errcode"] == 42001
    assert await stable(standin, force_refresh=True) == second
    for _ in range(19):
        standin.clock.now += 30
        assert "access_token" in await stable(standin, force_refresh=True)
    standin.clock.now += 30
    assert (await stable(standin, force_refresh=True))["errcode"] == 45009
    assert "access_token" in await stable(standin)


async def test_the_plain_token_is_another_one(standin: Standin) -> None:
    stable_token = (await stable(standin))["access_token"]
    replies = [(await standin.http.get("/cgi-bin/token", params=TOKEN_BODY)).json() for _ in range(2)]
    tokens = [reply["access_token"] for reply in replies]
    assert len({stable_token, *tokens}) == 3
    for token in (stable_token, *tokens):
        assert (await standin.call(PHONE, {"code": "x"}, token))["errcode"] == 40029
    standin.clock.now += 300
    assert (await standin.call(PHONE, {"code": "x"}, tokens[0]))["errcode"] == 42001
    assert (await standin.call(PHONE, {"code": "x"}, tokens[1]))["errcode"] == 40029


async def test_tokens_are_asked_for_properly(standin: Standin) -> None:
    assert (await stable(standin, secret="x"))["errcode"] == 40125
    assert (await stable(standin, grant_type="x"))["errcode"] == 40002
    assert (await standin.http.get(STABLE)).json()["errcode"] == 43002
    assert (await standin.http.post(STABLE)).json()["errcode"] == 44002
    assert (await standin.http.post(STABLE, content=b"appid=1")).json()["errcode"] == 47001
    assert (await standin.http.post(LOGIN)).json()["errcode"] == 43001


@pytest.mark.parametrize("path", [PHONE, TEXT, MEDIA, SEND, CODE])
async def test_calls_need_a_token_a_method_and_a_body(standin: Standin, path: str) -> None:
    assert (await standin.http.post(path, json={})).json()["errcode"] == 41001
    assert (await standin.call(path, {}, "wrong"))["errcode"] == 40001
    token = {"access_token": await standin.token()}
    assert (await standin.http.get(path, params=token)).json()["errcode"] == 43002
    assert (await standin.http.post(path, params=token)).json()["errcode"] == 44002
    assert (await standin.http.post(path, params=token, content=b"{")).json()["errcode"] == 47001
    assert (await standin.http.post(path, params=token, content=b"[]")).json()["errcode"] == 47001


# -- phone numbers ------------------------------------------------------------------------------------------------


async def test_a_phone_number(standin: Standin) -> None:
    openid = await standin.signed_in("a")
    reply = await standin.call(PHONE, {"code": await standin.phone_code("a", "13812345678"), "openid": openid})
    assert (reply["errcode"], reply["errmsg"]) == (0, "ok")
    assert reply["phone_info"]["purePhoneNumber"] == "13812345678"
    assert reply["phone_info"]["countryCode"] == "86"
    assert reply["phone_info"]["watermark"]["appid"] == APP_ID


async def test_a_phone_code_is_not_a_login_code_and_grows_old(standin: Standin) -> None:
    login_code, phone_code = await standin.login_code("a"), await standin.phone_code("a", "13812345678")
    assert (await standin.call(PHONE, {"code": login_code}))["errcode"] == 40029
    assert (await login(standin, js_code=phone_code)).json()["errcode"] == 40029
    standin.clock.now += 300
    assert (await standin.call(PHONE, {"code": phone_code}))["errcode"] == 40029


# -- content ------------------------------------------------------------------------------------------------------


async def test_texts_are_judged_by_the_result(standin: Standin) -> None:
    body = {"content": "今天带宝宝打疫苗", "version": 2, "scene": 2, "openid": await standin.signed_in("a")}
    good = await standin.call(TEXT, body)
    bad = await standin.call(TEXT, {**body, "content": f"…{RISKY_TEXT}…"})
    titled = await standin.call(TEXT, {**body, "title": RISKY_TEXT})
    assert [reply["errcode"] for reply in (good, bad, titled)] == [0, 0, 0]
    assert [reply["result"]["suggest"] for reply in (good, bad, titled)] == ["pass", "risky", "risky"]
    assert good["result"]["label"] == 100
    assert good["trace_id"] != bad["trace_id"]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"content": ""}, 47001),
        ({"content": "妈" * 2501}, 47001),
        ({"version": 1}, 47001),
        ({"scene": 5}, 40129),
        ({"openid": "nobody"}, 40003),
        ({"openid": ["o"]}, 40003),
    ],
)
async def test_texts_are_refused(standin: Standin, changed: dict[str, object], errcode: int) -> None:
    body = {"content": "妈" * 2500, "version": 2, "scene": 1, "openid": await standin.signed_in("a")}
    assert (await standin.call(TEXT, body))["errcode"] == 0
    assert (await standin.call(TEXT, {**body, **changed}))["errcode"] == errcode


async def test_who_was_not_seen_for_two_hours_can_t_be_checked(standin: Standin) -> None:
    never = (await standin.order("login_codes", person="b"))["openid"]
    openid = await standin.signed_in("a")
    text = {"content": "a", "version": 2, "scene": 2}
    media = {"media_url": "https://example.com/a.jpg", "media_type": 2, "version": 2, "scene": 2}
    for path, body in ((TEXT, text), (MEDIA, media)):
        assert (await standin.call(path, {**body, "openid": openid}))["errcode"] == 0
        assert (await standin.call(path, {**body, "openid": never}))["errcode"] == 61010
    standin.clock.now += 7201
    for path, body in ((TEXT, text), (MEDIA, media)):
        assert (await standin.call(path, {**body, "openid": openid}))["errcode"] == 61010


async def test_media_verdicts_are_pushed_encrypted() -> None:
    seen: list[dict[str, Any]] = []
    receiver: Sanic = Sanic("wechat-callback-receiver", configure_logging=False)
    receiver.config.TOUCHUP = False

    async def receive(request: Request) -> HTTPResponse:
        query = {name: request.args.get(name) for name in ("msg_signature", "timestamp", "nonce")}
        assert request.args.get("encrypt_type") == "aes"
        seen.append(WeChatCallbacks(wechat_settings("")).open(request.body, **query))
        return HTTPResponse("success")

    receiver.add_route(receive, "/wechat/callback", methods=["POST"])
    async with running(receiver) as callback:
        app = create_standin(wechat_settings(""), callback_url=f"{callback}/wechat/callback")
        async with running(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
            standin = Standin(app, http, Clock())
            openid = await standin.signed_in("a")
            media = {"media_url": "https://example.com/a.jpg", "media_type": 2, "version": 2, "scene": 3}
            trace_id = (await standin.call(MEDIA, {**media, "openid": openid}))["trace_id"]
            answer = await standin.order("media_verdicts", trace_id=trace_id, suggest="risky", label=20002)
    assert answer == {"status": 200, "body": "success"}
    (event,) = seen
    assert (event["Event"], event["trace_id"], event["FromUserName"]) == ("wxa_media_check", trace_id, openid)
    assert event["result"] == {"suggest": "risky", "label": "20002"}


async def test_a_verdict_needs_a_callback_and_a_check(standin: Standin) -> None:
    media = {"media_url": "https://example.com/a.jpg", "media_type": 2, "version": 2, "scene": 3}
    trace_id = (await standin.call(MEDIA, {**media, "openid": await standin.signed_in("a")}))["trace_id"]
    verdict = {"trace_id": trace_id, "suggest": "pass", "label": 100}
    assert (await standin.http.post("/__ctl/media_verdicts", json=verdict)).status_code == 409
    reply = await standin.http.post("/__ctl/media_verdicts", json={**verdict, "trace_id": "none"})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "trace_id")
    standin.world.callback_url = "http://127.0.0.1:9/"
    assert (await standin.http.post("/__ctl/media_verdicts", json=verdict)).status_code == 502


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [({"media_url": "/local"}, 47001), ({"media_type": 3}, 40004), ({"scene": 0}, 40129), ({"version": 1}, 47001)],
)
async def test_media_are_refused(standin: Standin, changed: dict[str, object], errcode: int) -> None:
    openid = await standin.signed_in("a")
    media = {"media_url": "https://example.com/a.jpg", "media_type": 1, "version": 2, "scene": 3, "openid": openid}
    assert (await standin.call(MEDIA, {**media, **changed}))["errcode"] == errcode


# -- messages -----------------------------------------------------------------------------------------------------


async def test_a_message_takes_one_of_the_quota(standin: Standin) -> None:
    openid = await standin.signed_in("a")
    body = {"touser": openid, "template_id": "t", "page": "pages/mall", "data": {"thing1": {"value": "礼品已备好"}}}
    refused = await standin.call(SEND, body)
    assert refused["errcode"] == 43101
    assert refused["errmsg"].startswith("user refuse to accept the msg rid: ")
    await standin.order("subscriptions", person="a", template_id="t", count=2)
    replies = [await standin.call(SEND, body) for _ in range(3)]
    assert [reply["errcode"] for reply in replies] == [0, 0, 43101]
    assert replies[0]["msgid"] > 2**53
    assert (await standin.call(SEND, {**body, "template_id": "other"}))["errcode"] == 43101
    items = (await standin.http.get("/__ctl/sent")).json()["items"]
    assert [item["msgid"] for item in items] == [str(reply["msgid"]) for reply in replies[:2]]
    assert items[0] == {
        "msgid": str(replies[0]["msgid"]),
        "person": "a",
        "touser": openid,
        "template_id": "t",
        "page": "pages/mall",
        "data": {"thing1": "礼品已备好"},
    }


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("thing1", "妈" * 20, "妈" * 21),
        ("number2", "1" * 32, "1" * 33),
        ("letter1", "abc", "a1"),
        ("symbol1", "!?", "a"),
        ("character_string3", "MY-2024/01", "中文"),
        ("time1", "2024年1月2日 15:01", "tomorrow"),
        ("time2", "15:01~16:30", "15点"),
        ("date1", "2024年01月02日", "soon"),
        ("amount1", "¥128.50", "128.50 RMB"),
        ("amount2", "128元", "12345678901"),
        ("phone_number1", "+86-0766-66888866", "1" * 18),
        ("car_number1", "粤A8Z888挂", "粤A8Z888挂9"),
        ("name1", "小雨妈妈", "小雨2"),
        ("phrase1", "已完成", "已经完成了哦"),
    ],
)
async def test_fields_are_checked_as_wechat_does(standin: Standin, name: str, good: str, bad: str) -> None:
    openid = await standin.signed_in("a")
    await standin.order("subscriptions", person="a", template_id="t", count=1)

    async def send(value: object) -> dict[str, Any]:
        data = {name: {"value": value}}
        return await standin.call(SEND, {"touser": openid, "template_id": "t", "data": data})

    refused, empty = await send(bad), await send("")
    assert refused["errcode"] == empty["errcode"] == 47003
    assert refused["errmsg"].startswith(f"argument invalid! data.{name}.value invalid rid: ")
    assert empty["errmsg"].startswith(f"argument invalid! data.{name}.value is emtpy rid: ")
    assert (await send(good))["errcode"] == 0, "a refused message takes nothing of the quota"


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"touser": "nobody"}, 40003),
        ({"template_id": ""}, 40037),
        ({"data": {}}, 47003),
        ({"data": {"thing1": "x"}}, 47003),
        ({"data": {"unknown1": {"value": "x"}}}, 47003),
        ({"data": {"thing1": {"value": 1}}}, 47003),
    ],
)
async def test_messages_are_refused(standin: Standin, changed: dict[str, object], errcode: int) -> None:
    body = {"touser": await standin.signed_in("a"), "template_id": "t", "data": {"thing1": {"value": "x"}}}
    assert (await standin.call(SEND, {**body, **changed}))["errcode"] == errcode


# -- pictures -----------------------------------------------------------------------------------------------------


async def test_a_code_is_a_picture(standin: Standin) -> None:
    token = {"access_token": await standin.token()}
    jpeg = await standin.http.post(CODE, params=token, json={"scene": "a=1", "width": 300})
    png = await standin.http.post(CODE, params=token, json={"scene": "a=2", "is_hyaline": True})
    assert jpeg.headers["content-type"] == "image/jpeg"
    assert png.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(jpeg.content)) as image:
        assert (image.format, image.size) == ("JPEG", (300, 300))
    with Image.open(io.BytesIO(png.content)) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (430, 430), "RGBA")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({}, 40169),
        ({"scene": ""}, 40169),
        ({"scene": "a" * 33}, 40169),
        ({"scene": "妈妈"}, 40129),
        ({"scene": "a%20b"}, 40129),
        ({"scene": "a", "page": "/pages/index"}, 41030),
        ({"scene": "a", "page": "pages/index?a=1"}, 41030),
        ({"scene": "a", "env_version": "test"}, 40097),
    ],
)
async def test_codes_are_refused(standin: Standin, body: dict[str, object], errcode: int) -> None:
    assert (await standin.call(CODE, body))["errcode"] == errcode


# -- the control plane --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("login_codes", {}, "person"),
        ("login_codes", {"person": 1}, "person"),
        ("login_codes", {"person": ""}, "person"),
        ("login_codes", {"person": "a", "perzon": "b"}, "perzon"),
        ("phone_codes", {"person": "a"}, "phone"),
        ("phone_codes", {"phone": "13812345678"}, "person"),
        ("phone_codes", {"person": "a", "phone": "12"}, "phone"),
        ("phone_codes", {"person": "a", "phone": "no number"}, "phone"),
        ("fail", {"path": LOGIN}, "times"),
        ("fail", {"times": 1, "errcode": -1}, "path"),
        ("fail", {"path": "/nowhere", "times": 1, "errcode": -1}, "path"),
        ("fail", {"path": LOGIN, "times": -1, "errcode": -1}, "times"),
        ("fail", {"path": LOGIN, "times": 1}, "errcode"),
        ("fail", {"path": LOGIN, "times": 1, "errcode": -1, "http_status": 500}, "errcode"),
        ("fail", {"path": LOGIN, "times": 1, "http_status": 200}, "http_status"),
        ("fail", {"path": LOGIN, "times": 1, "delay_ms": "1"}, "delay_ms"),
        ("media_verdicts", {"trace_id": "a", "suggest": "pass"}, "label"),
        ("media_verdicts", {"trace_id": "a", "suggest": "good", "label": 1}, "suggest"),
        ("subscriptions", {"person": "a", "template_id": "t"}, "count"),
        ("subscriptions", {"person": "a", "template_id": "t", "count": -1}, "count"),
        ("subscriptions", [], ""),
    ],
)
async def test_a_wrong_order_names_the_field(standin: Standin, name: str, body: object, field: str) -> None:
    reply = await standin.http.post(f"/__ctl/{name}", json=body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == [field]


async def test_an_order_that_is_no_json_is_422(standin: Standin) -> None:
    assert (await standin.http.post("/__ctl/login_codes", content=b"{")).status_code == 422


async def test_failures_last_as_long_as_ordered(standin: Standin) -> None:
    async def errcodes(times: int) -> list[int | None]:
        replies = [await login(standin, js_code=await standin.login_code("a")) for _ in range(times)]
        return [reply.json().get("errcode") for reply in replies]

    await standin.order("fail", path=LOGIN, times=2, errcode=-1)
    assert await errcodes(3) == [-1, -1, None]
    await standin.order("fail", path=LOGIN, times=5, errcode=45011)
    assert await errcodes(1) == [45011]
    await standin.order("fail", path=LOGIN, times=0)
    assert await errcodes(1) == [None]
    await standin.order("fail", path=STABLE, times=1, errcode=-1)
    assert await errcodes(1) == [None]


async def test_a_failure_may_be_a_status_a_body_or_a_delay(standin: Standin) -> None:
    await standin.order("fail", path=STABLE, times=1, http_status=502)
    assert (await standin.http.post(STABLE, json=TOKEN_BODY)).status_code == 502
    await standin.order("fail", path=STABLE, times=1, body="<html>busy</html>")
    assert (await standin.http.post(STABLE, json=TOKEN_BODY)).text == "<html>busy</html>"
    await standin.order("fail", path=STABLE, times=1, delay_ms=200)
    slow = await standin.http.post(STABLE, json=TOKEN_BODY)
    assert slow.elapsed.total_seconds() >= 0.2
    assert "access_token" in slow.json()
