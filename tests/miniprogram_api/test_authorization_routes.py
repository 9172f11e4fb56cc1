"""《母婴健康数据授权书》 over HTTP."""

from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from membership import authorizations, members
from tests.makers.members import agree_to_privacy, make_member

PATH = "/api/v1/me/authorization"


async def test_reading_ticking_and_taking_back(api: httpx.AsyncClient) -> None:
    member = await make_member()
    await agree_to_privacy(member.id)
    text = (await api.get("/api/v1/authorization-text")).json()
    assert [each["purpose"] for each in text["purposes"]] == [
        "service",
        "expert",
        "store_reminders",
        "marketing",
        "research",
    ]
    before = (await api.get(PATH, headers=member.headers)).json()
    assert (before["prompt"], before["given"]) == (True, None)
    ticked = {"version": text["version"], "purposes": ["service", "expert"], "is_guardian": True}
    given = await api.put(PATH, json=ticked, headers=member.headers)
    assert given.status_code == 200, given.text
    assert [each["purpose"] for each in given.json()["purposes"] if each["granted"]] == ["service", "expert"]
    assert (await api.put(PATH, json=ticked, headers=member.headers)).json() == given.json()
    left = await api.post(f"{PATH}/withdrawals", json={"purposes": ["expert"]}, headers=member.headers)
    assert [each["purpose"] for each in left.json()["purposes"] if each["granted"]] == ["service"]
    gone = (await api.post(f"{PATH}/withdrawals", json={}, headers=member.headers)).json()
    assert (gone["prompt"], gone["given"]) == (False, None)


async def test_refusing_costs_nothing(api: httpx.AsyncClient) -> None:
    member = await make_member()
    refused = await api.put(PATH, json={"version": 1, "purposes": []}, headers=member.headers)
    assert (refused.status_code, refused.json()["prompt"]) == (200, False)
    for path in ("/api/v1/me", "/api/v1/me/card", "/api/v1/me/points", "/api/v1/babies"):
        assert (await api.get(path, headers=member.headers)).status_code == 200, path


async def test_refusals(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for body, status, code in (
        ({"version": 1, "purposes": ["service"]}, 422, "guardian_not_confirmed"),
        ({"version": 2, "purposes": ["service"], "is_guardian": True}, 409, "authorization_outdated"),
        ({"version": 1, "purposes": ["everything"], "is_guardian": True}, 422, "invalid"),
        ({"version": 1, "purposes": ["service"] * 6, "is_guardian": True}, 422, "invalid"),
        ({"purposes": []}, 422, "invalid"),
    ):
        answer = await api.put(PATH, json=body, headers=member.headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await api.get(PATH)).status_code == 401


async def test_giving_stands_on_the_consent_privacy_and_refusing_on_nothing(api: httpx.AsyncClient) -> None:
    member = await make_member()
    ticked = {"version": 1, "purposes": ["service"], "is_guardian": True}

    async def answer(body: dict[str, object]) -> tuple[int, str | None]:
        said = await api.put(PATH, json=body, headers=member.headers)
        return said.status_code, said.json().get("code")

    assert await answer(ticked) == (403, "consent_required")
    await agree_to_privacy(member.id)
    assert await answer(ticked) == (200, None)
    gone = await api.delete(f"/api/v1/me/consents/{members.PRIVACY}", headers=member.headers)
    assert gone.status_code == 204
    refused = await api.put(PATH, json=ticked, headers=member.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_required")
    assert refused.json()["detail"] == "请先阅读并同意《会员个人信息告知》，再继续操作"
    assert await answer({"version": 1, "purposes": []}) == (200, None)
    await agree_to_privacy(member.id)
    assert await answer(ticked) == (200, None)


async def test_the_page_shows_texts_as_texts(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a text holds: nothing of it is markup."""
    member = await make_member()
    await agree_to_privacy(member.id)
    ticked = {"version": 1, "purposes": ["service"], "is_guardian": True}
    given = (await api.put(PATH, json=ticked, headers=member.headers)).json()["given"]
    real = await authorizations.receipt(member.id, UUID(given["receipt_id"]))
    (tick,) = real.ticks

    def strange(field: str) -> str:
        return f"{field}<script>alert('{field}')</script> A&amp;B \"quoted\""

    purpose = msgspec.structs.replace(tick.purpose, title=strange("purpose"), text=strange("words"))
    shown = msgspec.structs.replace(
        real,
        title=strange("title"),
        number=strange("number"),
        text=strange("text"),
        ticks=[msgspec.structs.replace(tick, purpose=purpose)],
    )

    async def receipt(_member_id: UUID, _receipt_id: UUID) -> authorizations.ReceiptView:
        return shown

    monkeypatch.setattr(authorizations, "receipt", receipt)
    page = (await api.get(f"{PATH}/receipts/{given['receipt_id']}/page.html", headers=member.headers)).text
    assert "<script" not in page
    for field in ("title", "number", "text", "purpose", "words"):
        as_text = f"{field}&lt;script&gt;alert(&#x27;{field}&#x27;)&lt;/script&gt; A&amp;amp;B &quot;quoted&quot;"
        assert as_text in page, field


async def test_the_receipt_as_data_and_as_a_page(api: httpx.AsyncClient) -> None:
    member, stranger = await make_member(), await make_member()
    await agree_to_privacy(member.id)
    ticked = {"version": 1, "purposes": ["service", "marketing"], "is_guardian": True}
    given = (await api.put(PATH, json=ticked, headers=member.headers)).json()["given"]
    await api.post(f"{PATH}/withdrawals", json={"purposes": ["marketing"]}, headers=member.headers)
    path = f"{PATH}/receipts/{given['receipt_id']}"
    receipt = (await api.get(path, headers=member.headers)).json()
    assert (receipt["member_number"], receipt["is_guardian"], receipt["ended_at"]) == (member.number, True, None)
    assert [(each["purpose"], each["withdrawn_at"] is None) for each in receipt["purposes"]] == [
        ("service", True),
        ("marketing", False),
    ]
    page = await api.get(f"{path}/page.html", headers=member.headers)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert all(word in page.text for word in (member.number, given["receipt_id"], "育儿服务", "撤回", "授权中"))
    await api.post(f"{PATH}/withdrawals", json={}, headers=member.headers)
    assert "授权中" not in (await api.get(f"{path}/page.html", headers=member.headers)).text
    for missing in (path, f"{path}/page.html"):
        answer = await api.get(missing, headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "authorization_receipt_not_found")
    assert (await api.get(f"{PATH}/receipts/{uuid4()}", headers=member.headers)).status_code == 404
