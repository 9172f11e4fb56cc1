"""《母婴健康数据授权书》 over HTTP."""

from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from foundation import database
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import authorizations, members
from tests.makers.authorizations import VERSION, ends_in
from tests.makers.babies import authorize, make_mother
from tests.makers.members import agree_to_privacy, make_member

PATH = "/api/v1/me/authorization"


async def test_reading_ticking_and_taking_back(api: httpx.AsyncClient) -> None:
    member = await make_member()
    await agree_to_privacy(member.id)
    text = (await api.get("/api/v1/authorization-text")).json()
    assert text["version"] == VERSION
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
    refused = await api.put(PATH, json={"version": VERSION, "purposes": []}, headers=member.headers)
    assert (refused.status_code, refused.json()["prompt"]) == (200, False)
    for path in ("/api/v1/me", "/api/v1/me/card", "/api/v1/me/points", "/api/v1/babies"):
        assert (await api.get(path, headers=member.headers)).status_code == 200, path


async def test_refusals(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for body, status, code in (
        ({"version": VERSION, "purposes": ["service"]}, 422, "guardian_not_confirmed"),
        ({"version": VERSION - 1, "purposes": ["service"], "is_guardian": True}, 409, "authorization_outdated"),
        ({"version": VERSION, "purposes": ["everything"], "is_guardian": True}, 422, "invalid"),
        ({"version": VERSION, "purposes": ["service"] * 6, "is_guardian": True}, 422, "invalid"),
        ({"purposes": []}, 422, "invalid"),
    ):
        answer = await api.put(PATH, json=body, headers=member.headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await api.get(PATH)).status_code == 401


async def test_giving_stands_on_the_consent_privacy_and_refusing_on_nothing(api: httpx.AsyncClient) -> None:
    member = await make_member()
    ticked = {"version": VERSION, "purposes": ["service"], "is_guardian": True}

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
    assert await answer({"version": VERSION, "purposes": []}) == (200, None)
    await agree_to_privacy(member.id)
    assert await answer(ticked) == (200, None)


async def test_the_page_shows_texts_as_texts(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a text holds: nothing of it is markup."""
    member = await make_member()
    await agree_to_privacy(member.id)
    ticked = {"version": VERSION, "purposes": ["service"], "is_guardian": True}
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
    ticked = {"version": VERSION, "purposes": ["service", "marketing"], "is_guardian": True}
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


async def test_the_receipt_of_what_ran_out_says_so(api: httpx.AsyncClient) -> None:
    mother = await make_mother()
    (line,) = (await api.get(f"{PATH}/receipts", headers=mother.headers)).json()["items"]
    path = f"{PATH}/receipts/{line['id']}"

    async def told() -> tuple[str, str, str]:
        (line,) = (await api.get(f"{PATH}/receipts", headers=mother.headers)).json()["items"]
        receipt = (await api.get(path, headers=mother.headers)).json()
        page = (await api.get(f"{path}/page.html", headers=mother.headers)).text
        return line["state"], receipt["state"], page.split("<dt>状态</dt><dd>")[1].split("</dd>")[0]

    assert await told() == ("standing", "standing", "授权中")
    await ends_in(mother.id, days=0, hours=-1)
    assert await told() == ("expired", "expired", "已到期")
    await authorizations.withdraw(mother.id)
    state, _, said = await told()
    assert state == "ended"
    assert said.startswith("已于") and said.endswith("结束")


async def test_the_receipt_of_what_a_new_text_asks_anew() -> None:
    """Seen in a transaction in which such a text is out; nobody else sees it."""
    mother = await make_mother()
    (receipt,) = (await authorizations.receipts(mother.id, PageQuery())).items
    states = []

    @transactional
    async def publish_and_look() -> None:
        await database.execute(
            "INSERT INTO authorization_text (version, title, text, purposes, valid_days, asks_anew, published_at)"
            " SELECT version + 1000, title, text, purposes, valid_days, true, now() FROM authorization_text"
            " ORDER BY version LIMIT 1"
        )
        states.append((await authorizations.receipt(mother.id, receipt.id)).state)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await publish_and_look()
    assert (receipt.state, states) == ("standing", ["outdated"])


async def test_what_she_took_back_is_found_again(api: httpx.AsyncClient) -> None:
    mother, other = await make_mother("service", "expert"), await make_mother()
    await authorize(mother.id, "service", "marketing")
    await authorizations.withdraw(mother.id)
    first = (await api.get(f"{PATH}/receipts?limit=1", headers=mother.headers)).json()
    second = (await api.get(f"{PATH}/receipts?cursor={first['next_cursor']}", headers=mother.headers)).json()
    lines = first["items"] + second["items"]
    assert [(each["purposes"], each["state"]) for each in lines] == [
        (["service", "marketing"], "ended"),
        (["service", "expert"], "ended"),
    ]
    assert (len(first["items"]), second["next_cursor"]) == (1, None)
    for line in lines:
        receipt = await api.get(f"{PATH}/receipts/{line['id']}", headers=mother.headers)
        assert (receipt.status_code, receipt.json()["ended_at"]) == (200, line["ended_at"])
    (others,) = (await api.get(f"{PATH}/receipts", headers=other.headers)).json()["items"]
    assert others["id"] not in {line["id"] for line in lines}
    bad = await api.get(f"{PATH}/receipts?cursor=nonsense", headers=mother.headers)
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid")
    assert (await api.get(f"{PATH}/receipts")).status_code == 401
