"""The OpenAPI 3.1 document, made from the routes themselves."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from foundation.errors import (
    PROBLEM_CONTENT_TYPE,
    BadRequest,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    ProblemDetails,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedMediaType,
)
from foundation.faces import Face, Raw, Route
from foundation.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused

REFERENCE = "#/components/schemas/{name}"

_IDEMPOTENCY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "1 to 64 visible ASCII characters. The same key and request get the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[\\x20-\\x7e]+$"},
}


def document(faces: Iterable[Face], *, title: str, version: str, description: str) -> dict[str, Any]:
    """The whole document."""
    faces = list(faces)
    shapes = _shapes(route for face in faces for route in face.routes)
    schemas, components = msgspec.json.schema_components(shapes, ref_template=REFERENCE)
    schema_of = dict(zip(map(repr, shapes), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for face in faces:
        for route in face.routes:
            operation = _operation(face, route, schema_of, components)
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description, "license": {"name": "Apache-2.0"}},
        "tags": [{"name": face.title, "description": face.description} for face in faces],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {face.gate.scheme_name: face.gate.scheme for face in faces if face.gate.scheme},
        },
    }


def refusals(face: Face, route: Route) -> list[type[Problem]]:
    """Everything a route may refuse with, for its document and for tests."""
    found: list[type[Problem]] = [*route.refuses, *face.gate.refuses, TooManyRequests, Unavailable]
    if not route.public and len(route.who) >= 1:
        found.append(Forbidden)
    if route.parameter("body"):
        found += [BadRequest, Invalid, TooLarge, UnsupportedMediaType]
    if route.parameter("upload"):
        found.append(TooLarge)
    if route.parameter("query"):
        found.append(Invalid)
    if route.parameter("path"):
        found.append(NotFound)
    if route.parameter("key"):
        found += [IdempotencyKeyMissing, IdempotencyKeyReused]
    return sorted(set(found), key=lambda problem: (problem.status, problem.code))


def _shapes(routes: Iterable[Route]) -> list[Any]:
    found: dict[str, Any] = {repr(ProblemDetails): ProblemDetails}
    for route in routes:
        for source in ("body", "query"):
            if parameter := route.parameter(source):
                found[repr(parameter.type)] = parameter.type
        if _is_json(route):
            found[repr(route.answer)] = route.answer
    return list(found.values())


def _is_json(route: Route) -> bool:
    return route.answer is not type(None) and route.answer is not Raw


def _operation(face: Face, route: Route, schema_of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [face.title],
        "summary": route.summary,
        "description": f"{route.description}\n\nMay be called by: {', '.join(route.who)}.".strip(),
        "parameters": _parameters(route, schema_of, components),
        "responses": _responses(face, route, schema_of),
    }
    if body := route.parameter("body"):
        operation["requestBody"] = {
            "required": not body.optional,
            "content": {"application/json": {"schema": schema_of[repr(body.type)]}},
        }
    if route.parameter("upload"):
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/octet-stream": {
                    "schema": {"type": "string", "contentMediaType": "application/octet-stream"}
                }
            },
        }
    if face.gate.scheme and not (route.public and len(route.who) == 1):
        operation["security"] = [{face.gate.scheme_name: []}] + ([{}] if route.public else [])
    return operation


def _parameters(route: Route, schema_of: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for parameter in route.parameters:
        if parameter.source == "path":
            schema = (
                {"type": "string", "format": "uuid"} if parameter.type is UUID else {"type": "string", "maxLength": 64}
            )
            found.append({"name": parameter.name, "in": "path", "required": True, "schema": schema})
        elif parameter.source == "key":
            found.append(_IDEMPOTENCY_HEADER | {"required": not parameter.optional})
        elif parameter.source == "query":
            shape = components[schema_of[repr(parameter.type)]["$ref"].rpartition("/")[2]]
            required = shape.get("required", [])
            found += [
                {"name": name, "in": "query", "required": name in required, "schema": schema}
                for name, schema in shape["properties"].items()
            ]
    return found


def _responses(face: Face, route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": route.summary}
    if route.answer is Raw:
        # A document of its own kind; of JSON nothing more is said than that it is JSON.
        schema = {} if route.produces == "application/json" else {"type": "string", "contentMediaType": route.produces}
        success["content"] = {route.produces: {"schema": schema}}
    elif _is_json(route):
        success["content"] = {route.produces: {"schema": schema_of[repr(route.answer)]}}
    responses = {str(route.status): success}
    by_status: dict[int, list[type[Problem]]] = {}
    for problem in refusals(face, route):
        by_status.setdefault(problem.status, []).append(problem)
    for status, problems in by_status.items():
        responses[str(status)] = {
            "description": "\n".join(f"- `{problem.code}`: {problem.title}" for problem in problems),
            "content": {PROBLEM_CONTENT_TYPE: {"schema": schema_of[repr(ProblemDetails)]}},
        }
    return responses
