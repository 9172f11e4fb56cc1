"""The partners' routes over HTTP: scan, sale, return, and what became of them."""

import asyncio
import base64
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from membership import cards, points
from membership.cards import codes
from tests.makers.partners import MadeTill, make_till
from tests.makers.purchases import Buyer, make_buyer, new_phone, receipt_number, settle_all


@pytest.fixture
async def buyer(till: MadeTill) -> Buyer:
    return await make_buyer()


def sale_body(till: MadeTill, **changes: Any) -> dict[str, Any]:
    return {
        "store": till.store.code,
        "terminal": "POS-1",
        "receipt": receipt_number(),
        "occurred_at": datetime.now(UTC).isoformat(),
        "lines": [{"sku": "6901234567892", "name": "婴儿奶粉 800g", "quantity": 2, "amount_fen": 43_600}],
    } | changes


def return_body(till: MadeTill, original: str, **changes: Any) -> dict[str, Any]:
    return {
        "store": till.store.code,
        "terminal": "POS-1",
        "receipt": receipt_number(),
        "original_receipt": original,
        "occurred_at": datetime.now(UTC).isoformat(),
        "lines": [{"sku": "6901234567892", "quantity": 1, "amount_fen": 21_800}],
    } | changes


async def scan(till: MadeTill, card: str | None, terminal: str = "POS-1") -> httpx.Response:
    body = {"card": card, "store": till.store.code, "terminal": terminal}
    return await till.http.post("/partner/v1/card-scans", json=body)


async def test_scan_sale_and_return_from_beginning_to_end(till: MadeTill, buyer: Buyer) -> None:
    [code] = await cards.issue_codes(buyer.id, 1)
    scanned = await scan(till, code.qr)
    assert scanned.status_code == 200
    assert scanned.json() == {
        "number": buyer.number,
        "name": "会员",
        "level": {"code": "standard", "name": "普通"},
        "points": 0,
        "coupons": [],
    }
    body = sale_body(till, card=code.qr)
    sold = await till.http.post("/partner/v1/purchases", json=body)
    assert sold.status_code == 202
    assert sold.json() == {"id": sold.json()["id"], "status": "received"}
    await settle_all()
    seen = (await till.http.get(f"/partner/v1/purchases/{sold.json()['id']}")).json()
    assert (seen["status"], seen["points_given"], seen["points_taken_back"]) == ("settled", 436, 0)
    assert (seen["receipt"], seen["amount_fen"], seen["level"]) == (body["receipt"], 43_600, "standard")
    back = await till.http.post("/partner/v1/returns", json=return_body(till, body["receipt"]))
    assert (back.status_code, back.json()["status"]) == (202, "received")
    await settle_all()
    returned = (await till.http.get(f"/partner/v1/returns/{back.json()['id']}")).json()
    assert (returned["status"], returned["points_given"], returned["points_taken_back"]) == ("settled", 436, 218)
    assert (await points.summary(buyer.id)).balance == 218
    again = await till.http.post("/partner/v1/purchases", json=body)
    assert (again.status_code, again.json()) == (202, sold.json())
    other = await till.http.post("/partner/v1/purchases", json=body | {"terminal": "POS-2"})
    assert (other.status_code, other.json()["code"]) == (409, "receipt_conflict")


async def test_a_screenshot_is_refused_with_words_for_the_clerk(till: MadeTill, buyer: Buyer) -> None:
    [code] = await cards.issue_codes(buyer.id, 1)
    assert (await scan(till, code.barcode)).status_code == 200
    refused = await scan(till, code.qr)
    assert (refused.status_code, refused.json()["code"]) == (409, "card_code_used")
    assert "请让顾客刷新会员码" in refused.json()["detail"]


async def test_of_many_scans_over_http_one_wins(till: MadeTill, buyer: Buyer) -> None:
    [code] = await cards.issue_codes(buyer.id, 1)
    answers = await asyncio.gather(*(scan(till, code.qr, f"POS-{at}") for at in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19


async def test_a_till_verifies_a_code_offline(stranger: httpx.AsyncClient, buyer: Buyer) -> None:
    published = await stranger.get("/partner/v1/card-keys")
    assert published.status_code == 200
    keys = {key["kid"]: key for key in published.json()["keys"]}
    [code] = await cards.issue_codes(buyer.id, 1)
    key = keys[jwt.get_unverified_header(code.qr)["kid"]]
    assert {name: key[name] for name in ("kty", "crv", "alg", "use")} == {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
    }
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    said = jwt.decode(code.qr, public, algorithms=["EdDSA"], audience="card")
    assert said["sub"] == buyer.number
    assert jwt.decode(code.qr, jwt.PyJWK(key).key, algorithms=["EdDSA"], audience="card") == said


async def test_a_customer_is_registered_by_her_phone_and_keeps_what_waited(till: MadeTill) -> None:
    phone = new_phone()
    sold = await till.http.post("/partner/v1/purchases", json=sale_body(till, phone=phone))
    assert sold.json()["status"] == "waiting"
    body = {"phone": phone, "store": till.store.code}
    made = await till.http.post("/partner/v1/members", json=body)
    assert (made.status_code, made.json()["is_new"], made.json()["name"]) == (200, True, "会员")
    assert phone not in made.text
    await settle_all()
    seen = (await till.http.get(f"/partner/v1/purchases/{sold.json()['id']}")).json()
    assert (seen["status"], seen["points_given"]) == ("settled", 436)
    again = await till.http.post("/partner/v1/members", json=body)
    assert again.json() == made.json() | {"is_new": False}


async def test_another_partner_finds_nothing(till: MadeTill, partners_url: str, buyer: Buyer) -> None:
    body = sale_body(till, card=buyer.number)
    sold = await till.http.post("/partner/v1/purchases", json=body)
    async with make_till(partners_url) as other:
        unseen = await other.http.get(f"/partner/v1/purchases/{sold.json()['id']}")
        assert (unseen.status_code, unseen.json()["code"]) == (404, "purchase_not_found")
        for path, content in (
            ("purchases", body),
            ("returns", return_body(till, body["receipt"])),
            ("card-scans", {"card": "x", "store": till.store.code, "terminal": "POS-1"}),
            ("members", {"phone": new_phone(), "store": till.store.code}),
        ):
            refused = await other.http.post(f"/partner/v1/{path}", json=content)
            assert (refused.status_code, refused.json()["code"]) == (422, "store_unknown"), path


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 1, "amount_fen": 1}] * 201}, "lines"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 0, "amount_fen": 1}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 10_000, "amount_fen": 1}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 1, "amount_fen": -1}]}, "lines[0].amount_fen"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 1, "amount_fen": 100_000_001}]}, "lines[0].amount_fen"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 1, "amount_fen": 1.5}]}, "lines[0].amount_fen"),
        ({"lines": [{"sku": "A", "name": "a", "quantity": 1}]}, "lines[0].amount_fen"),
        ({"receipt": ""}, "receipt"),
        ({"receipt": "r" * 65}, "receipt"),
        ({"receipt": "a\tb"}, "receipt"),
        ({"receipt": "ab\n"}, "receipt"),
        ({"occurred_at": "2026-06-01T10:00:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "occurred_at"),
        ({"occurred_at": (datetime.now(UTC) - timedelta(days=402)).isoformat()}, "occurred_at"),
        ({"card": None}, "card"),
        ({"phone": "12345"}, "phone"),
        ({"total_fen": 1}, "total_fen"),
        ({"store": "nowhere"}, "store"),
    ],
)
async def test_sales_that_can_not_be_read_are_refused_at_the_place(
    till: MadeTill, buyer: Buyer, changes: dict[str, Any], field: str
) -> None:
    who = {} if "phone" in changes else {"card": buyer.number}
    refused = await till.http.post("/partner/v1/purchases", json=sale_body(till, **who) | changes)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_the_largest_sale_is_accepted(till: MadeTill, buyer: Buyer) -> None:
    lines = [{"sku": f"S{at}", "name": "奶" * 200, "quantity": 9_999, "amount_fen": 100_000_000} for at in range(200)]
    body = sale_body(till, card=buyer.number, lines=lines)
    sold = await till.http.post("/partner/v1/purchases", json=body)
    assert sold.status_code == 202, sold.text
    await settle_all()
    assert (await points.summary(buyer.id)).balance == 200_000_000


async def test_an_offline_till_posts_an_hour_later(till: MadeTill, buyer: Buyer) -> None:
    shown = int(time.time()) - 3_600
    [code] = codes.new_codes(buyer.number, 1, shown)
    body = sale_body(
        till, card=codes.write_token(code), occurred_at=datetime.fromtimestamp(shown + 20, UTC).isoformat()
    )
    assert (await till.http.post("/partner/v1/purchases", json=body)).status_code == 202
