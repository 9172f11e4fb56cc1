"""Serving: a Sanic handler for every route of a face, and problem details for whatever goes wrong."""

import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, cast
from uuid import UUID

import msgspec
import structlog
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import BadRequest as SanicBadRequest
from sanic.exceptions import (
    HeaderExpectationFailed,
    InvalidHeader,
    PayloadTooLarge,
    RequestTimeout,
    SanicException,
    ServiceUnavailable,
)
from sanic.exceptions import MethodNotAllowed as SanicMethodNotAllowed
from sanic.exceptions import NotFound as SanicNotFound

from foundation import cache, database, decoding, idempotency
from foundation.errors import (
    PROBLEM_CONTENT_TYPE,
    BadRequest,
    Broken,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
)
from foundation.faces import Face, Parameter, Raw, Route
from foundation.idempotency import Claim, IdempotencyKey, IdempotencyKeyMissing
from foundation.log import request as log_request
from foundation.metrics import REQUEST_SECONDS
from foundation.secrets import vault
from foundation.shapes import Upload

LARGEST_BODY_BYTES = 256 * 1024
LARGEST_UPLOAD_BYTES = 5 * 1024 * 1024
JSON = "application/json"

Read = Callable[[Request, dict[str, str], Any], Any]

log = structlog.get_logger("http")
_encoder = msgspec.json.Encoder()


NO_STORE = {"Cache-Control": "no-store"}
"""Answers are for who asked, and for now: neither a proxy nor a shared telephone keeps them."""


def mount(app: Sanic[Any, Any], face: Face) -> None:
    """Puts the routes of a face into an app."""
    for route in face.routes:
        app.add_route(
            _handler(face, route),
            route.path.replace("{", "<").replace("}", ":str>"),
            methods=[route.method],
            name=route.name.replace(".", "_"),
            unquote=True,
            stream=route.parameter("upload") is not None,
        )


def refuse_well(app: Sanic[Any, Any]) -> None:
    """Makes the framework's own errors (no such path, too large, too slow) problem details as well."""

    async def answer(_request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, Problem):
            return problem_response(error)
        if isinstance(error, SanicException):
            response = problem_response(_as_problem(error))
            if isinstance(error, SanicMethodNotAllowed):
                response.headers.update(error.headers)
            return response
        return problem_response(_unexpected(error, None))

    app.error_handler.add(Exception, answer)


def problem_response(problem: Problem) -> HTTPResponse:
    """A refusal as application/problem+json."""
    headers = dict(NO_STORE)
    if problem.retry_after_seconds is not None:
        headers["Retry-After"] = str(problem.retry_after_seconds)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return HTTPResponse(_encoder.encode(problem.details()), problem.status, headers, content_type=PROBLEM_CONTENT_TYPE)


def _unexpected(error: Exception, route: str | None) -> Problem:
    if database.is_away(error) or isinstance(error, cache.AWAY):
        log.warning("part_away", error=type(error).__name__, route=route)
        return Unavailable()
    log.error("unexpected_error", exc_info=error, route=route)
    return Broken()


def _as_problem(error: SanicException) -> Problem:
    kinds: tuple[tuple[tuple[type[SanicException], ...], type[Problem]], ...] = (
        ((SanicNotFound,), NotFound),
        ((SanicMethodNotAllowed,), MethodNotAllowed),
        ((PayloadTooLarge,), TooLarge),
        ((RequestTimeout, ServiceUnavailable), Unavailable),
        ((SanicBadRequest, InvalidHeader, HeaderExpectationFailed), BadRequest),
    )
    for framework_errors, problem in kinds:
        if isinstance(error, framework_errors):
            return problem()
    return BadRequest() if error.status_code < 500 else Unavailable()


def _handler(face: Face, route: Route) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    readers = [(parameter.name, _READERS[parameter.source](parameter)) for parameter in route.parameters]
    keyed, uploads = route.parameter("key") is not None, route.parameter("upload") is not None
    seconds = {}  # one child per status; looking a child up by labels costs more than observing
    perform, admit, status = route.handler, face.gate.admit, route.status

    async def respond(request: Request, path: dict[str, str]) -> HTTPResponse:
        caller = await admit(request, route)
        if uploads:
            request.body = await _received(request)
        arguments = {name: read(request, path, caller) for name, read in readers}
        if not keyed:
            return _response(await perform(**arguments), status)
        claim = _claim(request, caller, arguments)
        with idempotency.claiming(claim):
            return _response(await perform(**arguments), status)

    async def handle(request: Request, **path: str) -> HTTPResponse:
        started = time.perf_counter()
        try:
            response = await respond(request, path)
        except Problem as problem:
            response = problem_response(problem)
        except Exception as error:
            response = problem_response(_unexpected(error, route.name))
        elapsed = time.perf_counter() - started
        if response.status not in seconds:
            seconds[response.status] = REQUEST_SECONDS.labels(route.method, route.path, response.status)
        seconds[response.status].observe(elapsed)
        log_request(route.name, response.status, elapsed)
        return response

    return handle


async def _received(request: Request) -> bytes:
    """The body of an upload, which is not read before its sender is let in, and no further than it may be long."""
    pieces: list[bytes] = []
    room = LARGEST_UPLOAD_BYTES
    # Sanic's types leave its streams out, and mix HTTP/3's in.
    while (piece := await cast(Any, request.stream).read()) is not None:
        room -= len(piece)
        if room < 0:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def _response(answer: Any, status: int) -> HTTPResponse:
    if answer is None:
        return HTTPResponse(None, 204)
    if isinstance(answer, Raw):
        return HTTPResponse(answer.content, status, answer.headers, content_type=answer.content_type)
    return HTTPResponse(_encoder.encode(answer), status, NO_STORE, content_type=JSON)


def _claim(request: Request, caller: Any, arguments: dict[str, Any]) -> Claim | None:
    key = next((value for value in arguments.values() if isinstance(value, IdempotencyKey)), None)
    if key is None:
        return None
    shapes = [value for value in arguments.values() if isinstance(value, msgspec.Struct) and value is not caller]
    asked = f"{request.method} {request.path}\n{_encoder.encode(shapes).decode()}"
    # Keyed: from a plain hash of a request that says little but a date, the date could be guessed.
    return Claim(caller.subject, key, vault().index("request", asked))


def _path_reader(parameter: Parameter) -> Read:
    name = parameter.name
    if parameter.type is UUID:

        def read_id(_request: Request, path: dict[str, str], _caller: Any) -> UUID:
            try:
                return UUID(path[name])
            except ValueError:
                raise NotFound from None

        return read_id

    def read_text(_request: Request, path: dict[str, str], _caller: Any) -> str:
        text = path[name]
        if len(text) > 64 or not text.isprintable():
            raise NotFound
        return text

    return read_text


def _query_reader(parameter: Parameter) -> Read:
    nothing_asked = None
    if parameter.type.__struct_config__.frozen:  # one for all requests, so nobody may write to it
        with contextlib.suppress(Problem):  # something in it is required
            nothing_asked = decoding.decode_query({}, parameter.type)

    def read(request: Request, _path: dict[str, str], _caller: Any) -> Any:
        if nothing_asked is not None and not request.query_string:
            return nothing_asked
        return decoding.decode_query(request.get_args(keep_blank_values=True), parameter.type)

    return read


def _body_reader(parameter: Parameter) -> Read:
    def read(request: Request, _path: dict[str, str], _caller: Any) -> Any:
        raw = request.body
        if not raw and parameter.optional:
            return None
        content_type = request.headers.get("content-type", JSON)
        if content_type.partition(";")[0].strip().lower() != JSON:
            raise UnsupportedMediaType
        if len(raw) > LARGEST_BODY_BYTES:
            raise TooLarge
        return decoding.decode_body(raw, parameter.type)

    return read


def _key_reader(parameter: Parameter) -> Read:
    def read(request: Request, _path: dict[str, str], _caller: Any) -> IdempotencyKey | None:
        text = request.headers.get("idempotency-key")
        if text is None and parameter.optional:
            return None
        if text is None or not (0 < len(text) <= 64 and text.isascii() and text.isprintable()):
            raise IdempotencyKeyMissing
        return IdempotencyKey(text)

    return read


def _upload_reader(_parameter: Parameter) -> Read:
    return lambda request, _path, _caller: Upload(request.body)


def _request_reader(_parameter: Parameter) -> Read:
    return lambda request, _path, _caller: request


def _caller_reader(_parameter: Parameter) -> Read:
    return lambda _request, _path, caller: caller


_READERS: dict[str, Callable[[Parameter], Read]] = {
    "path": _path_reader,
    "query": _query_reader,
    "body": _body_reader,
    "upload": _upload_reader,
    "key": _key_reader,
    "request": _request_reader,
    "caller": _caller_reader,
}
"""By where a parameter comes from."""
