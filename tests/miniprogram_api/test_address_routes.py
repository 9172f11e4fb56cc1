"""Addresses over HTTP."""

from uuid import uuid4

import httpx
import pytest

from tests.makers.mothers import Mother

PATH = "/api/v1/me/addresses"
BODY = {"name": "陈小雨", "phone": "13912345678", "region": "上海市 黄浦区", "detail": "测试路1号201室"}


@pytest.fixture
async def mother(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    mother = Mother(api, standin)
    await mother.sign_in()
    return mother


async def test_written_down_changed_listed_and_deleted(mother: Mother) -> None:
    refused = await mother.post(PATH, BODY)
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    await mother.agree()
    made = await mother.post(PATH, BODY)
    assert made.status_code == 201
    one = f"{PATH}/{made.json()['id']}"
    changed = await mother.patch(one, {"detail": "新家2号"})
    assert changed.json() == {**made.json(), "detail": "新家2号"}
    assert (await mother.get(PATH)).json() == {"items": [changed.json()], "next_cursor": None}
    assert (await mother.delete(one)).status_code == 204
    again = await mother.delete(one)
    assert (again.status_code, again.json()["code"]) == (404, "address_not_found")
    assert (await mother.get(PATH)).json()["items"] == []


async def test_bad_input_names_its_place(mother: Mother) -> None:
    await mother.agree()
    for field, value in (
        ("name", ""),
        ("name", "长" * 26),
        ("phone", "1"),
        ("phone", "02112345678"),
        ("region", None),
        ("detail", "a\x00b"),
        ("detail", "x" * 121),
        ("more", "x"),
    ):
        answer = await mother.post(PATH, {**BODY, field: value})
        assert answer.status_code == 422, (field, value)
        assert answer.json()["errors"][0]["field"] == field
    assert (await mother.patch(f"{PATH}/{uuid4()}", {"detail": "新家"})).json()["code"] == "address_not_found"
    assert (await mother.api.get(PATH)).status_code == 401
