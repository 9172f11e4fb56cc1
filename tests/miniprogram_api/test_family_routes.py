"""The family over HTTP."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.makers.families import allow, earn, make_family, person_of
from tests.makers.members import MadeMember, make_known_member, make_member

PATH = "/api/v1/me/family"
NOBODY = "/people/1c043fbe-476c-4151-8640-058464496f8e"


def keyed(member: MadeMember, key: str | None = None) -> dict[str, str]:
    return {**member.headers, "Idempotency-Key": key or uuid4().hex}


async def code_of(api: httpx.AsyncClient, head: MadeMember) -> str:
    answer = await api.post(f"{PATH}/invitations", headers=head.headers)
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


async def test_inviting_looking_joining_earning_leaving(api: httpx.AsyncClient) -> None:
    head, relative = await make_known_member(nickname="王小妈"), await make_known_member(nickname="李爸爸")
    code = await code_of(api, head)
    looked = await api.post(f"{PATH}/lookup", json={"code": code}, headers=relative.headers)
    assert looked.json()["head_name"] == "王**"
    assert "打码" in looked.json()["agreement"]
    joined = await api.post(PATH, json={"code": code}, headers=relative.headers)
    assert joined.status_code == 201
    assert [person["name"] for person in joined.json()["people"]] == ["王**", "李**"]
    await earn(relative.id, 100)
    seen = (await api.get(PATH, headers=head.headers)).json()
    assert seen["balance"] >= 100
    assert seen["people"][1]["earned_this_month"] == 100
    lines = (await api.get(f"{PATH}/contributions", headers=head.headers)).json()["items"]
    assert [(line["name"], line["title"], line["amount"]) for line in lines] == [("李**", "购物得积分", 100)]
    headers = keyed(relative)
    left = await api.delete(PATH, headers=headers)
    assert (left.status_code, left.json()) == (200, {"points": 100})
    assert (await api.delete(PATH, headers=headers)).json() == {"points": 100}
    gone = await api.delete(PATH, headers=keyed(relative))
    assert (gone.status_code, gone.json()["code"]) == (404, "no_family")


async def test_nobodys_number_phone_or_id_is_shown(api: httpx.AsyncClient) -> None:
    head, relative = await make_known_member(nickname="王小妈"), await make_known_member(nickname="李爸爸")
    code = await code_of(api, head)
    answer = await api.post(PATH, json={"code": code}, headers=relative.headers)
    for secret in (head.number, head.phone, str(head.id), str(relative.id), "王小妈"):
        assert str(secret) not in answer.text


async def test_the_head_says_who_may_spend_and_removes(api: httpx.AsyncClient) -> None:
    head, (relative,) = await make_family()
    person = f"{PATH}/people/{await person_of(head.id, relative.id)}"
    body = {"may_spend": True, "monthly_limit": 50}
    changed = await api.patch(person, json=body, headers=head.headers)
    assert [(each["may_spend"], each["monthly_limit"]) for each in changed.json()["people"]] == [
        (True, None),
        (True, 50),
    ]
    refused = await api.patch(person, json=body, headers=relative.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_the_family_head")
    stranger = await make_member()
    assert (await api.patch(person, json=body, headers=stranger.headers)).status_code == 404
    assert (await api.delete(person, headers=head.headers)).status_code == 400  # no key
    assert (await api.delete(person, headers=keyed(head))).json() == {"points": 0}


async def test_withdrawing_an_invitation(api: httpx.AsyncClient) -> None:
    head, relative = await make_member(), await make_member()
    made = (await api.post(f"{PATH}/invitations", headers=head.headers)).json()
    path = f"{PATH}/invitations/{made['id']}"
    assert (await api.delete(path, headers=relative.headers)).status_code == 404
    assert (await api.delete(path, headers=head.headers)).status_code == 204
    answer = await api.post(PATH, json={"code": made["code"]}, headers=relative.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "family_invitation_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"code": "短"}),
        ("POST", "", {"code": "ABCDEFGHI"}),
        ("POST", "", {"code": 12345678}),
        ("POST", "", {}),
        ("POST", "/lookup", {"code": "ABCD EFG"}),
        ("PATCH", NOBODY, {"may_spend": "yes"}),
        ("PATCH", NOBODY, {"may_spend": True, "monthly_limit": 0}),
        ("PATCH", NOBODY, {"may_spend": True, "monthly_limit": 10**30}),
        ("PATCH", NOBODY, {"may_spend": True, "unknown": 1}),
    ],
)
async def test_bad_input(api: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> None:
    member = await make_member()
    answer = await api.request(method, PATH + path, json=body, headers=member.headers)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("path", ["", "/contributions"])
async def test_without_a_family_and_without_a_session(api: httpx.AsyncClient, path: str) -> None:
    member = await make_member()
    answer = await api.get(PATH + path, headers=member.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_family")
    assert (await api.get(PATH + path)).status_code == 401


async def test_a_cursor_that_is_none_of_ours(api: httpx.AsyncClient) -> None:
    head, _ = await make_family()
    answer = await api.get(f"{PATH}/contributions", params={"cursor": "nonsense"}, headers=head.headers)
    assert answer.status_code == 422


async def test_the_points_and_the_card_show_a_relative_the_familys_balance(api: httpx.AsyncClient) -> None:
    head, (relative,) = await make_family()
    await earn(relative.id, 100)
    for may_spend in (False, True):
        if may_spend:
            await allow(head.id, relative.id)
        for path, own in (("/api/v1/me/points", "balance"), ("/api/v1/me/card", "points")):
            answer = (await api.get(path, headers=relative.headers)).json()
            assert (answer[own], answer["family"]) == (0, {"balance": 100, "may_spend": may_spend})
            answer = (await api.get(path, headers=head.headers)).json()
            assert (answer[own], answer["family"]) == (100, None)
