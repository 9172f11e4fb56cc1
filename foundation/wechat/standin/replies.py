"""How WeChat words its answers: HTTP 200 always, and an `errcode` where something is wrong."""

import secrets
from typing import Any

import msgspec
from sanic import HTTPResponse

ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code,",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used,",
    40169: "invalid length for scene, or the data is not json string",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing,",
    41004: "appsecret missing,",
    41008: "missing code,",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44991: "reach max api minute frequence limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, mustslower, retry next minute",
    47001: "data format error",
    61010: "code is expired",
}


class Refused(Exception):
    """What WeChat answers with an `errcode`."""

    def __init__(self, errcode: int, errmsg: str | None = None) -> None:
        self.errcode = errcode
        self.errmsg = errmsg or ERRMSG.get(errcode, "refused")
        super().__init__(errcode)


class PayRefused(Exception):
    """What WeChat Pay answers with a code."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        self.message = message or code
        super().__init__(code)


def request_id() -> str:
    """Three groups of hex digits, as in `rid: 65713974-7970e3f9-1a07ebbf`; trace ids look the same."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


def answer(body: dict[str, Any], content_type: str = "application/json; encoding=utf-8") -> HTTPResponse:
    return HTTPResponse(msgspec.json.encode(body), content_type=content_type)


def refuse(refused: Refused, content_type: str = "application/json; encoding=utf-8") -> HTTPResponse:
    errmsg = f"{refused.errmsg} rid: {request_id()}"
    return answer({"errcode": refused.errcode, "errmsg": errmsg}, content_type)
