"""Parts of a child over HTTP: what is asked for, approved, shown, and told to the guardian in Chinese."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from foundation import clock
from membership.staff import Role
from tests.makers.babies import make_child, make_mother
from tests.makers.disclosures import REASON
from tests.makers.growth import measure
from tests.makers.members import MadeMember
from tests.makers.vaccinations import give
from tests.server.staff_api.test_staff_members import headers_of

DISCLOSURES = "/staff/v1/disclosures"
DAYS_OLD = 100


async def ask(
    api: httpx.AsyncClient, mother: MadeMember, baby_id: object, headers: dict[str, str], **more: Any
) -> httpx.Response:
    body = {
        "kind": "baby_details",
        "member_number": mother.number,
        "purpose": "expert_answer",
        "reason": REASON,
        "baby_id": str(baby_id),
        "unrelated": True,
        **more,
    }
    return await api.post(DISCLOSURES, json=body, headers=headers)


async def test_each_part_and_nothing_of_the_others(api: httpx.AsyncClient) -> None:
    mother = await make_mother("service", "expert")
    birth = clock.today() - timedelta(days=DAYS_OLD)
    baby_id = await make_child(mother.id, birth, sex="girl")
    await measure(mother.id, baby_id, weight_g=6000)
    await give(mother.id, baby_id, birth + timedelta(days=1), ("HepB", 1))
    expert, officer = await headers_of(api, Role.EXPERT), await headers_of(api, Role.PRIVACY_OFFICER)
    asked = (await ask(api, mother, baby_id, expert, parts=["growth", "vaccinations", "details"])).json()
    assert (asked["parts"], asked["granted_parts"]) == (["details", "growth", "vaccinations"], [])
    path = f"{DISCLOSURES}/{asked['id']}"
    fewer = {"unrelated": True, "parts": ["vaccinations", "growth"]}
    approved = (await api.post(f"{path}/approval", json=fewer, headers=officer)).json()
    assert (approved["granted_parts"], approved["asked_unrelated"], approved["decided_unrelated"]) == (
        ["growth", "vaccinations"],
        True,
        True,
    )
    growth = await api.get(f"{path}/value", params={"part": "growth"}, headers=expert)
    (measured,) = growth.json()["growth"]
    assert (measured["weight_g"], measured["figures"][0]["indicator"]) == (6000, "weight")
    assert "WHO" in measured["standard"], "the standard is always named"
    assert (growth.json()["baby"], growth.json()["vaccinations"]) == (None, None)
    plan = await api.get(f"{path}/value", params={"part": "vaccinations"}, headers=expert)
    done = [dose for dose in plan.json()["vaccinations"]["doses"] if dose["status"] == "done"]
    assert done == [{"name": "乙肝疫苗 第1剂", "status": "done", "given_on": str(birth + timedelta(days=1))}]
    assert "接种门诊" in plan.json()["vaccinations"]["note"]
    for answer in (growth, plan):
        assert "小满" not in answer.text
        assert str(birth) not in answer.text, "the birth date is among the details"
    for part in ({"part": "details"}, {}):
        refused = await api.get(f"{path}/value", params=part, headers=expert)
        assert (refused.status_code, refused.json()["code"]) == (403, "disclosure_part_not_open")
    looks = (await api.get("/api/v1/me/disclosures", headers=mother.headers)).json()["items"]
    assert [look["part_title"] for look in looks] == ["疫苗接种记录", "生长记录"]
    for look in looks:
        assert (look["kind_title"], look["purpose_title"], look["role_title"]) == (
            "档案资料",
            "专家答复您的咨询",
            "专家",
        )
        assert look["unrelated_title"] == "申请人和批准人均声明没有亲属关系"
        assert (look["asked_at"], look["approved_at"]) == (asked["asked_at"], approved["decided_at"])
        assert look["approved_at"] < look["looked_at"]


@pytest.mark.parametrize("parts", [[], ["milk"], ["details"] * 4, "details", [None]])
async def test_bad_parts(api: httpx.AsyncClient, parts: object) -> None:
    mother = await make_mother("service", "expert")
    baby_id, expert = await make_child(mother.id), await headers_of(api, Role.EXPERT)
    assert (await ask(api, mother, baby_id, expert, parts=parts)).status_code == 422
    asked = (await ask(api, mother, baby_id, expert)).json()
    path, officer = f"{DISCLOSURES}/{asked['id']}", await headers_of(api, Role.PRIVACY_OFFICER)
    body = {"unrelated": True, "parts": parts}
    assert (await api.post(f"{path}/approval", json=body, headers=officer)).status_code == 422
    more = await api.post(f"{path}/approval", json={"unrelated": True, "parts": ["growth"]}, headers=officer)
    assert (more.status_code, more.json()["code"]) == (422, "disclosure_part_not_asked")
    assert (await api.get(f"{path}/value", params={"part": "milk"}, headers=expert)).status_code == 422


async def test_parts_of_a_phone(api: httpx.AsyncClient) -> None:
    mother, operator = await make_mother(), await headers_of(api, Role.OPERATOR)
    body = {"kind": "member_phone", "member_number": mother.number, "purpose": "complaint", "reason": REASON}
    refused = await api.post(DISCLOSURES, json={**body, "parts": ["details"]}, headers=operator)
    assert refused.status_code == 422
    asked = (await api.post(DISCLOSURES, json=body, headers=operator)).json()
    assert (asked["parts"], asked["asked_unrelated"]) == ([], None)
    looked = await api.get(f"{DISCLOSURES}/{asked['id']}/value", params={"part": "details"}, headers=operator)
    assert (looked.status_code, looked.json()["code"]) == (403, "disclosure_part_not_open")
