"""The message push: WeChat's own examples, and everything that is not one of its messages."""

import hashlib
import json

import pytest
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from foundation.settings import WeChatSettings
from foundation.wechat import CallbackForged, CallbackUnreadable, WeChatCallbacks
from foundation.wechat.standin.push import seal
from tests.foundation.wechat.parts import AES_KEY, APP_ID, CALLBACK_TOKEN, wechat_settings

SETTINGS = wechat_settings("")
CALLBACKS = WeChatCallbacks(SETTINGS)

# The examples of WeChat's page on the message push (token AAAAA, 43 × "A", wxba5fad812f8e6fb9).
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8X"
    "GT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIj"
    "df8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
SIGNED = {
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    "timestamp": "1714112445",
    "nonce": "415670741",
}
MESSAGE = {
    "ToUserName": "gh_97417a04a28d",
    "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    "CreateTime": 1714112445,
    "MsgType": "event",
    "Event": "debug_demo",
    "debug_str": "hello world",
}
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def signed(encrypted: str) -> dict[str, str]:
    joined = "".join(sorted([CALLBACK_TOKEN, "1714112445", "415670741", encrypted]))
    signature = hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
    return {"msg_signature": signature, "timestamp": "1714112445", "nonce": "415670741"}


def sealed(text: bytes, app_id: str = APP_ID) -> str:
    key = WeChatCrypto(CALLBACK_TOKEN, AES_KEY, app_id).key
    return PrpCrypto(key).encrypt(text, app_id).decode()


def opened(encrypted: str) -> dict[str, object]:
    return CALLBACKS.open(json.dumps({"Encrypt": encrypted}).encode(), **signed(encrypted))


def test_the_example_of_the_address_check() -> None:
    example = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    signature = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert CALLBACKS.echo(signature=signature, **example) == "4375120948345356249"
    for name in ("timestamp", "nonce"):
        with pytest.raises(CallbackForged):
            CALLBACKS.echo(signature=signature, **{**example, name: "1"})
    with pytest.raises(CallbackForged):
        CALLBACKS.echo(signature="", **example)


def test_the_example_of_a_pushed_message() -> None:
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPTED}).encode()
    assert CALLBACKS.open(body, **SIGNED) == MESSAGE


def test_the_same_message_in_an_xml_envelope() -> None:
    body = f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>".encode()
    assert CALLBACKS.open(body, **SIGNED) == MESSAGE
    assert CALLBACKS.open(b"\n " + body, **SIGNED) == MESSAGE


def test_the_example_of_a_reply() -> None:
    # We answer pushes with a plain "success"; the example proves signature and cipher once more.
    body = json.dumps({"Encrypt": REPLY}).encode()
    signature = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    opened_reply = CALLBACKS.open(body, msg_signature=signature, timestamp="1713424427", nonce="415670741")
    assert opened_reply == {"demo_resp": "good luck"}


def test_an_xml_message() -> None:
    xml = "<xml><MsgType>event</MsgType><Event><![CDATA[小程序]]></Event><CreateTime>17</CreateTime></xml>"
    assert opened(sealed(xml.encode())) == {"MsgType": "event", "Event": "小程序", "CreateTime": "17"}


@pytest.mark.parametrize("length", [*range(40), 5000])
def test_messages_of_every_length(length: int) -> None:
    message = {"text": "妈" * length}
    assert opened(sealed(json.dumps(message).encode())) == message


@pytest.mark.parametrize("changed", ["msg_signature", "timestamp", "nonce"])
def test_a_changed_query_is_forged(changed: str) -> None:
    body = json.dumps({"Encrypt": ENCRYPTED}).encode()
    with pytest.raises(CallbackForged):
        CALLBACKS.open(body, **{**SIGNED, changed: SIGNED[changed][:-1] + "x"})


def test_a_changed_body_is_forged() -> None:
    body = json.dumps({"Encrypt": ENCRYPTED.replace("+qdx", "+qdy")}).encode()
    with pytest.raises(CallbackForged) as caught:
        CALLBACKS.open(body, **SIGNED)
    assert caught.value.status == 403


def test_a_message_of_another_app_is_forged() -> None:
    with pytest.raises(CallbackForged):
        opened(sealed(b"{}", app_id="wx0000000000000000"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"17",
        b"{}",
        b'{"Encrypt":1}',
        b'{"Encrypt":null}',
        b"\xff\xfe",
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"<xml>",
        b"<xml/>",
        b"<xml>text</xml>",
        b"<xml><Encrypt><a>1</a></Encrypt></xml>",
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        b"<a>" * 100_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    ],
    ids=lambda body: repr(body)[:30],
)
def test_a_body_that_is_no_envelope_is_unreadable(body: bytes) -> None:
    with pytest.raises(CallbackUnreadable) as caught:
        CALLBACKS.open(body, **SIGNED)
    assert caught.value.status == 400


@pytest.mark.parametrize("encrypted", ["", "AAAA", "nöt base64", "A" * 22 + "==", "A" * 43 + "=", "A" * 64])
def test_a_signed_body_that_can_t_be_decrypted_is_refused(encrypted: str) -> None:
    with pytest.raises((CallbackUnreadable, CallbackForged)):
        opened(encrypted)


@pytest.mark.parametrize("text", [b"", b"text", b"[]", b"\xff", b"<xml>text</xml>"], ids=repr)
def test_a_sealed_text_that_is_no_message_is_unreadable(text: bytes) -> None:
    with pytest.raises(CallbackUnreadable):
        opened(sealed(text))


def test_what_the_standin_seals_is_opened() -> None:
    query, body = seal(SETTINGS, MESSAGE, 1714112445)
    names = ("msg_signature", "timestamp", "nonce")
    assert CALLBACKS.open(body, **{name: query[name] for name in names}) == MESSAGE
    # The URL's other signature is the address check's, and opens nothing.
    with pytest.raises(CallbackForged):
        CALLBACKS.open(body, msg_signature=query["signature"], timestamp=query["timestamp"], nonce=query["nonce"])


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "妈"])
def test_a_wrong_key_is_refused_at_start(key: str) -> None:
    with pytest.raises(ValueError, match="WECHAT_CALLBACK_AES_KEY"):
        WeChatCallbacks(WeChatSettings(APP_ID, "secret", "", CALLBACK_TOKEN, key))
