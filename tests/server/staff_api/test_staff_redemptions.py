"""The counter over HTTP: the clerk finds a redemption by its code and hands the gift over."""

from uuid import UUID, uuid4

import httpx

from membership import mall
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

PATH = "/staff/v1/redemptions"


async def clerk_headers(api: httpx.AsyncClient, role: Role, store_id: UUID | None) -> dict[str, str]:
    person = await make_staff(role, store_id=store_id)
    return bearer((await login(api, person)).json())


async def test_the_clerk_finds_by_code_and_hands_over(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(200)
    headers = await clerk_headers(api, Role.CLERK, store.id)
    redemption = await mall.redeem(member, product, 1, store.code)
    found = await api.get(PATH, params={"pickup_code": redemption.pickup_code}, headers=headers)
    (item,) = found.json()["items"]
    assert item["id"] == str(redemption.id)
    assert item["member_name"] == "会员"
    assert "points" not in item
    wrong = "00000000" if redemption.pickup_code != "00000000" else "00000001"
    path = f"{PATH}/{redemption.id}/handover"
    refused = await api.post(path, json={"pickup_code": wrong}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "pickup_code_wrong")
    handed = await api.post(path, json={"pickup_code": redemption.pickup_code}, headers=headers)
    assert (handed.status_code, handed.json()["status"]) == (200, "handed_over")
    again = await api.post(path, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_handed_over")
    without_body = await mall.redeem(member, product, 1, store.code)
    assert (await api.post(f"{PATH}/{without_body.id}/handover", headers=headers)).status_code == 200


async def test_another_stores_redemption_is_not_there(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(100)
    redemption = await mall.redeem(member, product, 1, store.code)
    headers = await clerk_headers(api, Role.CLERK, (await make_store()).id)
    found = await api.get(PATH, params={"pickup_code": redemption.pickup_code}, headers=headers)
    assert found.json() == {"items": []}
    for redemption_id in (redemption.id, uuid4()):
        answer = await api.post(f"{PATH}/{redemption_id}/handover", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "redemption_not_found")
    await mall.cancel(member, redemption.id)
    headers = await clerk_headers(api, Role.CLERK, store.id)
    answer = await api.post(f"{PATH}/{redemption.id}/handover", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_cancelled")


async def test_only_clerks_stand_at_the_counter(api: httpx.AsyncClient) -> None:
    headers = await clerk_headers(api, Role.ADMINISTRATOR, None)
    assert (await api.post(f"{PATH}/{uuid4()}/handover", headers=headers)).status_code == 403
    assert (await api.get(PATH, params={"pickup_code": "12345678"}, headers=headers)).status_code == 403
