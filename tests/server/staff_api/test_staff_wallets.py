"""Stored value for the staff, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from foundation import clock
from membership.staff import Role
from tests.makers.wallets import holds, make_saver, make_shop, number_of
from tests.server.staff_api.test_staff_members import headers_of

REFUNDS = "/staff/v1/wallet-refunds"
RULES = "/staff/v1/wallet-gift-rules"


def keyed(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": uuid4().hex}


async def ask(api: httpx.AsyncClient, headers: dict[str, str], number: str) -> httpx.Response:
    return await api.post(REFUNDS, json={"member_number": number, "reason": "搬家了"}, headers=keyed(headers))


async def test_a_refund_takes_two(api: httpx.AsyncClient) -> None:
    member = await make_saver(await make_shop(), 8_000)
    number = await number_of(member)
    clerk, operator = await headers_of(api, Role.CLERK), await headers_of(api, Role.OPERATOR)
    wallet = (await api.get(f"/staff/v1/wallets/{number}", headers=clerk)).json()
    assert wallet == {"principal_fen": 8_000, "gift_fen": 0, "limit_fen": 500_000}
    asked = await ask(api, clerk, number)
    assert (asked.status_code, asked.json()["status"]) == (201, "waiting")
    path = f"{REFUNDS}/{asked.json()['id']}"
    assert (await api.post(f"{path}/approval", headers=keyed(clerk))).status_code == 403
    waiting = (await api.get(f"{REFUNDS}/waiting?limit=100", headers=operator)).json()["items"]
    assert asked.json()["id"] in [refund["id"] for refund in waiting]
    headers = keyed(operator)
    paid = await api.post(f"{path}/approval", headers=headers)
    assert (paid.status_code, paid.json()["status"]) == (200, "paid"), paid.text
    assert (await api.post(f"{path}/approval", headers=headers)).json() == paid.json()
    assert (await holds(member)).total_fen == 0
    assert (await ask(api, clerk, number)).json()["code"] == "wallet_empty"
    refused = await api.post(f"{path}/rejection", json={"because": "晚了"}, headers=keyed(operator))
    assert (refused.status_code, refused.json()["code"]) == (409, "wallet_refund_decided")


async def test_nobody_decides_on_her_own_wish(api: httpx.AsyncClient) -> None:
    member = await make_saver(await make_shop(), 8_000)
    operator, other = await headers_of(api, Role.OPERATOR), await headers_of(api, Role.ADMINISTRATOR)
    asked = (await ask(api, operator, await number_of(member))).json()
    own = await api.post(f"{REFUNDS}/{asked['id']}/approval", headers=keyed(operator))
    assert (own.status_code, own.json()["code"]) == (409, "wallet_refund_second_person")
    no = await api.post(f"{REFUNDS}/{asked['id']}/rejection", json={"because": "顾客改主意"}, headers=keyed(other))
    assert no.json()["status"] == "rejected"
    assert (await api.post(f"{REFUNDS}/{uuid4()}/approval", headers=keyed(other))).status_code == 404


async def test_bad_requests_name_the_place(api: httpx.AsyncClient) -> None:
    clerk = await headers_of(api, Role.CLERK)
    number = await number_of(await make_saver(await make_shop(), 1))
    for body in ({"member_number": number}, {"member_number": "1", "reason": "退款"}, {"reason": "退款"}):
        assert (await api.post(REFUNDS, json=body, headers=keyed(clerk))).status_code == 422
    unkeyed = await api.post(REFUNDS, json={"member_number": number, "reason": "退款"}, headers=clerk)
    assert unkeyed.json()["code"] == "idempotency_key_required"
    assert (await ask(api, clerk, "000000000000")).status_code == 404
    assert (await api.get("/staff/v1/wallets/000000000000", headers=clerk)).status_code == 404


async def test_rules_and_limits(api: httpx.AsyncClient) -> None:
    operator, administrator = await headers_of(api, Role.OPERATOR), await headers_of(api, Role.ADMINISTRATOR)
    day = clock.today() + timedelta(days=2000)
    rule: dict[str, Any] = {
        "code": f"r{uuid4().hex[:10]}",
        "name": "充500送50",
        "at_least_fen": 50_000,
        "gift_fen": 5_000,
        "valid_from": day.isoformat(),
    }
    made = await api.post(RULES, json=rule, headers=operator)
    assert made.status_code == 201, made.text
    assert made.json() in (await api.get(RULES, headers=operator)).json()["items"]
    assert (await api.post(RULES, json=rule, headers=operator)).json()["code"] == "wallet_gift_rule_exists"
    off = await api.patch(f"{RULES}/{rule['code']}", json={"active": False}, headers=operator)
    assert off.json()["active"] is False
    before = {"active": True, "valid_until": (day - timedelta(days=1)).isoformat()}
    assert (await api.patch(f"{RULES}/{rule['code']}", json=before, headers=operator)).status_code == 422
    assert (await api.patch(f"{RULES}/nobody-knows", json={"active": True}, headers=operator)).status_code == 404
    limit = {"valid_from": (day + timedelta(days=uuid4().int % 100_000)).isoformat(), "most_fen": 300_000}
    assert (await api.post("/staff/v1/wallet-limits", json=limit, headers=operator)).status_code == 403
    assert (await api.post("/staff/v1/wallet-limits", json=limit, headers=administrator)).status_code == 201
    again = await api.post("/staff/v1/wallet-limits", json=limit, headers=administrator)
    assert again.json()["code"] == "wallet_limit_exists"
    over = {"valid_from": "2020-01-01", "most_fen": 1}
    assert (await api.post("/staff/v1/wallet-limits", json=over, headers=administrator)).status_code == 422
    assert limit in (await api.get("/staff/v1/wallet-limits", headers=operator)).json()["items"]
