"""Disclosures over HTTP: asking, approving, the value, and what the guardian reads."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from membership.staff import Role
from tests.makers.babies import make_child, make_mother
from tests.makers.disclosures import REASON
from tests.makers.members import MadeMember, make_known_member
from tests.makers.orders import make_shopper, order_delivery
from tests.server.staff_api.test_staff_members import headers_of

DISCLOSURES = "/staff/v1/disclosures"
MINE = "/api/v1/me/disclosures"


def of_phone(member: MadeMember, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "member_phone",
        "member_number": member.number,
        "purpose": "member_request",
        "reason": REASON,
        **changes,
    }


async def test_a_phone_from_the_mask_to_the_log(api: httpx.AsyncClient) -> None:
    member, headers = await make_known_member(nickname="王小满"), await headers_of(api, Role.OPERATOR)
    assert member.phone is not None
    masked = (await api.get(f"/staff/v1/members/{member.number}", headers=headers)).json()
    assert masked == {
        "number": member.number,
        "status": "active",
        "name": "王**",
        "phone": f"{member.phone[3:6]}******{member.phone[-2:]}",
        "babies": [],
    }
    asked = await api.post(DISCLOSURES, json=of_phone(member), headers=headers)
    assert (asked.status_code, asked.json()["state"], asked.json()["reason"]) == (201, "open", REASON)
    assert member.phone not in asked.text
    path = f"{DISCLOSURES}/{asked.json()['id']}"
    value = await api.get(f"{path}/value", headers=headers)
    assert (value.json()["phone"], value.json()["name"], value.json()["baby"]) == (member.phone, None, None)
    (look,) = (await api.get(MINE, headers=member.headers)).json()["items"]
    said = {name: look[name] for name in ("kind_title", "purpose_title", "role", "role_title", "store_code", "baby_id")}
    assert said == {
        "kind_title": "手机号",
        "purpose_title": "处理您的咨询或请求",
        "role": "operator",
        "role_title": "运营人员",
        "store_code": None,
        "baby_id": None,
    }
    assert asked.json()["asked_by"] not in str(look)
    assert asked.json()["asked_by_name"] not in str(look)
    assert (await api.post(f"{path}/end", headers=headers)).json()["state"] == "ended"
    refused = await api.get(f"{path}/value", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "disclosure_not_open")


async def test_a_child_by_two_people(api: httpx.AsyncClient) -> None:
    mother = await make_mother("service", "expert")
    baby_id = await make_child(mother.id, allergies=("egg",))
    expert, officer = await headers_of(api, Role.EXPERT), await headers_of(api, Role.PRIVACY_OFFICER)
    masked = (await api.get(f"/staff/v1/members/{mother.number}", headers=expert)).json()
    assert masked["babies"] == [str(baby_id)]
    body = of_phone(mother, kind="baby_details", purpose="expert_answer", baby_id=masked["babies"][0], unrelated=True)
    asked = (await api.post(DISCLOSURES, json=body, headers=expert)).json()
    path = f"{DISCLOSURES}/{asked['id']}"
    waiting = (await api.get(f"{DISCLOSURES}/waiting", params={"limit": 100}, headers=officer)).json()["items"]
    assert asked["id"] in [each["id"] for each in waiting]
    assert (await api.get(f"{path}/value", headers=expert)).status_code == 403
    assert (await api.post(f"{path}/approval", json={"unrelated": True}, headers=expert)).status_code == 403
    related = await api.post(f"{path}/approval", json={"unrelated": False}, headers=officer)
    assert (related.status_code, related.json()["code"]) == (422, "disclosure_relation_not_denied")
    approved = await api.post(f"{path}/approval", json={"unrelated": True}, headers=officer)
    assert approved.json()["state"] == "open"
    baby = (await api.get(f"{path}/value", headers=expert)).json()["baby"]
    assert (baby["nickname"], baby["allergies"], baby["status"]) == ("小满", ["egg"], "born")
    assert (await api.get(f"{path}/value", headers=officer)).status_code == 404, "who approved does not see it"
    await api.post("/api/v1/me/authorization/withdrawals", json={"purposes": ["expert"]}, headers=mother.headers)
    ended = await api.get(f"{path}/value", headers=expert)
    assert (ended.status_code, ended.json()["code"]) == (403, "disclosure_guardian_not_authorizing")
    (look,) = (await api.get(MINE, headers=mother.headers)).json()["items"]
    assert (look["baby_id"], look["role_title"]) == (str(baby_id), "专家")


async def test_refusing(api: httpx.AsyncClient) -> None:
    mother = await make_mother("service")
    baby_id = str(await make_child(mother.id))
    asker, officer = await headers_of(api, Role.ADMINISTRATOR), await headers_of(api, Role.PRIVACY_OFFICER)
    body = of_phone(mother, kind="baby_details", purpose="baby_service", baby_id=baby_id, unrelated=True)
    path = f"{DISCLOSURES}/{(await api.post(DISCLOSURES, json=body, headers=asker)).json()['id']}"
    own = await api.post(f"{path}/approval", json={"unrelated": True}, headers=asker)
    assert (own.status_code, own.json()["code"]) == (403, "disclosure_own_request")
    assert (await api.post(f"{path}/refusal", headers=officer)).json()["state"] == "refused"
    late = await api.post(f"{path}/approval", json={"unrelated": True}, headers=officer)
    assert (late.status_code, late.json()["code"]) == (409, "disclosure_already_decided")


async def test_lists(api: httpx.AsyncClient) -> None:
    member, operator = await make_known_member(), await headers_of(api, Role.OPERATOR)
    asked = (await api.post(DISCLOSURES, json=of_phone(member), headers=operator)).json()
    assert [each["id"] for each in (await api.get(DISCLOSURES, headers=operator)).json()["items"]] == [asked["id"]]
    assert (await api.get(DISCLOSURES, params={"whose": "all"}, headers=operator)).status_code == 403
    officer = await headers_of(api, Role.PRIVACY_OFFICER)
    everybody = (await api.get(DISCLOSURES, params={"whose": "all", "limit": 1}, headers=officer)).json()
    assert [each["id"] for each in everybody["items"]] == [asked["id"]]
    assert everybody["next_cursor"] is not None
    assert (await api.get(DISCLOSURES, headers=officer)).json()["items"] == []
    other = await headers_of(api, Role.OPERATOR)
    for headers, status in ((operator, 200), (officer, 200), (other, 404)):
        assert (await api.get(f"{DISCLOSURES}/{asked['id']}", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"kind": "order_address"}, 422),
        ({"kind": "everything"}, 422),
        ({"purpose": "shipping"}, 422),
        ({"purpose": "curiosity"}, 422),
        ({"reason": ""}, 422),
        ({"reason": "      "}, 422),
        ({"reason": "x" * 201}, 422),
        ({"reason": "核对\x00信息"}, 422),
        ({"member_number": "1"}, 422),
        ({"member_number": "111111111111"}, 404),
        ({"baby_id": str(uuid4())}, 422),
        ({"baby_id": "x"}, 422),
        ({"kind": "baby_details", "purpose": "baby_service", "unrelated": True}, 422),
        ({"kind": "baby_details", "purpose": "baby_service", "unrelated": True, "baby_id": str(uuid4())}, 404),
        ({"purpose": "fraud_check"}, 403),
        ({"extra": 1}, 422),
        ({"unrelated": "yes"}, 422),
    ],
)
async def test_bad_requests(api: httpx.AsyncClient, changes: dict[str, Any], status: int) -> None:
    member = await make_known_member()
    answer = await api.post(DISCLOSURES, json=of_phone(member, **changes), headers=await headers_of(api, Role.OPERATOR))
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.MODERATOR])
async def test_others_may_not_even_ask(api: httpx.AsyncClient, role: Role) -> None:
    member, headers = await make_known_member(), await headers_of(api, role)
    assert (await api.post(DISCLOSURES, json=of_phone(member), headers=headers)).status_code == 403
    assert (await api.get(f"/staff/v1/members/{member.number}", headers=headers)).status_code == 403
    assert (await api.get(f"{DISCLOSURES}/{uuid4()}/value", headers=headers)).status_code == 403


async def test_an_address_that_was_read_to_ship_is_told_to_her(api: httpx.AsyncClient) -> None:
    shopper, headers = await make_shopper(), await headers_of(api, Role.OPERATOR)
    order = await order_delivery(shopper)
    path = f"/staff/v1/orders/{order.id}/address"
    assert (await api.get(path, params={"purpose": "shipping"}, headers=headers)).status_code == 200
    (look,) = (await api.get(MINE, headers=shopper.member.headers)).json()["items"]
    assert (look["kind_title"], look["purpose_title"], look["role"]) == ("收货地址", "为您的订单发货", "operator")
    (asked,) = (await api.get(DISCLOSURES, headers=headers)).json()["items"]
    assert (asked["kind"], asked["state"], asked["looks"]) == ("order_address", "ended", 1)
    value = await api.get(f"{DISCLOSURES}/{asked['id']}/value", headers=headers)
    assert value.status_code == 404, "an address is read with its order alone"
