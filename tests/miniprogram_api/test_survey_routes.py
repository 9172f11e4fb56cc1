"""Surveys over HTTP: the list, the questions, one response, field errors; the staff's side."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from membership import earning
from tests.makers.earning import in_force
from tests.makers.members import make_member
from tests.makers.surveys import ANSWERS, make_survey

PATH = "/api/v1/surveys"


def keyed(headers: dict[str, str], key: str | None = None) -> dict[str, str]:
    return headers | {"Idempotency-Key": key or uuid4().hex}


async def test_a_survey_is_found_read_and_answered_once(api: httpx.AsyncClient) -> None:
    survey, member = await make_survey(), await make_member()
    async with in_force(earning.Survey, {"points": 30, "surveys": [str(survey.id)]}):
        listed = (await api.get(PATH, params={"limit": 100}, headers=member.headers)).json()["items"]
        (item,) = [item for item in listed if item["id"] == str(survey.id)]
        assert (item["questions"], item["points"], item["answered"]) == (6, 30, False)
        shown = (await api.get(f"{PATH}/{survey.id}", headers=member.headers)).json()
        assert [question["type"] for question in shown["questions"]] == [
            "single",
            "multiple",
            "number",
            "text",
            "date",
            "rating",
        ]
        headers = keyed(member.headers)
        path = f"{PATH}/{survey.id}/responses"
        for _ in range(2):
            answer = await api.post(path, json={"answers": ANSWERS}, headers=headers)
            assert (answer.status_code, answer.json()) == (201, {"points": 30, "filled": []})
    again = await api.post(path, json={"answers": ANSWERS}, headers=keyed(member.headers))
    assert (again.status_code, again.json()["code"]) == (409, "survey_answered")
    assert (await api.get(f"{PATH}/{survey.id}", headers=member.headers)).json()["answered"] is True


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (ANSWERS | {"children": 99}, "answers.children"),
        (ANSWERS | {"feeding": "x"}, "answers.feeding"),
        (ANSWERS | {"surprise": 1}, "answers.surprise"),
        (ANSWERS | {"stars": True}, "answers.stars"),
        (ANSWERS | {"stars": 1.5}, "answers.stars"),
        (ANSWERS | {"stars": None}, "answers.stars"),
        (ANSWERS | {"wants": [1]}, "answers.wants"),
        (ANSWERS | {"wants": [["sleep"], {}]}, "answers.wants"),
        (ANSWERS | {"words": {"a": 1}}, "answers.words"),
        (ANSWERS | {"visited": ["2026-01-01"]}, "answers.visited"),
    ],
)
async def test_a_field_error_names_the_question(api: httpx.AsyncClient, answers: dict[str, Any], field: str) -> None:
    survey, member = await make_survey(), await make_member()
    answer = await api.post(f"{PATH}/{survey.id}/responses", json={"answers": answers}, headers=keyed(member.headers))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_without_a_key_or_a_survey(api: httpx.AsyncClient) -> None:
    survey, member = await make_survey(active=False), await make_member()
    path = f"{PATH}/{survey.id}/responses"
    assert (await api.post(path, json={"answers": ANSWERS}, headers=member.headers)).status_code == 400
    for survey_id in (survey.id, uuid4()):
        closed = await api.post(
            f"{PATH}/{survey_id}/responses", json={"answers": ANSWERS}, headers=keyed(member.headers)
        )
        assert (closed.status_code, closed.json()["code"]) == (404, "survey_not_found")
    assert (await api.get(PATH)).status_code == 401
