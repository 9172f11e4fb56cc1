"""Operators make templates, change them, add stock and give coupons over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation import clock
from membership import coupons
from membership.staff import Role
from tests.makers.purchases import make_buyer
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

PATH = "/staff/v1/coupon-templates"


@pytest.fixture
async def operator(api: httpx.AsyncClient) -> dict[str, str]:
    return bearer((await login(api, await make_staff(Role.OPERATOR))).json())


def keyed(headers: dict[str, str], key: str | None = None) -> dict[str, str]:
    return headers | {"Idempotency-Key": key or uuid4().hex}


def template_body(**changes: Any) -> dict[str, Any]:
    return {
        "title": "满100减20",
        "kind": "amount",
        "amount_fen": 2_000,
        "threshold_fen": 10_000,
        "after_days": 0,
        "lasts_days": 30,
        "stock": 10,
        "claim_from": (clock.now() - timedelta(hours=1)).isoformat(),
    } | changes


async def make(api: httpx.AsyncClient, headers: dict[str, str], **changes: Any) -> dict[str, Any]:
    answer = await api.post(PATH, json=template_body(**changes), headers=keyed(headers))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_made_changed_stocked_given_and_stopped(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    store, buyer = await make_store(), await make_buyer()
    made = await make(api, operator, stores=[store.code], store_share_percent=40, stacking_group="milk")
    assert (made["stores"], made["issued"], made["active"], made["store_share_percent"]) == ([store.code], 0, True, 40)
    path = f"{PATH}/{made['id']}"
    assert (await api.get(path, headers=operator)).json() == made | {"used": 0}
    listed = (await api.get(PATH, params={"limit": 100}, headers=operator)).json()["items"]
    assert made in listed
    changed = await api.patch(path, json={"title": "会员日满减", "claim_until": None}, headers=operator)
    assert (changed.status_code, changed.json()["title"]) == (200, "会员日满减")
    stocked = await api.post(f"{path}/stock", json={"coupons": 5, "reason": "加量"}, headers=keyed(operator))
    assert (stocked.status_code, stocked.json()["stock"]) == (201, 15)
    give = {"member": buyer.number, "reason": "客诉补偿"}
    headers = keyed(operator)
    given = await api.post(f"{path}/coupons", json=give, headers=headers)
    assert given.status_code == 201
    assert (await api.post(f"{path}/coupons", json=give, headers=headers)).json() == given.json()
    assert (await coupons.coupon(buyer.id, given.json()["id"])).template_id.hex == made["id"].replace("-", "")
    stopped = await api.patch(path, json={"active": False}, headers=operator)
    assert (stopped.json()["active"], stopped.json()["issued"]) == (False, 1)
    refused = await api.post(f"{path}/coupons", json=give, headers=keyed(operator))
    assert (refused.status_code, refused.json()["code"]) == (409, "coupon_limit_reached")


async def test_promises_are_no_fields_of_a_change(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    made = await make(api, operator)
    refused = await api.patch(f"{PATH}/{made['id']}", json={"amount_fen": 1}, headers=operator)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "amount_fen")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "percent"}, "amount_fen"),
        ({"stores": ["NOWHERE"]}, "stores[0]"),
        ({"percent_off": 101}, "percent_off"),
        ({"store_share_percent": 101}, "store_share_percent"),
        ({"stock": -1}, "stock"),
        ({"title": ""}, "title"),
        ({"claim_from": "2026-06-01T10:00:00"}, "claim_from"),
        ({"stacking_group": "Milk"}, "stacking_group"),
        ({"stacking_group": "milk\n"}, "stacking_group"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_what_does_not_fit_is_named(
    api: httpx.AsyncClient, operator: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    refused = await api.post(PATH, json=template_body(**changes), headers=keyed(operator))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), refused.text
    assert field in [error["field"] for error in refused.json()["errors"]]


async def test_what_may_not_be_promoted(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    sku = f"0-STAGE1-{uuid4().hex[:8]}"
    body = {"sku": sku, "formula_stage": 1, "reason": "一段配方奶粉"}
    for _ in range(2):
        assert (await api.post("/staff/v1/unpromoted-skus", json=body, headers=operator)).status_code == 204
    listed = (await api.get("/staff/v1/unpromoted-skus", params={"limit": 100}, headers=operator)).json()["items"]
    assert sku in [item["sku"] for item in listed]
    named = template_body(scope="only", skus=["A1", sku])
    refused = await api.post(PATH, json=named, headers=keyed(operator))
    assert (refused.status_code, refused.json()["code"]) == (422, "sku_not_promoted")
    assert [error["field"] for error in refused.json()["errors"]] == ["skus[1]"]
    permission = f"/staff/v1/unpromoted-skus/{sku}/permission"
    assert (await api.post(permission, json={"reason": "误录"}, headers=operator)).status_code == 204
    assert (await api.post(permission, json={"reason": "误录"}, headers=operator)).status_code == 404
    assert (await api.post(PATH, json=named, headers=keyed(operator))).status_code == 201


async def test_clerks_make_no_coupons(api: httpx.AsyncClient) -> None:
    clerk = await make_staff(Role.CLERK, store_id=(await make_store()).id)
    headers = bearer((await login(api, clerk)).json())
    assert (await api.post(PATH, json=template_body(), headers=keyed(headers))).status_code == 403
    assert (await api.get(PATH, headers=headers)).status_code == 403


async def test_whoever_is_not_there(api: httpx.AsyncClient, operator: dict[str, str]) -> None:
    made = await make(api, operator)
    for path in (f"{PATH}/{uuid4()}/coupons", f"{PATH}/{made['id']}/coupons"):
        body = {"member": "100000000000", "reason": "x"}
        assert (await api.post(path, json=body, headers=keyed(operator))).status_code == 404
    missing = await api.post(f"{PATH}/{uuid4()}/stock", json={"coupons": 1, "reason": "x"}, headers=keyed(operator))
    assert (missing.status_code, missing.json()["code"]) == (404, "coupon_template_not_found")
