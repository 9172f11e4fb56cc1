"""Stored value and paid levels at the till, over signed HTTP."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.makers.members import MadeMember, make_known_member
from tests.makers.paid_levels import make_plan
from tests.makers.partners import MadeTill
from tests.makers.wallets import show_card

BASE = "/partner/v1/wallets"


@pytest.fixture
async def member(api: httpx.AsyncClient) -> MadeMember:
    return await make_known_member()


def said(till: MadeTill, **changes: Any) -> dict[str, Any]:
    return {
        "store": till.store.code,
        "terminal": "POS-1",
        "receipt": uuid4().hex[:16],
        "occurred_at": datetime.now(UTC).isoformat(),
        **changes,
    }


async def test_topping_up_paying_and_giving_back(till: MadeTill, member: MadeMember, api: httpx.AsyncClient) -> None:
    stored = await till.http.post(f"{BASE}/top-ups", json=said(till, card=member.number, principal_fen=20_000))
    assert stored.status_code == 201, stored.text
    assert stored.json()["principal_after_fen"] == 20_000
    body = said(till, card=await show_card(member.id), amount_fen=7_000)
    paid = await till.http.post(f"{BASE}/payments", json=body)
    assert (paid.status_code, paid.json()["principal_fen"]) == (201, 7_000)
    assert (await till.http.post(f"{BASE}/payments", json=body)).json() == paid.json()
    conflict = await till.http.post(f"{BASE}/payments", json=body | {"amount_fen": 7_001})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "receipt_conflict")
    back = said(till, original_receipt=body["receipt"], amount_fen=2_000)
    returned = await till.http.post(f"{BASE}/reversals", json=back)
    assert (returned.status_code, returned.json()["principal_after_fen"]) == (201, 15_000)
    wallet = await api.get("/api/v1/me/wallet", headers=member.headers)
    assert wallet.json() == {"total_fen": 15_000, "principal_fen": 15_000, "gift_fen": 0, "limit_fen": 500_000}
    entries = (await api.get("/api/v1/me/wallet/entries?limit=2", headers=member.headers)).json()
    assert [(line["kind"], line["amount_fen"]) for line in entries["items"]] == [
        ("payment_reversed", 2_000),
        ("payment", -7_000),
    ]
    rest = (await api.get(f"/api/v1/me/wallet/entries?cursor={entries['next_cursor']}", headers=member.headers)).json()
    assert [line["title"] for line in rest["items"]] == ["到店充值"]


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        ("payments", {"card": "NUMBER", "amount_fen": 1}, (422, "wallet_needs_card_code")),
        ("payments", {"card": "CODE", "amount_fen": 1}, (409, "wallet_not_enough")),
        ("payments", {"card": "CODE", "amount_fen": 0}, (422, "invalid")),
        ("payments", {"card": "CODE", "amount_fen": 10**12}, (422, "invalid")),
        ("payments", {"card": "CODE", "amount_fen": "1"}, (422, "invalid")),
        ("payments", {"card": "CODE", "amount_fen": 1, "gift_fen": 1}, (422, "invalid")),
        ("payments", {"card": "forged.token.here", "amount_fen": 1}, (422, "card_code_forged")),
        ("payments", {"card": "CODE", "amount_fen": 1, "store": "NOSTORE1"}, (422, "store_unknown")),
        ("payments", {"card": "CODE", "amount_fen": 1, "occurred_at": "2001-01-01T00:00:00Z"}, (422, "invalid")),
        ("payments", {"card": "CODE", "amount_fen": 1, "occurred_at": "yesterday"}, (422, "invalid")),
        ("payments", {"card": "CODE", "amount_fen": 1, "receipt": "a\nb"}, (422, "invalid")),
        ("top-ups", {"card": "000000000000", "principal_fen": 1}, (422, "card_unknown")),
        ("top-ups", {"card": "NUMBER", "principal_fen": 500_001}, (409, "wallet_full")),
        ("top-ups", {"card": "NUMBER", "principal_fen": -1}, (422, "invalid")),
        ("top-ups", {"card": "NUMBER"}, (422, "invalid")),
        ("reversals", {"original_receipt": "never"}, (404, "wallet_payment_unknown")),
        ("reversals", {"original_receipt": "never", "amount_fen": 0}, (422, "invalid")),
    ],
)
async def test_what_is_refused(
    till: MadeTill, member: MadeMember, path: str, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    cards = {"NUMBER": member.number, "CODE": await show_card(member.id)}
    body = said(till, **changes)
    body |= {"card": cards.get(body["card"], body["card"])} if "card" in body else {}
    answer = await till.http.post(f"{BASE}/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == expected, answer.text


async def test_unsigned_requests_move_nothing(till: MadeTill, member: MadeMember, stranger: httpx.AsyncClient) -> None:
    body = said(till, card=member.number, principal_fen=1)
    assert (await stranger.post(f"{BASE}/top-ups", json=body)).status_code == 401


async def test_selling_a_paid_level(till: MadeTill, member: MadeMember, api: httpx.AsyncClient) -> None:
    plan = await make_plan("gold")
    body = said(till, card=await show_card(member.id), plan=plan.code, price_fen=plan.price_fen)
    sold = await till.http.post("/partner/v1/paid-levels", json=body)
    assert sold.status_code == 201, sold.text
    assert (await till.http.post("/partner/v1/paid-levels", json=body)).json() == sold.json()
    mine = (await api.get("/api/v1/me/paid-levels", headers=member.headers)).json()["items"]
    assert [(level["name"], level["ends_on"]) for level in mine] == [(plan.name, sold.json()["ends_on"])]
    card = (await api.get("/api/v1/me/card", headers=member.headers)).json()
    assert card["level"]["code"] == "gold"
    for changes, status, code in (
        ({"price_fen": 1}, 409, "paid_plan_price_changed"),
        ({"plan": "nobody-knows"}, 422, "paid_plan_unknown"),
        ({"plan": "NOT A CODE"}, 422, "invalid"),
    ):
        refused = await till.http.post(
            "/partner/v1/paid-levels", json=body | {"receipt": uuid4().hex, "card": member.number} | changes
        )
        assert (refused.status_code, refused.json()["code"]) == (status, code)
