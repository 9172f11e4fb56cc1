"""The staff's questionnaires over HTTP: made, closed, counted; who may."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from membership import surveys
from membership.staff import Role
from tests.makers.earning import days_ago
from tests.makers.members import make_member
from tests.server.staff_api.test_staff_earn_rules import headers_of

PATH = "/staff/v1/surveys"

FEEDING = {
    "type": "single",
    "code": "feeding",
    "text": "怎么喂养",
    "options": [{"code": "a", "text": "母乳"}, {"code": "b", "text": "混合"}],
}
CITY = {"type": "text", "code": "city", "text": "城市", "fills": "city", "required": False}


@pytest.fixture
async def operator(api: httpx.AsyncClient) -> dict[str, str]:
    return await headers_of(api, Role.OPERATOR)


def survey(**changes: Any) -> dict[str, Any]:
    return {"title": "小调查", "questions": [FEEDING, CITY], "valid_from": str(days_ago(1))} | changes


async def test_a_survey_is_made_answered_counted_and_closed(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    made = await api.post(PATH, json=survey(), headers=operator)
    assert made.status_code == 201, made.text
    survey_id = made.json()["id"]
    assert made.json()["questions"][1] == CITY | {"type": "text"}
    member = await make_member()
    await surveys.respond(member.id, UUID(survey_id), {"feeding": "b"})
    results = (await api.get(f"{PATH}/{survey_id}/results", headers=operator)).json()
    assert results == {
        "responses": 1,
        "questions": [
            {"code": "feeding", "answered": 1, "choices": [{"choice": "b", "responses": 1}], "average": None},
            {"code": "city", "answered": 0, "choices": [], "average": None},
        ],
    }
    closed = await api.patch(f"{PATH}/{survey_id}", json={"active": False}, headers=operator)
    assert (closed.status_code, closed.json()["active"]) == (200, False)
    seen = await api.get(f"{PATH}/{survey_id}", headers=operator)
    assert seen.json() == closed.json()
    listed = await api.get(PATH, params={"limit": 1}, headers=operator)
    assert listed.json()["items"][0]["id"] == survey_id


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": []},
        {"questions": [FEEDING, FEEDING]},
        {"questions": [CITY | {"fills": "birthday"}]},
        {"questions": [CITY | {"type": "essay"}]},
        {"questions": [FEEDING | {"options": []}]},
        {"questions": [CITY | {"surprise": 1}]},
        {"title": ""},
        {"valid_until": str(days_ago(2))},
    ],
)
async def test_bad_input(api: httpx.AsyncClient, operator: dict[str, str], changes: dict[str, Any]) -> None:
    answer = await api.post(PATH, json=survey(**changes), headers=operator)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_questions_do_not_change(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    made = (await api.post(PATH, json=survey(), headers=operator)).json()
    answer = await api.patch(f"{PATH}/{made['id']}", json={"questions": [CITY]}, headers=operator)
    assert answer.status_code == 422


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OPERATOR, Role.ADMINISTRATOR}])
async def test_others_of_the_staff_may_not(api: httpx.AsyncClient, role: Role) -> None:
    headers = await headers_of(api, role)
    for method, path in (
        ("GET", PATH),
        ("POST", PATH),
        ("GET", f"{PATH}/{uuid4()}"),
        ("PATCH", f"{PATH}/{uuid4()}"),
        ("GET", f"{PATH}/{uuid4()}/results"),
    ):
        assert (await api.request(method, path, headers=headers)).status_code == 403, (method, path)


async def test_an_unknown_survey_is_not_there(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    path = f"{PATH}/{uuid4()}"
    answers = [
        await api.get(path, headers=operator),
        await api.patch(path, json={"active": True}, headers=operator),
        await api.get(f"{path}/results", headers=operator),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "survey_not_found")] * 3
