"""Coupons at the till over HTTP, from the scan to the return."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from membership import cards, coupons
from tests.makers.coupons import let_lock_run_out, make_coupon
from tests.makers.partners import MadeTill, make_till
from tests.makers.purchases import Buyer, make_buyer, receipt_number

LINES = [{"sku": "A1", "quantity": 2, "amount_fen": 15_000}]


def body_of(till: MadeTill, **content: Any) -> dict[str, Any]:
    return {"store": till.store.code, "terminal": "POS-1"} | content


async def send(till: MadeTill, verb: str, **content: Any) -> httpx.Response:
    return await till.http.post(f"/partner/v1/coupons/{verb}", json=body_of(till, **content))


async def scan(till: MadeTill, buyer: Buyer) -> tuple[str, dict[str, Any]]:
    """The code that was scanned, and what the scan showed."""
    [code] = await cards.issue_codes(buyer.id, 1)
    shown = await till.http.post("/partner/v1/card-scans", json=body_of(till, card=code.qr))
    assert shown.status_code == 200, shown.text
    return code.qr, shown.json()


async def test_scan_look_up_lock_use_and_return(till: MadeTill) -> None:
    buyer = await make_buyer()
    hers = await make_coupon(buyer.id, give_back_days=7)
    card, shown = await scan(till, buyer)
    assert shown["coupons"] == [{"id": hers.code, "title": hers.promise.title}]
    looked_up = await send(till, "lookups", card=card, lines=LINES)
    assert looked_up.status_code == 200
    (usable,) = looked_up.json()["coupons"]
    assert (usable["code"], usable["discount_fen"], usable["group"]) == (hers.code, 2_000, None)
    best = looked_up.json()["best"]
    assert best == {
        "codes": [hers.code],
        "discount_fen": 2_000,
        "lines": [{"sku": "A1", "quantity": 2, "amount_fen": 15_000, "discount_fen": 2_000}],
    }
    receipt = receipt_number()
    lock = {"codes": best["codes"], "receipt": receipt, "lines": LINES}
    locked = await send(till, "locks", **lock)
    assert (locked.status_code, locked.json()["status"], locked.json()["lines"]) == (200, "locked", best["lines"])
    assert (await send(till, "locks", **lock)).json() == locked.json()
    assert (await send(till, "lookups", code=hers.code, lines=LINES)).json()["code"] == "coupon_held"
    used = await send(till, "uses", receipt=receipt, lock=locked.json()["id"])
    assert (used.status_code, used.json()["status"]) == (200, "used")
    assert (await send(till, "uses", receipt=receipt, lock=locked.json()["id"])).json() == used.json()
    final = await send(till, "releases", receipt=receipt)
    assert (final.status_code, final.json()["code"]) == (409, "coupon_use_is_final")
    back = await send(till, "releases", receipt=receipt, returned=True)
    assert (back.json()["status"], back.json()["coupons"][0]["given_back"]) == ("returned", True)
    assert (await coupons.coupon(buyer.id, hers.id)).status is coupons.Status.AVAILABLE


async def test_used_without_a_lock_and_told_when_the_content_is_another(till: MadeTill) -> None:
    hers, receipt = await make_coupon(), receipt_number()
    use = {"codes": [coupons.qr_of(hers.code)], "receipt": receipt, "lines": LINES}
    used = await send(till, "uses", **use)
    assert (used.status_code, used.json()["discount_fen"]) == (200, 2_000)
    assert (await send(till, "uses", **use)).json() == used.json()
    other = await send(till, "uses", **(use | {"lines": [LINES[0] | {"quantity": 3}]}))
    assert (other.status_code, other.json()["code"]) == (409, "coupon_checkout_conflict")


async def test_a_lock_lost_to_another_receipt(till: MadeTill) -> None:
    hers, receipt = await make_coupon(), receipt_number()
    locked = (await send(till, "locks", codes=[hers.code], receipt=receipt, lines=LINES)).json()
    await let_lock_run_out(locked["id"])
    await send(till, "locks", codes=[hers.code], receipt=receipt_number(), lines=LINES)
    lost = await send(till, "uses", receipt=receipt, lock=locked["id"])
    assert (lost.status_code, lost.json()["code"]) == (409, "coupon_lock_lost")


async def test_another_partner_finds_nothing(till: MadeTill, partners_url: str) -> None:
    hers, receipt = await make_coupon(), receipt_number()
    locked = (await send(till, "locks", codes=[hers.code], receipt=receipt, lines=LINES)).json()
    async with make_till(partners_url) as other:
        for verb, content in (("uses", {"lock": locked["id"]}), ("releases", {})):
            unseen = await send(other, verb, receipt=receipt, **content)
            assert (unseen.status_code, unseen.json()["code"]) == (404, "coupon_checkout_not_found")
        foreign = body_of(till, receipt=receipt)
        refused = await other.http.post("/partner/v1/coupons/releases", json=foreign)
        assert (refused.status_code, refused.json()["code"]) == (422, "store_unknown")


@pytest.mark.parametrize(
    ("verb", "content", "field"),
    [
        ("lookups", {"lines": LINES}, "code"),
        ("lookups", {"lines": LINES, "code": "2" * 14, "card": "x"}, "code"),
        ("lookups", {"lines": [], "code": "2" * 14}, "lines"),
        ("lookups", {"lines": [LINES[0] | {"amount_fen": -1}], "code": "2" * 14}, "lines[0].amount_fen"),
        ("locks", {"lines": LINES, "receipt": "R", "codes": []}, "codes"),
        ("locks", {"lines": LINES, "receipt": "R", "codes": ["1"]}, "codes[0]"),
        ("locks", {"lines": LINES, "receipt": "R", "codes": ["2" * 14] * 11}, "codes"),
        ("locks", {"lines": LINES, "receipt": "R" * 65, "codes": ["2" * 14]}, "receipt"),
        ("uses", {"receipt": "R"}, "lock"),
        ("uses", {"receipt": "R", "lock": str(uuid4()), "codes": ["2" * 14]}, "lock"),
        ("uses", {"receipt": "R", "lock": str(uuid4()), "lines": LINES}, "lines"),
        ("uses", {"receipt": "R", "codes": ["2" * 14]}, "lines"),
        ("uses", {"receipt": "R", "lock": "1"}, "lock"),
        ("releases", {"receipt": "R", "returned": 1}, "returned"),
    ],
)
async def test_what_can_not_be_read_is_refused_at_the_place(
    till: MadeTill, verb: str, content: dict[str, Any], field: str
) -> None:
    refused = await send(till, verb, **content)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_wrong_codes_are_named(till: MadeTill) -> None:
    hers = await make_coupon()
    refused = await send(till, "locks", codes=[hers.code, "2" * 14], receipt=receipt_number(), lines=LINES)
    assert (refused.status_code, refused.json()["code"]) == (404, "coupon_not_found")
    assert [error["field"] for error in refused.json()["errors"]] == ["codes[1]"]
