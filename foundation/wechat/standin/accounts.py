"""Logins and phone numbers."""

import base64
import secrets
from typing import Any

from sanic import HTTPResponse, Request

from foundation.wechat.standin.replies import Refused, answer, request_id
from foundation.wechat.standin.state import World

LOGINS_PER_MINUTE = 100


def code_to_session(world: World, request: Request) -> HTTPResponse:
    """GET /sns/jscode2session"""
    query = {name: request.args.get(name) for name in request.args}
    world.credentials.check_app(query, "authorization_code")
    if not query.get("js_code"):
        raise Refused(41008)
    code = world.login_codes.find(query["js_code"])
    if code is None:
        raise Refused(40029)
    world.minutes.take(f"login {code.value.openid}", LOGINS_PER_MINUTE, 45011)
    if code.used:
        raise Refused(40163)
    code.used = True
    person = code.value
    person.seen_at = world.clock()
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    # No errcode and text/plain: so does the real one, whatever its page says.
    return answer(
        {"session_key": session_key, "openid": person.openid, "unionid": person.unionid}, content_type="text/plain"
    )


def phone_number(world: World, body: dict[str, Any]) -> HTTPResponse:
    """POST /wxa/business/getuserphonenumber"""
    code = world.phone_codes.find(str(body.get("code", "")))
    openid = body.get("openid")
    if code is None or code.used or (openid is not None and openid != code.value.openid):
        raise Refused(40029, f"invalid code hint: [{request_id()[:8]}]")
    code.used = True
    grant = code.value
    foreign = "" if grant.country_code == "86" else f"+{grant.country_code}"
    watermark = {"timestamp": int(world.clock()), "appid": world.settings.app_id}
    phone = {
        "phoneNumber": f"{foreign}{grant.national_number}",
        "purePhoneNumber": grant.national_number,
        "countryCode": grant.country_code,
        "watermark": watermark,
    }
    return answer({"errcode": 0, "errmsg": "ok", "phone_info": phone})
