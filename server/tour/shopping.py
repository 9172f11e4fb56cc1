"""She shops: the card, the till, a return, and what the ledger and the levels say of it."""

import struct
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt

from server.tour.people import Cast
from server.tour.story import Story, Voice, expect, pick

TERMINAL = "POS-1"
PNG = b"\x89PNG\r\n\x1a\n"

Lines = list[dict[str, Any]]

SALE: Lines = [
    {"sku": "C-SEAT-1", "name": "儿童安全座椅", "quantity": 1, "amount_fen": 98_000},
    {"sku": "T-BEAR-2", "name": "会唱歌的小熊", "quantity": 2, "amount_fen": 20_000},
]
RETURNED: Lines = [{"sku": "T-BEAR-2", "quantity": 2, "amount_fen": 20_000}]


def card(story: Story, cast: Cast) -> list[dict[str, Any]]:
    """Her card and two codes; the codes."""
    story.chapter("4  The card", "In the shop she shows her card. Its code lives 60 seconds and works once.")
    cast.mother.ask(
        "GET", "/api/v1/me/card", show=("number", "level.name", "points", "benefits", "next_level.sentence")
    )
    codes: list[dict[str, Any]] = cast.mother.ask("POST", "/api/v1/me/card/codes", json={"count": 2})["items"]
    for code in codes:
        story.tell(f"code {code['qr'][:24]}…, digits {code['barcode']}, good until {code['expires_at']}")
    picture = cast.mother.ask("GET", "/api/v1/me/card/qr.png")
    expect(picture.startswith(PNG), "the card picture is a PNG")
    width, height = struct.unpack(">II", picture[16:24])
    file = cast.place.home / "tour-card.png"
    file.write_bytes(picture)
    story.tell(f"The card as a picture: {width} × {height}, {len(picture) // 1024} kB, kept in {file}")
    keys = cast.till.ask("GET", "/partner/v1/card-keys")["keys"]
    kid = jwt.get_unverified_header(codes[0]["qr"])["kid"]
    key = jwt.PyJWK(pick(keys, "kid", kid))
    claims = jwt.decode(codes[0]["qr"], key, algorithms=["EdDSA"], audience="card", leeway=5)
    story.tell(f"The till checks the signature offline with the public keys: member number {claims['sub']}.")
    return codes


def purchase(story: Story, cast: Cast, codes: list[dict[str, Any]]) -> None:
    story.chapter("5  A purchase", "The till scans the card and sends the sale, signed; a job settles it.")
    store, code = cast.place.store(0), codes[0]["qr"]
    scan = {"card": code, "store": store, "terminal": TERMINAL}
    cast.till.ask("POST", "/partner/v1/card-scans", json=scan, show=("number", "name", "level.name", "points"))
    story.tell("A screenshot of the same code at the next till, and a request that somebody recorded and sends again:")
    cast.till.is_refused("card_code_used", "POST", "/partner/v1/card-scans", json={**scan, "terminal": "POS-2"})
    recorded = cast.signature.last
    assert recorded is not None, "the till has just signed one"
    cast.thief.is_refused(
        "nonce_replayed",
        recorded.method,
        recorded.url.raw_path.decode(),
        headers=recorded.headers,
        content=recorded.content,
    )
    receipt = new_receipt()
    sale = send_sale(cast, {"card": code}, SALE, receipt)
    settled = cast.till.wait_for(
        f"/partner/v1/purchases/{sale['id']}", "status", "settled", show=("amount_fen", "points_given", "growth")
    )
    expect(settled["points_given"] == 1_180, "¥1,180 give 1,180 points at the rate of her level")
    story.tell("The till is not sure it was heard and sends the same sale again; then another one under its number:")
    again = send_sale(cast, {"card": code}, SALE, receipt, sale["occurred_at"])
    expect(again["id"] == sale["id"], "a sale that is sent again is the same sale")
    cast.till.is_refused(
        "receipt_conflict",
        "POST",
        "/partner/v1/purchases",
        json=sale_body(cast, {"card": code}, SALE[:1], receipt, sale["occurred_at"]),
    )
    _return(story, cast, receipt, sale["id"])


def _return(story: Story, cast: Cast, receipt: str, sale_id: str) -> None:
    story.tell("The singing bears sing too loudly: she brings both back. The return is sent twice, and counts once.")
    body = {
        "store": cast.place.store(0),
        "terminal": TERMINAL,
        "receipt": new_receipt(),
        "original_receipt": receipt,
        "occurred_at": now(),
        "lines": RETURNED,
    }
    returned = cast.till.ask("POST", "/partner/v1/returns", json=body, show=("id", "status"))
    again = cast.till.ask("POST", "/partner/v1/returns", json=body, show=("id",))
    expect(again["id"] == returned["id"], "a return that is sent again is the same return")
    cast.till.wait_for(f"/partner/v1/returns/{returned['id']}", "status", "settled", show=("points_taken_back",))
    after = cast.till.ask("GET", f"/partner/v1/purchases/{sale_id}", show=("points_given", "points_taken_back"))
    expect(after["points_taken_back"] == 200, "the bears' 200 points were taken back")


def ledger(story: Story, cast: Cast) -> None:
    story.chapter("6  The ledger and the levels", "What was posted, when it expires, and what it made of her.")
    summary = cast.mother.ask("GET", "/api/v1/me/points", show=("balance", "debt", "pending", "expiring"))
    expect(summary["balance"] == 449 + 1_180 - 200, "449 + 1,180 − 200 = 1,429 points")
    found = cast.mother.ask(
        "GET",
        "/api/v1/me/card",
        show=("level.name", "growth", "valid_until", "benefits", "next_level.sentence", "forecast.sentence"),
    )
    expect(found["level"]["code"] == "silver", "¥1,279 within a year make her silver")


def send_sale(
    cast: Cast, who: dict[str, str], lines: Lines, receipt: str | None = None, occurred_at: str | None = None
) -> dict[str, Any]:
    """Sends a sale; the answer, with the `occurred_at` that was sent."""
    body = sale_body(cast, who, lines, receipt or new_receipt(), occurred_at or now())
    answer: dict[str, Any] = _post_sale(cast.till, body)
    return answer | {"occurred_at": body["occurred_at"]}


def sale_body(cast: Cast, who: dict[str, str], lines: Lines, receipt: str, occurred_at: str) -> dict[str, Any]:
    return {
        "store": cast.place.store(0),
        "terminal": TERMINAL,
        "receipt": receipt,
        "occurred_at": occurred_at,
        "lines": lines,
        **who,
    }


def _post_sale(till: Voice, body: dict[str, Any]) -> Any:
    return till.ask("POST", "/partner/v1/purchases", json=body, show=("id", "status"))


def new_receipt() -> str:
    return f"TOUR-{uuid4().hex[:12]}"


def now() -> str:
    return datetime.now(UTC).isoformat()
