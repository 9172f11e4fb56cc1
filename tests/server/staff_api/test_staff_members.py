"""Bans over HTTP: who is banned is out with her next request, and in again when the ban is lifted."""

import httpx
import pytest

from membership.staff import Role
from tests.makers.mothers import Mother
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

REASON = {"reason": "刷单"}


@pytest.fixture
def mother(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    return Mother(api, standin)


async def headers_of(api: httpx.AsyncClient, role: Role) -> dict[str, str]:
    store_id = (await make_store()).id if role is Role.CLERK else None
    return bearer((await login(api, await make_staff(role, store_id=store_id))).json())


def path(number: str) -> str:
    return f"/staff/v1/members/{number}/ban"


async def try_to_sign_in(mother: Mother) -> httpx.Response:
    return await mother.api.post("/api/v1/auth/wechat", json={"code": await mother.login_code()})


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MODERATOR])
async def test_a_ban_ends_her_session_and_lifting_it_lets_her_in(
    mother: Mother, api: httpx.AsyncClient, role: Role
) -> None:
    number = (await mother.sign_in())["member"]["number"]
    headers = await headers_of(api, role)
    assert (await mother.get("/api/v1/me")).status_code == 200
    for _ in range(2):  # banning again is no error
        assert (await api.post(path(number), json=REASON, headers=headers)).status_code == 204
    assert (await mother.get("/api/v1/me")).status_code == 401
    refused = await try_to_sign_in(mother)
    assert (refused.status_code, refused.json()["code"]) == (403, "member_banned")
    assert (await api.delete(path(number), headers=headers)).status_code == 204
    assert (await mother.sign_in())["member"]["number"] == number
    assert (await mother.get("/api/v1/me")).status_code == 200
    assert (await api.delete(path(number), headers=headers)).status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.OPERATOR, Role.EXPERT, Role.PRIVACY_OFFICER])
async def test_others_of_the_staff_may_not(mother: Mother, api: httpx.AsyncClient, role: Role) -> None:
    number = (await mother.sign_in())["member"]["number"]
    headers = await headers_of(api, role)
    assert (await api.post(path(number), json=REASON, headers=headers)).status_code == 403
    assert (await api.delete(path(number), headers=headers)).status_code == 403
    assert (await mother.get("/api/v1/me")).status_code == 200


async def test_a_number_nobody_has(mother: Mother, api: httpx.AsyncClient) -> None:
    number = (await mother.sign_in())["member"]["number"]
    headers = await headers_of(api, Role.ADMINISTRATOR)
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)  # one check digit fits, so nobody has this number
    for unknown in (mistyped, "1", number + "0", "x" * 12):
        assert (await api.post(path(unknown), json=REASON, headers=headers)).status_code == 404, unknown
        assert (await api.delete(path(unknown), headers=headers)).status_code == 404, unknown


async def test_bad_input(mother: Mother, api: httpx.AsyncClient) -> None:
    number = (await mother.sign_in())["member"]["number"]
    headers = await headers_of(api, Role.ADMINISTRATOR)
    for body in ({}, {"reason": ""}, {"reason": "长" * 201}, {"reason": 5}, {"reason": "x", "more": 1}):
        assert (await api.post(path(number), json=body, headers=headers)).status_code == 422, body
    assert (await mother.get("/api/v1/me")).status_code == 200
    assert (await api.post(path(number), json={"reason": "长" * 200}, headers=headers)).status_code == 204
