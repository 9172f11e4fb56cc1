"""The stand-in as a Sanic app."""

import itertools
import time
from collections.abc import Callable
from typing import Any

import msgspec
from sanic import HTTPResponse, Request, Sanic

from foundation.settings import WeChatSettings
from foundation.wechat.standin import access, accounts, content, messages, pictures
from foundation.wechat.standin.control import add_control_plane
from foundation.wechat.standin.failures import Failures
from foundation.wechat.standin.pay import PayAccount, add_pay
from foundation.wechat.standin.replies import Refused, refuse
from foundation.wechat.standin.state import World

_numbers = itertools.count(1)
"""Sanic wants a name of its own for each app of a process."""

Endpoint = Callable[[World, Request], HTTPResponse]
Call = Callable[[World, dict[str, Any]], HTTPResponse]

GETS: dict[str, Endpoint] = {
    "/sns/jscode2session": accounts.code_to_session,
    "/cgi-bin/token": lambda world, request: access.give_token(world.credentials, request),
}
CALLS: dict[str, Call] = {
    "/wxa/business/getuserphonenumber": accounts.phone_number,
    "/wxa/msg_sec_check": content.check_text,
    "/wxa/media_check_async": content.check_media,
    "/cgi-bin/message/subscribe/send": messages.send,
    "/wxa/getwxacodeunlimit": pictures.draw_code,
}
"""What needs an access token."""


def create_standin(
    settings: WeChatSettings,
    *,
    callback_url: str | None = None,
    clock: Callable[[], float] = time.time,
    pay: PayAccount | None = None,
) -> Sanic[Any, Any]:
    """A stand-in for the app of `settings`, with nobody in it yet; `app.ctx.world` is what it knows.

    `callback_url` takes the pushes; `clock` (seconds since 1970) decides when codes, tokens and orders expire. With
    `pay` it plays WeChat Pay for that merchant too.
    """
    app: Sanic[Any, Any] = Sanic(f"wechat-standin-{next(_numbers)}", configure_logging=False)
    app.config.ACCESS_LOG = False  # the URLs hold secrets and codes here too
    app.config.MOTD = False
    app.config.TOUCHUP = False  # it rewrites Sanic's classes to suit one app, and the process may hold others
    world = World(settings, callback_url, clock)
    app.ctx.world = world
    failures = Failures()
    gets = {path: ("GET", endpoint) for path, endpoint in GETS.items()}
    posts = {path: ("POST", _with_token(call)) for path, call in CALLS.items()}
    endpoints = {**gets, **posts, "/cgi-bin/stable_token": ("POST", _stable_token)}
    for path, (method, endpoint) in endpoints.items():
        _add(app, path, method, endpoint, failures)
    pay_control = add_pay(app, world, failures, pay) if pay else None
    add_control_plane(app, world, failures, endpoints, pay_control)
    return app


def _add(app: Sanic[Any, Any], path: str, method: str, endpoint: Endpoint, failures: Failures) -> None:
    # code2Session answers text/plain, its errors included.
    content_type = "text/plain" if path.startswith("/sns/") else "application/json; encoding=utf-8"

    async def handle(request: Request) -> HTTPResponse:
        world: World = app.ctx.world
        world.calls[path] += 1
        try:
            struck = await failures.strike(path)
            if struck:
                return struck
            if request.method != method:
                raise Refused(43002 if method == "POST" else 43001)
            return endpoint(world, request)
        except Refused as refused:
            return refuse(refused, content_type)

    app.add_route(handle, path, methods=["GET", "POST"], name=path.strip("/").replace("/", "-"))


def _with_token(call: Call) -> Endpoint:
    def endpoint(world: World, request: Request) -> HTTPResponse:
        world.credentials.check_token(request.args.get("access_token"))
        return call(world, _body(request))

    return endpoint


def _stable_token(world: World, request: Request) -> HTTPResponse:
    return access.give_stable_token(world.credentials, _body(request))


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        raise Refused(44002)
    try:
        return msgspec.json.decode(request.body, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Refused(47001) from None
