"""Subscription messages: field rules, quotas, and what was sent."""

import re
import secrets
from typing import Any

from sanic import HTTPResponse

from foundation.wechat.standin.replies import Refused, answer
from foundation.wechat.standin.state import World

_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_MOMENT = rf"(({_DAY})\s?)?{_CLOCK}"

FIELD_RULES = {
    "thing": r".{1,20}",
    "number": r"[+-]?[\d.]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"({_MOMENT}|{_DAY})(~({_MOMENT}|{_DAY}))?",
    "date": rf"({_DAY}|{_MOMENT})(~({_DAY}|{_MOMENT}))?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "enum": r".{1,32}",
}


def send(world: World, body: dict[str, Any]) -> HTTPResponse:
    """POST /cgi-bin/message/subscribe/send"""
    person = world.known(body.get("touser"))
    template_id = body.get("template_id")
    if not isinstance(template_id, str) or not template_id:
        raise Refused(40037, "invalid template_id")
    data = body.get("data")
    if not isinstance(data, dict) or not data:
        raise Refused(47003, "argument invalid! data is emtpy")
    for name, field in data.items():
        _check_field(name, field)
    if world.subscriptions[person.openid, template_id] < 1:
        raise Refused(43101)
    world.subscriptions[person.openid, template_id] -= 1
    # Longer than 2^53, as the real ones: who reads them as floating point loses digits.
    message_id = 2**61 + secrets.randbelow(2**61)
    world.sent.append(
        {
            "msgid": str(message_id),
            "person": person.name,
            "touser": person.openid,
            "template_id": template_id,
            "page": body.get("page"),
            "data": {name: field["value"] for name, field in data.items()},
        }
    )
    return answer({"errcode": 0, "errmsg": "ok", "msgid": message_id})


def _check_field(name: str, field: object) -> None:
    value = field.get("value") if isinstance(field, dict) else None
    if value is None or value == "":
        raise Refused(47003, f"argument invalid! data.{name}.value is emtpy")  # sic
    rule = FIELD_RULES.get(re.sub(r"\d+$", "", name))
    if rule is None or not isinstance(value, str) or not re.fullmatch(rule, value):
        raise Refused(47003, f"argument invalid! data.{name}.value invalid")
