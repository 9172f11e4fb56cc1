"""Staff sign in, stay signed in and sign out over HTTP."""

from typing import Any

import httpx

from membership import staff
from membership.staff import Role
from tests.makers.staff import MadeStaff, make_staff
from tests.makers.stores import make_store


async def login(api: httpx.AsyncClient, person: MadeStaff, **changes: str) -> httpx.Response:
    body = {"name": person.name, "password": person.password, "totp": person.code()} | changes
    return await api.post("/staff/v1/auth/login", json=body)


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_a_clerk_signs_in_and_sees_who_she_is(api: httpx.AsyncClient) -> None:
    store = await make_store()
    clerk = await make_staff(Role.CLERK, store_id=store.id)
    answer = await login(api, clerk)
    assert answer.status_code == 200
    me = await api.get("/staff/v1/me", headers=bearer(answer.json()))
    assert me.json() == {
        "id": str(clerk.id),
        "name": clerk.name,
        "role": "clerk",
        "store": store.code,
        "store_name": store.name,
    }


async def test_every_wrong_part_gets_the_same_answer(api: httpx.AsyncClient) -> None:
    person = await make_staff(Role.OPERATOR)
    wrong = "000000" if person.code() != "000000" else "000001"
    answers = [
        await login(api, person, name="nobody at all"),
        await login(api, person, password="not her password"),
        await login(api, person, totp=wrong),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "credentials_wrong"
    assert (await login(api, person)).status_code == 200
    assert (await login(api, person)).json()["code"] == "credentials_wrong"


async def test_refreshing_and_signing_out(api: httpx.AsyncClient) -> None:
    person = await make_staff(Role.ADMINISTRATOR)
    first = (await login(api, person)).json()
    refreshed = await api.post("/staff/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert refreshed.status_code == 200
    headers = bearer(refreshed.json())
    assert (await api.post("/staff/v1/auth/logout", headers=headers)).status_code == 204
    assert (await api.get("/staff/v1/me", headers=headers)).status_code == 401
    ended = await api.post("/staff/v1/auth/refresh", json={"refresh_token": refreshed.json()["refresh_token"]})
    assert ended.status_code == 401


async def test_who_leaves_is_out_at_once(api: httpx.AsyncClient) -> None:
    person = await make_staff(Role.MODERATOR)
    headers = bearer((await login(api, person)).json())
    assert (await api.get("/staff/v1/me", headers=headers)).status_code == 200
    await staff.deactivate(person.id)
    assert (await api.get("/staff/v1/me", headers=headers)).status_code == 401
    assert (await login(api, person)).json()["code"] == "credentials_wrong"
