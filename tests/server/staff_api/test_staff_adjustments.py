"""Points by hand over HTTP."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from membership.staff import Role
from tests.makers.members import MadeMember, make_member
from tests.server.staff_api.test_staff_members import headers_of

PATH = "/staff/v1/points-adjustments"


@pytest.fixture
async def member(api: httpx.AsyncClient) -> MadeMember:
    return await make_member()


async def adjust(
    api: httpx.AsyncClient, headers: dict[str, str], number: str, amount: int, key: str | None = None
) -> httpx.Response:
    body = {"member_number": number, "amount": amount, "reason": "活动积分未到账"}
    return await api.post(PATH, json=body, headers={**headers, "Idempotency-Key": key or uuid4().hex})


async def balance(api: httpx.AsyncClient, member: MadeMember) -> int:
    return int((await api.get("/api/v1/me/points", headers=member.headers)).json()["balance"])


async def items(api: httpx.AsyncClient, headers: dict[str, str], path: str) -> list[dict[str, Any]]:
    answer = await api.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_clerk_gives_and_takes_within_her_limits(api: httpx.AsyncClient, member: MadeMember) -> None:
    clerk, key = await headers_of(api, Role.CLERK), uuid4().hex
    first = await adjust(api, clerk, member.number, 60, key)
    assert (first.status_code, first.json()["status"]) == (201, "posted")
    again = await adjust(api, clerk, member.number, 60, key)
    assert again.json() == first.json()
    assert (await adjust(api, clerk, member.number, -10)).status_code == 201
    assert await balance(api, member) == 50
    refused = await adjust(api, clerk, member.number, -51)
    assert (refused.status_code, refused.json()["code"]) == (409, "adjustment_too_large")
    assert "50 积分" in refused.json()["detail"]
    assert [line["amount"] for line in await items(api, clerk, PATH)] == [-10, 60]


async def test_above_them_a_second_person_decides(api: httpx.AsyncClient, member: MadeMember) -> None:
    clerk, operator = await headers_of(api, Role.CLERK), await headers_of(api, Role.OPERATOR)
    asked = (await adjust(api, clerk, member.number, 900)).json()
    assert asked["status"] == "waiting"
    assert await balance(api, member) == 0
    assert asked["id"] in [line["id"] for line in await items(api, operator, f"{PATH}/waiting")]
    assert (await api.get(f"{PATH}/waiting", headers=clerk)).status_code == 403
    path, key = f"{PATH}/{asked['id']}/approval", {"Idempotency-Key": uuid4().hex}
    assert (await api.post(path, headers=clerk | key)).status_code == 403
    approved = await api.post(path, headers=operator | key)
    assert (approved.status_code, approved.json()["status"]) == (200, "posted")
    assert await balance(api, member) == 900
    late = await api.post(f"{PATH}/{asked['id']}/rejection", json={"because": "晚了"}, headers=operator)
    assert (late.status_code, late.json()["code"]) == (409, "adjustment_decided")


async def test_a_rejection_says_why(api: httpx.AsyncClient, member: MadeMember) -> None:
    clerk, operator = await headers_of(api, Role.CLERK), await headers_of(api, Role.OPERATOR)
    asked = (await adjust(api, clerk, member.number, 900)).json()
    answer = await api.post(f"{PATH}/{asked['id']}/rejection", json={"because": "重复申请"}, headers=operator)
    assert answer.json()["status"] == "rejected"
    assert [line["rejected_because"] for line in await items(api, clerk, PATH)] == ["重复申请"]


async def test_nobody_decides_on_her_own(api: httpx.AsyncClient, member: MadeMember) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    asked = (await adjust(api, operator, member.number, 5000)).json()
    key = {"Idempotency-Key": uuid4().hex}
    answer = await api.post(f"{PATH}/{asked['id']}/approval", headers=operator | key)
    assert (answer.status_code, answer.json()["code"]) == (409, "second_person_needed")


async def test_nothing_and_nobody_are_refused(api: httpx.AsyncClient, member: MadeMember) -> None:
    clerk = await headers_of(api, Role.CLERK)
    assert (await adjust(api, clerk, member.number, 0)).json()["code"] == "adjustment_of_nothing"
    assert (await adjust(api, clerk, "999999999999", 5)).status_code == 404


async def test_an_administrator_sets_limits_and_everybody_concerned_sees_them(api: httpx.AsyncClient) -> None:
    administrator, clerk = await headers_of(api, Role.ADMINISTRATOR), await headers_of(api, Role.CLERK)
    limits = {line.pop("role"): line for line in await items(api, clerk, "/staff/v1/adjustment-limits")}
    assert list(limits) == ["clerk", "operator", "administrator"]
    path = "/staff/v1/adjustment-limits/clerk"
    assert (await api.patch(path, json=limits["clerk"], headers=clerk)).status_code == 403
    answer = await api.patch(path, json=limits["clerk"], headers=administrator)
    assert answer.json() == {"role": "clerk", **limits["clerk"]}
    too_much = {**limits["clerk"], "per_adjustment_points": 5000}
    assert (await api.patch(path, json=too_much, headers=administrator)).json()["code"] == "limits_do_not_fit"
