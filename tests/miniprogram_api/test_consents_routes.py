"""Consents over HTTP: public notices, her answers, taking back."""

import httpx
import pytest

from foundation import clock
from tests.makers.authorizations import VERSION
from tests.makers.mothers import Mother
from tests.makers.phones import new_phone


@pytest.fixture
def mother(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    return Mother(api, standin)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_notices_are_public(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/consents")
    assert answer.status_code == 200
    notices = {notice["notice"]: notice for notice in answer.json()["items"]}
    assert answer.json()["items"][0]["notice"] == "privacy"
    assert notices["privacy"]["required_for"] == ["phone", "profile"]
    assert notices["children"]["required_for"] == []
    assert {"version", "title", "text", "published_at"} <= notices["marketing"].keys()


async def test_agreeing_twice_is_agreeing_once(mother: Mother) -> None:
    await mother.sign_in()
    first = await mother.agree()
    assert first.status_code == 200
    assert (await mother.agree()).json() == first.json()
    assert (await mother.get("/api/v1/me/consents")).json()["items"] == [first.json()]


async def test_what_can_not_be_agreed_to(mother: Mother) -> None:
    await mother.sign_in()
    path = "/api/v1/me/consents"
    assert refusal(await mother.post(path, {"notice": "unheard_of", "version": 1})) == (404, "not_found")
    assert refusal(await mother.post(path, {"notice": "privacy", "version": 999})) == (409, "notice_outdated")
    for body in ({}, {"notice": "privacy"}, {"notice": "privacy", "version": 0}, {"notice": "", "version": 1}):
        assert refusal(await mother.post(path, body)) == (422, "invalid")
    assert (await mother.get(path)).json()["items"] == []


async def test_taking_back_acts_at_once(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    await mother.verify(new_phone())
    await mother.patch("/api/v1/me", {"nickname": "小雨"})
    assert (await mother.delete("/api/v1/me/consents/privacy")).status_code == 204
    assert (await mother.delete("/api/v1/me/consents/privacy")).status_code == 204
    me = (await mother.get("/api/v1/me")).json()
    assert (me["phone"], me["nickname"]) == (None, None)
    assert refusal(await mother.patch("/api/v1/me", {"nickname": "小雨"})) == (403, "consent_required")
    (consent,) = (await mother.get("/api/v1/me/consents")).json()["items"]
    assert consent["withdrawn_at"] is not None
    assert refusal(await mother.delete("/api/v1/me/consents/unheard_of")) == (404, "not_found")


async def test_taking_back_the_notice_of_children_ends_the_letter_at_once(
    api: httpx.AsyncClient, mother: Mother
) -> None:
    """Its text promises that, whether or not she had agreed to it."""
    await mother.sign_in()
    await mother.agree()
    answer = {"version": VERSION, "purposes": ["service", "expert"], "is_guardian": True}
    assert (await api.put("/api/v1/me/authorization", json=answer, headers=mother.headers)).status_code == 200
    added = await mother.post("/api/v1/babies", {"babies": [{"nickname": "小满", "birth_date": str(clock.today())}]})
    path = f"/api/v1/babies/{added.json()['items'][0]['id']}"
    assert (await mother.get(path)).status_code == 200
    for _ in range(2):
        assert (await mother.delete("/api/v1/me/consents/children")).status_code == 204
        assert refusal(await mother.get(path)) == (403, "authorization_required")
    standing = (await mother.get("/api/v1/me/authorization")).json()
    assert (standing["given"], standing["prompt"]) == (None, False)


async def test_strangers_stay_outside(mother: Mother) -> None:
    path = "/api/v1/me/consents"
    assert refusal(await mother.get(path)) == (401, "unauthorized")
    assert refusal(await mother.post(path, {"notice": "privacy", "version": 1})) == (401, "unauthorized")
    assert refusal(await mother.delete(f"{path}/privacy")) == (401, "unauthorized")
