"""The document says what the routes do: every parameter, every refusal, schemas that resolve."""

import re
from typing import Any

import httpx
import jsonschema_rs
import pytest

from foundation import openapi
from foundation.errors import ProblemDetails
from tests.foundation.ground_tables import make_counter
from tests.foundation.small_face import small
from tests.foundation.test_idempotency import headers_of


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document([small], title="Small", version="1", description="A small document.")


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*(_references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(inner) for inner in value))
    return set()


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def test_every_route_is_there_once(document: dict[str, Any]) -> None:
    operations = _operations(document)
    assert {(path, method.upper()) for path, method, _ in operations} == {(r.path, r.method) for r in small.routes}
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(ids) == len(set(ids)) == len(small.routes)
    assert all(operation["summary"] for _, _, operation in operations)


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    references = _references(document)
    assert references
    for reference in references:
        value: Any = document
        for part in reference.removeprefix("#/").split("/"):
            value = value[part]


def test_every_schema_is_a_json_schema(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})
        assert schema.get("type") == "object", name


def test_path_parameters_are_those_of_the_path(document: dict[str, Any]) -> None:
    for path, _, operation in _operations(document):
        named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))
        assert all(parameter["required"] for parameter in operation["parameters"] if parameter["in"] == "path")


def test_query_and_header_parameters_are_listed(document: dict[str, Any]) -> None:
    listed = document["paths"]["/small/numbers"]["get"]["parameters"]
    assert [(p["name"], p["in"], p["required"]) for p in listed] == [
        ("cursor", "query", False),
        ("limit", "query", False),
    ]
    assert listed[1]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    taking = document["paths"]["/small/takings"]["post"]
    (key,) = taking["parameters"]
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", True)
    assert taking["requestBody"]["required"]


def test_bodies_forbid_unknown_fields(document: dict[str, Any]) -> None:
    body = document["paths"]["/small/takings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["counter"]


@pytest.mark.parametrize("route", small.routes, ids=lambda route: route.name)
def test_every_refusal_is_listed_under_its_status(document: dict[str, Any], route: Any) -> None:
    responses = document["paths"][route.path][route.method.lower()]["responses"]
    for problem in openapi.refusals(small, route):
        assert f"`{problem.code}`" in responses[str(problem.status)]["description"]
        assert list(responses[str(problem.status)]["content"]) == ["application/problem+json"]
    assert str(route.status) in responses


def test_what_a_keyed_route_may_refuse_is_complete(document: dict[str, Any]) -> None:
    taking = document["paths"]["/small/takings"]["post"]
    assert set(taking["responses"]) == {"201", "400", "401", "403", "409", "413", "415", "422", "429", "503"}
    conflicts = taking["responses"]["409"]["description"]
    assert "`nothing_left`" in conflicts
    assert "`idempotency_key_reused`" in conflicts


def test_doors_say_who_may_enter(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["small_token"]["scheme"] == "bearer"
    assert document["paths"]["/small/takings"]["post"]["security"] == [{"small_token": []}]
    assert document["paths"]["/small/both"]["get"]["security"] == [{"small_token": []}, {}]
    assert "security" not in document["paths"]["/small/numbers"]["get"]


def test_answers_that_are_nothing_or_bytes(document: dict[str, Any]) -> None:
    assert "content" not in document["paths"]["/small/nothing"]["delete"]["responses"]["204"]
    assert list(document["paths"]["/small/picture.png"]["get"]["responses"]["200"]["content"]) == ["image/png"]


async def test_answers_over_http_fit_the_document(document: dict[str, Any], door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(1), await headers_of()
    body = {"counter": str(counter)}
    answers = [
        ("/small/numbers", "get", await door.get("/numbers")),
        ("/small/numbers", "get", await door.get("/numbers?limit=0")),
        ("/small/search", "get", await door.get("/search?number=x")),
        ("/small/takings", "post", await door.post("/takings", json=body)),
        *[
            (
                "/small/takings",
                "post",
                await door.post("/takings", json=body, headers={**headers, "Idempotency-Key": key}),
            )
            for key in ("a", "b")
        ],
    ]
    assert [answer.status_code for _, _, answer in answers] == [200, 422, 422, 401, 201, 409]
    for path, method, answer in answers:
        listed = document["paths"][path][method]["responses"][str(answer.status_code)]
        schema = listed["content"][answer.headers["content-type"]]["schema"]
        jsonschema_rs.validate({**schema, "components": document["components"]}, answer.json())


def test_problem_details_are_described(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"][ProblemDetails.__name__]
    assert set(schema["required"]) == {"type", "title", "status", "code", "detail"}
