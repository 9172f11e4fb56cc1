"""WeChat's door: what it pushes is verified and stored once."""

import hashlib

import httpx
import msgspec

from foundation import database
from foundation.secrets import vault
from foundation.settings import Settings
from foundation.wechat import inbox
from foundation.wechat.standin.push import seal


async def _push(api: httpx.AsyncClient, settings: Settings, message: dict[str, object]) -> httpx.Response:
    query, body = seal(settings.wechat, message, 1_700_000_000)
    return await api.post("/wechat", params=query, content=body, headers={"Content-Type": "application/json"})


async def _stored(kind: str) -> list[dict[str, object]]:
    rows = await database.fetch("SELECT id, content_sealed FROM wechat_message WHERE kind = $1", kind)
    return [
        msgspec.json.decode(vault().house.unseal(inbox.content_place(row["id"]), row["content_sealed"])) for row in rows
    ]


async def test_a_pushed_event_is_kept_once_however_often_it_comes(api: httpx.AsyncClient, settings: Settings) -> None:
    event = {
        "ToUserName": "gh_1",
        "FromUserName": "o-sender",
        "CreateTime": 1,
        "MsgType": "event",
        "Event": "test_thrice",
    }
    for _ in range(3):
        answer = await _push(api, settings, event)
        assert (answer.status_code, answer.text) == (200, "success")
    assert await _stored("test_thrice") == [event]


async def test_nothing_of_the_message_is_stored_in_clear(api: httpx.AsyncClient, settings: Settings) -> None:
    await _push(
        api,
        settings,
        {"MsgId": 77, "ToUserName": "gh_1", "FromUserName": "o-in-clear", "MsgType": "text", "Event": "test_clear"},
    )
    raw = await database.fetchval("SELECT string_agg(m::text, ' ') FROM wechat_message m WHERE kind = 'test_clear'")
    assert b"o-in-clear".hex() not in raw


async def test_a_forged_signature_is_refused_and_nothing_is_kept(api: httpx.AsyncClient, settings: Settings) -> None:
    query, body = seal(
        settings.wechat,
        {"MsgId": 78, "ToUserName": "gh_1", "FromUserName": "o-x", "Event": "test_forged"},
        1_700_000_000,
    )
    answer = await api.post("/wechat", params=query | {"msg_signature": "0" * 40}, content=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "wechat_callback_forged")
    assert await _stored("test_forged") == []


async def test_a_body_that_is_no_message_is_refused(api: httpx.AsyncClient) -> None:
    for body in (b"", b"{", b"<xml>", b"\xff\xff", b'{"Encrypt": 5}'):
        answer = await api.post("/wechat", params={"timestamp": "1", "nonce": "2"}, content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "wechat_callback_unreadable"), body


async def test_the_address_check_gets_its_echo(api: httpx.AsyncClient, settings: Settings) -> None:
    words = sorted([settings.wechat.callback_token, "1714036504", "1514711492"])
    signature = hashlib.sha1("".join(words).encode()).hexdigest()  # noqa: S324  # WeChat's own scheme
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    answer = await api.get("/wechat", params=query | {"signature": signature})
    assert (answer.status_code, answer.text) == (200, "4375120948345356249")
    refused = await api.get("/wechat", params=query | {"signature": "0" * 40})
    assert refused.status_code == 403
