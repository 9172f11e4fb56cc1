"""Paid levels for the staff, over HTTP."""

from typing import Any
from uuid import uuid4

import httpx

from membership.staff import Role
from tests.makers.wallets import make_saver, make_shop, number_of
from tests.server.staff_api.test_staff_members import headers_of
from tests.server.staff_api.test_staff_wallets import keyed

PLANS, LEVELS = "/staff/v1/paid-plans", "/staff/v1/paid-levels"


def plan(**changes: Any) -> dict[str, Any]:
    return {
        "code": f"p{uuid4().hex[:10]}",
        "name": "金卡年卡",
        "price_fen": 36_500,
        "months": 12,
        "level": "gold",
        "benefits": ["积分加倍"],
        **changes,
    }


async def test_a_plan_is_made_sold_at_the_counter_and_given_back(api: httpx.AsyncClient) -> None:
    operator, clerk = await headers_of(api, Role.OPERATOR), await headers_of(api, Role.CLERK)
    made = plan()
    answer = await api.post(PLANS, json=made, headers=operator)
    assert answer.status_code == 201, answer.text
    assert answer.json() == made | {"full_refund_days": 7, "active": True}
    assert answer.json() in (await api.get(PLANS, headers=clerk)).json()["items"]
    number = await number_of(await make_saver(await make_shop()))
    sale = {"member_number": number, "plan": made["code"], "price_fen": 36_500}
    headers = keyed(clerk)
    sold = await api.post(LEVELS, json=sale, headers=headers)
    assert (sold.status_code, sold.json()["refundable_fen"]) == (201, 36_500), sold.text
    assert (await api.post(LEVELS, json=sale, headers=headers)).json() == sold.json()
    listed = (await api.get(f"{LEVELS}?member_number={number}", headers=clerk)).json()["items"]
    assert listed == [sold.json()]
    path = f"{LEVELS}/{sold.json()['id']}/refund"
    assert (await api.post(path, json={"reason": "不需要"}, headers=keyed(clerk))).status_code == 403
    refunded = await api.post(path, json={"reason": "不需要"}, headers=keyed(operator))
    assert (refunded.status_code, refunded.json()["refunded_fen"]) == (200, 36_500), refunded.text
    assert refunded.json()["refundable_fen"] is None
    unknown = await api.post(f"{LEVELS}/{uuid4()}/refund", json={"reason": "不需要"}, headers=keyed(operator))
    assert unknown.json()["code"] == "paid_level_not_found"


async def test_what_is_refused(api: httpx.AsyncClient) -> None:
    operator, clerk = await headers_of(api, Role.OPERATOR), await headers_of(api, Role.CLERK)
    for changes, code in (
        ({"level": "standard"}, "paid_plan_level_unfit"),
        ({"level": "platinum"}, "paid_plan_level_unfit"),
        ({"months": 0}, "invalid"),
        ({"months": 61}, "invalid"),
        ({"price_fen": 0}, "invalid"),
        ({"code": "A B"}, "invalid"),
        ({"benefits": [""]}, "invalid"),
    ):
        answer = await api.post(PLANS, json=plan(**changes), headers=operator)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await api.post(PLANS, json=plan(), headers=clerk)).status_code == 403
    made = plan()
    await api.post(PLANS, json=made, headers=operator)
    assert (await api.post(PLANS, json=made, headers=operator)).json()["code"] == "paid_plan_exists"
    dearer = await api.patch(f"{PLANS}/{made['code']}", json={"price_fen": 40_000}, headers=operator)
    assert (dearer.json()["price_fen"], dearer.json()["active"]) == (40_000, True)
    number = await number_of(await make_saver(await make_shop()))
    sale = {"member_number": number, "plan": made["code"], "price_fen": 36_500}
    refused = await api.post(LEVELS, json=sale, headers=keyed(clerk))
    assert (refused.status_code, refused.json()["code"]) == (409, "paid_plan_price_changed")
    off = await api.patch(f"{PLANS}/{made['code']}", json={"active": False}, headers=operator)
    assert off.json()["active"] is False
    assert (await api.post(LEVELS, json=sale, headers=keyed(clerk))).json()["code"] == "paid_plan_unknown"
    stranger = await api.post(LEVELS, json=sale | {"member_number": "000000000000"}, headers=keyed(clerk))
    assert stranger.status_code == 404
    assert (await api.patch(f"{PLANS}/nobody-knows", json={}, headers=operator)).status_code == 404
