"""Herself over HTTP: what she sees, what she may write, what is refused with the place named."""

from typing import Any

import httpx
import pytest

from tests.makers.mothers import Mother
from tests.makers.phones import new_phone


@pytest.fixture
def mother(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    return Mother(api, standin)


async def test_what_a_new_member_sees(mother: Mother) -> None:
    signed_in = await mother.sign_in()
    answer = await mother.get("/api/v1/me")
    me = answer.json()
    assert (me["id"], me["number"]) == (signed_in["member"]["id"], signed_in["member"]["number"])
    assert me["missing_required"] == ["nickname", "relation"]
    assert me["missing_optional"] == ["birthday", "city", "how_heard"]
    assert [(gift["gift"], gift["claimed_at"]) for gift in me["gifts"]] == [("welcome", None), ("profile", None)]
    assert all(gift["points"] > 0 for gift in me["gifts"])


async def test_the_profile_is_written_field_by_field(mother: Mother) -> None:
    await mother.sign_in()
    refused = await mother.patch("/api/v1/me", {"nickname": "小雨"})
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    await mother.agree()
    assert (await mother.patch("/api/v1/me", {"nickname": "小雨"})).status_code == 200
    answer = await mother.patch(
        "/api/v1/me", {"relation": "grandparent", "birthday": "1961-02-03", "city": "杭州", "how_heard": "friend"}
    )
    me: dict[str, Any] = answer.json()
    assert {name: me[name] for name in ("nickname", "relation", "birthday", "city", "how_heard")} == {
        "nickname": "小雨",
        "relation": "grandparent",
        "birthday": "1961-02-03",
        "city": "杭州",
        "how_heard": "friend",
    }
    assert (me["missing_required"], me["missing_optional"]) == ([], [])
    assert [gift["claimed_at"] is not None for gift in me["gifts"]] == [False, True]
    emptied = (await mother.patch("/api/v1/me", {"birthday": None})).json()
    assert (emptied["birthday"], emptied["city"]) == (None, "杭州")
    assert emptied == (await mother.get("/api/v1/me")).json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nickname": ""}, "nickname"),
        ({"nickname": "  "}, "nickname"),
        ({"nickname": None}, "nickname"),
        ({"nickname": "长" * 21}, "nickname"),
        ({"nickname": "a\x00b"}, "nickname"),
        ({"nickname": "a\u202eb"}, "nickname"),
        ({"relation": "aunt"}, "relation"),
        ({"relation": None}, "relation"),
        ({"birthday": "yesterday"}, "birthday"),
        ({"birthday": "2999-01-01"}, "birthday"),
        ({"city": "长" * 31}, "city"),
        ({"how_heard": "radio"}, "how_heard"),
        ({"number": "123456789012"}, "number"),
    ],
)
async def test_what_can_not_be_written_is_refused_by_name(mother: Mother, body: dict[str, Any], field: str) -> None:
    await mother.sign_in()
    await mother.agree()
    answer = await mother.patch("/api/v1/me", body)
    assert answer.status_code == 422
    assert field in str(answer.json())
    assert (await mother.get("/api/v1/me")).json()["nickname"] is None


async def test_the_answer_to_the_phone_shows_the_profile_too(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    await mother.patch("/api/v1/me", {"nickname": "小雨"})
    assert (await mother.verify(new_phone())).json()["member"]["nickname"] == "小雨"
    assert (await mother.sign_in())["member"]["nickname"] == "小雨"


async def test_a_stranger_sees_nothing(mother: Mother) -> None:
    assert (await mother.get("/api/v1/me")).status_code == 401
    assert (await mother.patch("/api/v1/me", {"nickname": "小雨"})).status_code == 401
