"""Makers: chapters of the story that happen at a till (`tests/makers/whole_life.py`)."""

from datetime import UTC, datetime
from typing import Any

from tests import canaries
from tests.makers.coupons import make_coupon
from tests.makers.partners import MadeTill, make_till
from tests.makers.purchases import receipt_number, settle_all
from tests.makers.whole_life import Life, plant_phone

LINES = [{"sku": "A1", "name": "奶粉", "quantity": 2, "amount_fen": 15_000}]


async def till(life: Life) -> None:
    """She shows her card, buys and brings something back; somebody buys by a phone that nobody knows, and registers."""
    async with make_till(life.api.base_url) as at:
        canaries.plant("secret of a till", at.key.secret)
        (code,) = (await life.ask("POST", "/api/v1/me/card/codes"))["items"]
        await _send(at, "card-scans", card=code["qr"])
        receipt = receipt_number()
        (code,) = (await life.ask("POST", "/api/v1/me/card/codes"))["items"]
        await _send(at, "purchases", receipt=receipt, card=code["qr"], lines=LINES, **_now())
        back = [{"sku": "A1", "quantity": 1, "amount_fen": 7_500}]
        await _send(at, "returns", receipt=receipt_number(), original_receipt=receipt, lines=back, **_now())
        unknown = plant_phone("phone at a till").removeprefix("+86")
        await _send(at, "purchases", receipt=receipt_number(), phone=unknown, lines=LINES, **_now())
        registered = {"phone": plant_phone("phone of who is registered"), "store": at.store.code}
        assert (await at.http.post("/partner/v1/members", json=registered)).is_success
        await settle_all()


async def coupons(life: Life) -> None:
    """One is held at a till, another given away."""
    async with make_till(life.api.base_url) as at:
        held = await make_coupon(life.id)
        await _send(at, "coupons/locks", codes=[held.code], receipt=receipt_number(), lines=[_plain(LINES[0])])
    given = await make_coupon(life.id, transferable=True)
    await life.ask("POST", f"/api/v1/me/coupons/{given.id}/gift")


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "name"}


def _now() -> dict[str, str]:
    return {"occurred_at": datetime.now(UTC).isoformat()}


async def _send(at: MadeTill, what: str, **content: object) -> None:
    body = {"store": at.store.code, "terminal": "POS-1", **content}
    answer = await at.http.post(f"/partner/v1/{what}", json=body)
    assert answer.is_success, f"{what}: {answer.text}"
