"""The control plane: what a test or a developer orders the stand-in to do."""

from collections.abc import Awaitable, Callable, Collection, Container
from typing import Annotated, Any, Literal, TypeVar

import httpx
import msgspec
import phonenumbers
from msgspec import Meta
from sanic import HTTPResponse, Request, Sanic

from foundation.decoding import decode_body
from foundation.errors import BadRequest, FieldError, Invalid, Problem
from foundation.wechat.standin.failures import Failure, Failures
from foundation.wechat.standin.pay.control import Fates, PayControl, Paying, Redelivery, RefundEnd
from foundation.wechat.standin.push import deliver, media_verdict
from foundation.wechat.standin.state import PhoneGrant, World

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Body = TypeVar("Body", bound=msgspec.Struct)


class LoginCode(msgspec.Struct, forbid_unknown_fields=True):
    person: Name


class PhoneCode(msgspec.Struct, forbid_unknown_fields=True):
    person: Name
    phone: str
    """A mainland number, or any in E.164."""


class MediaVerdict(msgspec.Struct, forbid_unknown_fields=True):
    trace_id: str
    suggest: Literal["pass", "review", "risky"]
    label: int


class Subscription(msgspec.Struct, forbid_unknown_fields=True):
    person: Name
    template_id: Name
    count: Annotated[int, Meta(ge=0)]
    """How many messages she takes from now on; what was left before is forgotten."""


class NoCallback(Problem):
    status = 409
    code = "no_callback_url"
    title = "The stand-in was started without a callback URL"
    detail = "没有设置回调地址"


class CallbackAway(Problem):
    status = 502
    code = "callback_away"
    title = "Nobody answered at the callback URL"
    detail = "回调地址没有响应"


def wrong(field: str, message: str) -> Invalid:
    return Invalid(errors=[FieldError(field, message)])


def login_code(world: World, body: LoginCode) -> dict[str, Any]:
    person = world.person(body.person)
    return {"code": world.login_codes.make(person), "openid": person.openid, "unionid": person.unionid}


def phone_code(world: World, body: PhoneCode) -> dict[str, Any]:
    try:
        number = phonenumbers.parse(body.phone, "CN")
    except phonenumbers.NumberParseException:
        raise wrong("phone", "手机号格式不正确") from None
    if not phonenumbers.is_possible_number(number):
        raise wrong("phone", "手机号格式不正确")
    national = phonenumbers.national_significant_number(number)
    grant = PhoneGrant(world.person(body.person).openid, str(number.country_code), national)
    return {"code": world.phone_codes.make(grant)}


def subscribe(world: World, body: Subscription) -> dict[str, Any]:
    person = world.person(body.person)
    world.subscriptions[person.openid, body.template_id] = body.count
    return {"openid": person.openid, "template_id": body.template_id, "count": body.count}


async def push_verdict(world: World, body: MediaVerdict) -> dict[str, Any]:
    if body.trace_id not in world.checked_media:
        raise wrong("trace_id", "没有这次内容检查")
    if world.callback_url is None:
        raise NoCallback
    try:
        message = media_verdict(world, body.trace_id, body.suggest, body.label)
        status, text = await deliver(world, world.callback_url, message)
    except httpx.HTTPError:
        raise CallbackAway from None
    return {"status": status, "body": text}


def order_failure(failures: Failures, paths: Container[str], body: Failure) -> dict[str, Any]:
    if body.path not in paths:
        raise wrong("path", "没有这个路径")
    if body.times and body.kinds != 1:
        raise wrong("errcode", "请提供errcode、pay_code、http_status、delay_ms、body中的一个")
    failures.order(body)
    return {}


def add_control_plane(
    app: Sanic[Any, Any], world: World, failures: Failures, paths: Collection[str], pay: PayControl | None
) -> None:
    """The routes under `/__ctl`."""
    paths = {*paths, *(pay.paths if pay else ())}

    async def sent(_: Request) -> HTTPResponse:
        return _json({"items": list(world.sent)})

    async def fail(body: Failure) -> dict[str, Any]:
        return order_failure(failures, paths, body)

    async def make_login_code(body: LoginCode) -> dict[str, Any]:
        return login_code(world, body)

    async def make_phone_code(body: PhoneCode) -> dict[str, Any]:
        return phone_code(world, body)

    async def set_subscription(body: Subscription) -> dict[str, Any]:
        return subscribe(world, body)

    async def give_verdict(body: MediaVerdict) -> dict[str, Any]:
        return await push_verdict(world, body)

    app.add_route(sent, "/__ctl/sent", methods=["GET"], name="ctl_sent")
    _add(app, "fail", Failure, fail)
    _add(app, "login_codes", LoginCode, make_login_code)
    _add(app, "phone_codes", PhoneCode, make_phone_code)
    _add(app, "subscriptions", Subscription, set_subscription)
    _add(app, "media_verdicts", MediaVerdict, give_verdict)
    if pay:
        _add(app, "payments", Paying, pay.pay)
        _add(app, "refund_ends", RefundEnd, pay.end_refund)
        _add(app, "redeliveries", Redelivery, pay.redeliver)
        _add(app, "notification_fates", Fates, pay.set_fates)


def _add(
    app: Sanic[Any, Any], name: str, shape: type[Body], order: Callable[[Body], Awaitable[dict[str, Any]]]
) -> None:
    async def handle(request: Request) -> HTTPResponse:
        try:
            return _json(await order(_decode(request.body, shape)))
        except Problem as problem:
            return _json(problem.details(), problem.status)

    app.add_route(handle, f"/__ctl/{name}", methods=["POST"], name=f"ctl_{name}")


def _decode(content: bytes, shape: type[Body]) -> Body:
    try:
        return decode_body(content, shape)
    except BadRequest as refused:  # an order that can't be used is one thing here: 422
        raise Invalid(errors=refused.errors) from None


def _json(content: object, status: int = 200) -> HTTPResponse:
    return HTTPResponse(msgspec.json.encode(content), status=status, content_type="application/json")
