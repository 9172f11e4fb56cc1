"""Faces and routes: which paths exist, who may call them, what they take and give."""

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from sanic import Request

from foundation.errors import Problem
from foundation.idempotency import IdempotencyKey
from foundation.limits import Limit
from foundation.pages import PageQuery
from foundation.shapes import Body, Upload

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)

PUBLIC = "public"
DEFAULT_LIMIT = Limit(requests=240, seconds=60, burst=60)
"""A thumb on a phone is far below it."""

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")


class Raw(msgspec.Struct, frozen=True):
    """An answer that is not JSON."""

    content: bytes
    content_type: str
    headers: dict[str, str] = {}


class Gate(Protocol):
    """How the callers of a face are let in."""

    scheme_name: str
    """The name of the OpenAPI security scheme."""
    scheme: dict[str, Any]
    refuses: tuple[type[Problem], ...]

    async def admit(self, request: Request, route: "Route") -> Any:
        """The caller, with the route's limit counted. Raises `Unauthorized`, `Forbidden`, `TooManyRequests`."""
        ...


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a handler: where it comes from and its type."""

    name: str
    source: str
    """`path`, `query`, `body`, `upload`, `key`, `request` or `caller`."""
    type: Any
    optional: bool = False


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one path."""

    face: str
    method: str
    path: str
    """Whole, with `{names}`."""
    handler: Any
    who: tuple[str, ...]
    status: int
    refuses: tuple[type[Problem], ...]
    limit: Limit
    parameters: tuple[Parameter, ...]
    answer: Any
    produces: str
    summary: str
    description: str

    @property
    def name(self) -> str:
        """Unique: the OpenAPI operation id and the metrics label."""
        return f"{self.face}.{self.handler.__name__}"

    @property
    def public(self) -> bool:
        return PUBLIC in self.who

    def parameter(self, source: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.source == source), None)


class Face:
    """One audience's door: a prefix, a gate and its routes."""

    def __init__(self, name: str, prefix: str, gate: Gate, *, title: str, description: str) -> None:
        self.name = name
        self.prefix = prefix
        self.gate = gate
        self.title = title
        self.description = description
        self.routes: list[Route] = []

    def get(self, path: str, **options: Any) -> Callable[[H], H]:
        return self.route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[H], H]:
        return self.route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[H], H]:
        return self.route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[H], H]:
        return self.route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[H], H]:
        return self.route("DELETE", path, **options)

    def route(
        self,
        method: str,
        path: str,
        *,
        who: str | tuple[str, ...],
        status: int = 200,
        refuses: tuple[type[Problem], ...] = (),
        limit: Limit = DEFAULT_LIMIT,
        produces: str = "application/json",
    ) -> Callable[[H], H]:
        """Registers a handler. `who` names the roles that may call it, or `public`."""

        def register(handler: H) -> H:
            hints = get_type_hints(handler, include_extras=True)
            summary, _, description = inspect.cleandoc(handler.__doc__ or "").partition("\n\n")
            assert summary, f"{handler.__qualname__} has no docstring: it is the documentation of {method} {path}"
            answer = hints.pop("return")
            self.routes.append(
                Route(
                    face=self.name,
                    method=method,
                    path=self.prefix + path,
                    handler=handler,
                    who=(who,) if isinstance(who, str) else who,
                    status=204 if answer is type(None) else status,
                    refuses=refuses,
                    limit=limit,
                    parameters=tuple(_parameter(name, hint, path) for name, hint in hints.items()),
                    answer=answer,
                    produces=produces,
                    summary=" ".join(summary.split()),
                    description=description,
                )
            )
            return handler

        return register


def _parameter(name: str, hint: Any, path: str) -> Parameter:
    inner, optional = _without_none(hint)
    if name in _PATH_PARAMETER.findall(path):
        return Parameter(name, "path", inner)
    if inner is IdempotencyKey:
        return Parameter(name, "key", inner, optional)
    if inner is Upload:
        return Parameter(name, "upload", inner)
    if inner is Request:
        return Parameter(name, "request", inner)
    if isinstance(inner, type) and issubclass(inner, Body | PageQuery):
        return Parameter(name, "query" if name == "query" else "body", inner, optional)
    return Parameter(name, "caller", inner, optional)


def _without_none(hint: Any) -> tuple[Any, bool]:
    arguments = get_args(hint)
    if type(None) in arguments and (get_origin(hint) is Union or hasattr(hint, "__or__")):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return inner, True
    return hint, False
