"""The staff's rules over HTTP: who may, what is refused, versions, the test run."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation import clock
from foundation.settings import Settings
from membership import purchases
from membership.staff import Role
from tests.makers.earning import new_code
from tests.makers.purchases import line, make_buyer, make_sale, make_shop, settle_all
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

PATH = "/staff/v1/earn-rules"


async def headers_of(api: httpx.AsyncClient, role: Role) -> dict[str, str]:
    store_id = (await make_store()).id if role is Role.CLERK else None
    return bearer((await login(api, await make_staff(role, store_id=store_id))).json())


@pytest.fixture
async def operator(api: httpx.AsyncClient) -> dict[str, str]:
    return await headers_of(api, Role.OPERATOR)


def rule(**changes: Any) -> dict[str, Any]:
    """An attendance rule that nothing meets."""
    content = {
        "code": new_code(),
        "way": "attendance",
        "name": "到场",
        "parameters": {"points": 10, "least_minutes": 1_440},
        "valid_from": "2026-01-01",
    }
    return content | changes


async def test_a_rule_is_made_changed_and_ended(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    store = await make_store()
    made = await api.post(PATH, json=rule(stores=[store.code], budget=500, daily_cap=20), headers=operator)
    assert made.status_code == 201, made.text
    first = made.json()
    assert (first["version"], first["stores"], first["spent"], first["active"]) == (1, [store.code], 0, True)
    changed = await api.patch(f"{PATH}/{first['id']}", json={"name": "新", "budget": None}, headers=operator)
    second = changed.json()
    assert (changed.status_code, second["version"], second["name"], second["budget"], second["daily_cap"]) == (
        200,
        2,
        "新",
        None,
        20,
    )
    late = await api.patch(f"{PATH}/{first['id']}", json={"name": "晚"}, headers=operator)
    assert (late.status_code, late.json()["code"]) == (409, "earn_rule_ended")
    seen = await api.get(PATH, params={"way": "attendance", "limit": 100}, headers=operator)
    assert [item["version"] for item in seen.json()["items"] if item["code"] == first["code"]] == [2]
    ended = await api.request("DELETE", f"{PATH}/{second['id']}", json={"reason": "结束"}, headers=operator)
    assert ended.status_code == 204
    assert (await api.delete(f"{PATH}/{second['id']}", headers=operator)).status_code == 409
    old = await api.get(f"{PATH}/{first['id']}", headers=operator)
    assert (old.json()["name"], old.json()["ended_at"] is None) == ("到场", False)
    taken = await api.post(PATH, json=rule(code=first["code"]), headers=operator)
    assert (taken.status_code, taken.json()["code"]) == (409, "earn_rule_code_taken")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"way": "share"}, "way"),
        ({"way": "message_subscription"}, "way"),
        ({"parameters": {"points": 10, "per_share": 5}}, "parameters.per_share"),
        ({"parameters": {}}, "parameters.points"),
        ({"stores": ["NOSUCHSTORE"]}, "stores[0]"),
        ({"skus": ["A1"]}, "skus"),
        ({"valid_until": "2025-12-31"}, "valid_until"),
        ({"daily_cap": 0}, "daily_cap"),
        ({"budget": -1}, "budget"),
        ({"valid_months": 0}, "valid_months"),
        ({"code": "Not A Code"}, "code"),
        ({"levels": []}, "levels"),
        ({"name": ""}, "name"),
    ],
)
async def test_what_is_refused(
    api: httpx.AsyncClient, operator: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    answer = await api.post(PATH, json=rule(**changes), headers=operator)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_change_that_makes_no_rule_is_refused(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    made = (await api.post(PATH, json=rule(), headers=operator)).json()
    for changes in ({"parameters": {"points": 0}}, {"stores": ["NOSUCHSTORE"]}, {"way": "survey"}, {"code": "x1"}):
        answer = await api.patch(f"{PATH}/{made['id']}", json=changes, headers=operator)
        assert answer.status_code == 422, changes
    assert (await api.get(f"{PATH}/{made['id']}", headers=operator)).json()["ended_at"] is None
    assert (await api.delete(f"{PATH}/{made['id']}", headers=operator)).status_code == 204


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OPERATOR, Role.ADMINISTRATOR}])
async def test_others_of_the_staff_may_not(api: httpx.AsyncClient, role: Role) -> None:
    headers = await headers_of(api, role)
    for method, path in (
        ("GET", "/staff/v1/earn-ways"),
        ("GET", PATH),
        ("POST", PATH),
        ("GET", f"{PATH}/{uuid4()}"),
        ("PATCH", f"{PATH}/{uuid4()}"),
        ("DELETE", f"{PATH}/{uuid4()}"),
        ("GET", f"{PATH}/{uuid4()}/preview"),
        ("POST", f"{PATH}/preview"),
    ):
        assert (await api.request(method, path, headers=headers)).status_code == 403, (method, path)


async def test_an_unknown_rule_is_not_there(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    path = f"{PATH}/{uuid4()}"
    days = {"since": "2026-01-01", "until": "2026-01-02"}
    answers = [
        await api.get(path, headers=operator),
        await api.patch(path, json={"name": "x"}, headers=operator),
        await api.delete(path, headers=operator),
        await api.get(f"{path}/preview", params=days, headers=operator),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "earn_rule_not_found")] * 4


async def test_the_ways_say_what_they_take_and_none_is_forbidden(
    api: httpx.AsyncClient, operator: dict[str, str]
) -> None:
    ways = {item["way"]: item for item in (await api.get("/staff/v1/earn-ways", headers=operator)).json()["items"]}
    assert {"purchase", "sign_in", "survey", "referral", "profile_completion", "attendance", "contribution"} == set(
        ways
    )
    assert "numerator" in str(ways["purchase"]["parameters"])
    assert "share" not in str(ways)


async def test_a_rule_and_a_draft_are_tried_on_the_past(
    api: httpx.AsyncClient, operator: dict[str, str], world: Settings
) -> None:
    shop, buyer = await make_shop(), await make_buyer()
    sale = make_sale(shop, card=buyer.number, lines=[line(30_000)], occurred_at=clock.now() - timedelta(days=2))
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    today = clock.today()
    days = {"since": str(today - timedelta(days=3)), "until": str(today)}
    body = rule(way="purchase", parameters={"numerator": 2}, stores=[shop.store.code], valid_from=str(today))
    tried = await api.post(f"{PATH}/preview", json={"rule": body} | days, headers=operator)
    wanted = {
        "occurrences": tried.json().get("occurrences"),
        "members": 1,
        "times": 1,
        "points": 300,
        "top": [{"number": buyer.number, "times": 1, "points": 300}],
    }
    assert (tried.status_code, tried.json()) == (200, wanted)
    made = (await api.post(PATH, json=body, headers=operator)).json()
    again = await api.get(f"{PATH}/{made['id']}/preview", params=days, headers=operator)
    assert again.json() == wanted
    assert (await api.delete(f"{PATH}/{made['id']}", headers=operator)).status_code == 204
    for since, until, status in (("2026-02-02", "2026-02-01", 422), ("0001-01-01", "9999-12-31", 422)):
        answer = await api.get(
            f"{PATH}/{made['id']}/preview", params={"since": since, "until": until}, headers=operator
        )
        assert answer.status_code == status
    nothing = await api.post(f"{PATH}/preview", json={"rule": rule()} | days, headers=operator)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "earn_rule_no_past")
