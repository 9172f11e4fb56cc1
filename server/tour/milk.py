"""What the elder child drinks, and the screen on which everything of a child comes together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from server.tour.letter import BABIES
from server.tour.people import Cast
from server.tour.shopping import TERMINAL, Lines, new_receipt, now, send_sale
from server.tour.story import Story, expect

SKU = "F-STAGE3-800"
CANS: Lines = [{"sku": SKU, "name": "幼儿配方奶粉（3段）800克", "quantity": 3, "amount_fen": 68_400}]
RETURNED: Lines = [{"sku": SKU, "quantity": 1, "amount_fen": 22_800}]


def milk(story: Story, cast: Cast, baby_id: str) -> None:
    story.chapter("16  Milk", "How much she drinks is estimated, and when the cans are empty is reckoned; no praise.")
    path = f"{BABIES}/{baby_id}/milk"
    offered = cast.mother.ask("GET", "/api/v1/formula-products?stage=3")["items"]
    expect(SKU in [each["sku"] for each in offered], "her formula can be chosen")
    drinks = {"feeding": "mixed", "formula_share_percent": 80, "formula_sku": SKU, "formula_stage": 3}
    cast.mother.ask("PATCH", f"{BABIES}/{baby_id}", json=drinks, show=("nickname",))
    number = cast.mother.ask("GET", "/api/v1/me/card", show=("number",))["number"]
    receipt = new_receipt()
    bought_at = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    sale = send_sale(cast, {"card": number}, CANS, receipt, bought_at)
    cast.till.wait_for(f"/partner/v1/purchases/{sale['id']}", "status", "settled")
    three = _runs_out(story, cast.mother.ask("GET", path))
    story.tell("One can goes back to the shop, and then she says what is really there:")
    back: dict[str, Any] = {
        "store": cast.place.store(0),
        "terminal": TERMINAL,
        "receipt": new_receipt(),
        "original_receipt": receipt,
        "occurred_at": now(),
        "lines": RETURNED,
    }
    returned = cast.till.ask("POST", "/partner/v1/returns", json=back)
    cast.till.wait_for(f"/partner/v1/returns/{returned['id']}", "status", "settled")
    two = _runs_out(story, cast.mother.ask("GET", path))
    cast.mother.is_refused("invalid", "PUT", f"{path}/stock", json={"full_cans": 900})
    said = cast.mother.ask("PUT", f"{path}/stock", json={"full_cans": 1, "open_percent": 50})
    one = _runs_out(story, said)
    expect(one < two < three, "fewer cans are empty sooner")


def home(story: Story, cast: Cast, baby_id: str) -> None:
    story.tell("And the screen that she opens every day:")
    path = f"{BABIES}/{baby_id}/home"
    shown = (
        "nickname",
        "stage.words",
        "growth.weight_g",
        "next_visit.day",
        "next_visit.overdue",
        "milk.runs_out.expected",
    )
    cast.mother.ask("GET", path, show=shown)


def _runs_out(story: Story, answer: dict[str, Any]) -> str:
    formula = answer["formula"]
    story.tell(f"{formula['grams_a_day']['expected']} g a day. “{formula['sentence']}”")
    return str(formula["runs_out"]["expected"])
