"""Formula products over HTTP: who may do what, what comes in."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from membership.staff import Role
from tests.server.staff_api.test_staff_members import headers_of

PRODUCTS = "/staff/v1/formula-products"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "sku": f"F-{uuid4().hex[:12]}",
        "name": "测试配方奶粉",
        "stage": 1,
        "label_from_months": 0,
        "label_until_months": 6,
        "net_g": 800,
        "scoop_mg": 4400,
        "scoop_ml": 30,
    } | changes


async def test_made_changed_allowed_and_removed(api: httpx.AsyncClient) -> None:
    operator, administrator = await headers_of(api, Role.OPERATOR), await headers_of(api, Role.ADMINISTRATOR)
    sent = body()
    made = await api.post(PRODUCTS, json=sent, headers=operator)
    assert made.status_code == 201, made.text
    product = made.json()
    assert {name: product[name] for name in sent} == sent
    assert (product["listed"], product["promotion_refused"]) == (True, True)
    path = f"{PRODUCTS}/{product['id']}"
    changed = await api.patch(path, json={"net_g": 900, "label_until_months": None}, headers=operator)
    assert (changed.json()["net_g"], changed.json()["label_until_months"], changed.json()["scoop_mg"]) == (
        900,
        None,
        4400,
    )
    policy = {"promotion_refused": False, "reason": "法务确认"}
    assert (await api.post(f"{path}/policy", json=policy, headers=operator)).status_code == 403
    allowed = await api.post(f"{path}/policy", json=policy, headers=administrator)
    assert allowed.json()["promotion_refused"] is False
    assert (await api.get(path, headers=operator)).json() == allowed.json()
    page = (await api.get(PRODUCTS, params={"stage": 1, "limit": 1}, headers=operator)).json()
    assert len(page["items"]) == 1
    again = await api.post(PRODUCTS, json=sent, headers=operator)
    assert (again.status_code, again.json()["code"]) == (409, "formula_product_taken")
    assert (await api.delete(path, headers=operator)).status_code == 204
    for gone in (
        await api.get(path, headers=operator),
        await api.delete(path, headers=operator),
        await api.patch(path, json={"net_g": 900}, headers=operator),
        await api.post(f"{path}/policy", json=policy, headers=administrator),
    ):
        assert (gone.status_code, gone.json()["code"]) == (404, "formula_product_not_found")


@pytest.mark.parametrize(
    "change",
    [
        {"sku": ""},
        {"sku": " a"},
        {"sku": "a "},
        {"sku": "a\n"},
        {"sku": "x" * 65},
        {"name": ""},
        {"name": "长" * 65},
        {"name": "a\x00"},
        {"stage": 0},
        {"stage": 5},
        {"stage": "1"},
        {"label_from_months": -1},
        {"label_until_months": 0},
        {"label_from_months": 6},
        {"net_g": 0},
        {"net_g": 2**70},
        {"net_g": 800.5},
        {"scoop_mg": 4.4},
        {"scoop_mg": 4},
        {"scoop_ml": 0},
        {"price": 1},
        {"promotion_refused": False},
    ],
)
async def test_bad_products_are_refused(api: httpx.AsyncClient, change: dict[str, Any]) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    refused = await api.post(PRODUCTS, json=body(**change), headers=operator)
    assert refused.status_code in (400, 422), refused.text
    assert next(iter(change)) in refused.text or refused.status_code == 400 or "label_until_months" in refused.text


async def test_nothing_beside_what_the_label_says_can_be_changed(api: httpx.AsyncClient) -> None:
    operator = await headers_of(api, Role.OPERATOR)
    product = (await api.post(PRODUCTS, json=body(), headers=operator)).json()
    path = f"{PRODUCTS}/{product['id']}"
    for change in ({"sku": "another"}, {"promotion_refused": False}, {"name": None}, {"label_until_months": 0}):
        assert (await api.patch(path, json=change, headers=operator)).status_code in (400, 422)
    assert (await api.get(path, headers=operator)).json() == product


async def test_a_clerk_reads_and_an_expert_does_not(api: httpx.AsyncClient) -> None:
    clerk, expert = await headers_of(api, Role.CLERK), await headers_of(api, Role.EXPERT)
    assert (await api.get(PRODUCTS, headers=clerk)).status_code == 200
    assert (await api.post(PRODUCTS, json=body(), headers=clerk)).status_code == 403
    assert (await api.get(PRODUCTS, headers=expert)).status_code == 403
    assert (await api.get(PRODUCTS)).status_code == 401
