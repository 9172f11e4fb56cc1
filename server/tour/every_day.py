"""What she comes back for: the daily sign-in, a survey, a coupon at the till."""

from typing import Any

from server.tour.people import Cast
from server.tour.shopping import TERMINAL, new_receipt, now
from server.tour.story import Story, expect, new_key, pick

COUPON = "全场满199减30"
BASKET: list[dict[str, Any]] = [
    {"sku": "T-BLOCK-1", "name": "木头积木 100 块", "quantity": 1, "amount_fen": 15_900},
    {"sku": "T-BOOK-3", "name": "洗澡书 3 本", "quantity": 1, "amount_fen": 6_100},
]

Question = dict[str, Any]


def sign_in(story: Story, cast: Cast) -> None:
    story.chapter("8  Every day", "She signs in, taps twice by mistake, and answers a few questions.")
    path = "/api/v1/me/sign-ins"
    first = cast.mother.ask("POST", path, show=("day", "points", "streak", "next_bonus"))
    again = cast.mother.ask("POST", path)
    expect(again == first, "a second tap on the same day changes nothing")
    calendar = cast.mother.ask("GET", path, show=("signed_today", "streak", "points_next"))
    expect(calendar["signed_today"] is True, "the calendar knows it")


def survey(story: Story, cast: Cast) -> None:
    offered = cast.mother.ask("GET", "/api/v1/surveys")["items"]
    expect(bool(offered), "there is a survey to answer")
    path = f"/api/v1/surveys/{offered[0]['id']}"
    asked = cast.mother.ask("GET", path, show=("title", "points"))
    answers = {question["code"]: _answer(question) for question in asked["questions"]}
    for question in asked["questions"]:
        story.tell(f"{question['text']} → {answers[question['code']]}")
    request: dict[str, Any] = {"json": {"answers": answers}}
    cast.mother.ask("POST", f"{path}/responses", **request, headers=new_key(), show=("points", "filled"))
    cast.mother.is_refused("survey_answered", "POST", f"{path}/responses", **request, headers=new_key())
    inbox = cast.mother.ask("GET", "/api/v1/me/points/entries?limit=3")["items"]
    for line in inbox:
        story.tell(f"{line['amount']:+} points: {line['title']} ({line['detail']}), balance {line['balance_after']}")


def coupon(story: Story, cast: Cast) -> None:
    story.chapter("9  A coupon at the till", "She claims a coupon; the till looks it up, locks it, and uses it, once.")
    template = pick(cast.mother.ask("GET", "/api/v1/coupons")["items"], "title", COUPON)
    claims = f"/api/v1/coupons/{template['id']}/claims"
    claimed = cast.mother.ask("POST", claims, headers=new_key(), show=("title", "status", "valid_until"))
    code = cast.mother.ask("GET", f"/api/v1/me/coupons/{claimed['id']}", show=("code",))["code"]
    at = {"store": cast.place.store(0), "terminal": TERMINAL}
    lines = [{name: line[name] for name in ("sku", "quantity", "amount_fen")} for line in BASKET]
    found = cast.till.ask("POST", "/partner/v1/coupons/lookups", json={**at, "code": code, "lines": lines})
    best = found["best"]["discount_fen"]
    story.tell(f"¥{sum(line['amount_fen'] for line in lines) / 100:.2f} in the basket, ¥{best / 100:.2f} off.")
    expect(best == 3_000, "30 yuan off 220")
    receipt = new_receipt()
    lock = {**at, "receipt": receipt, "codes": [code], "lines": lines}
    locked = cast.till.ask("POST", "/partner/v1/coupons/locks", json=lock, show=("status", "discount_fen"))
    story.tell("At the next till somebody shows a picture of the same coupon:")
    cast.till.is_refused("coupon_held", "POST", "/partner/v1/coupons/locks", json={**lock, "receipt": new_receipt()})
    use = {**at, "receipt": receipt, "lock": locked["id"]}
    used = cast.till.ask("POST", "/partner/v1/coupons/uses", json=use, show=("status", "discount_fen"))
    again = cast.till.ask("POST", "/partner/v1/coupons/uses", json=use)
    expect(again == used, "a use that is sent again is the same use")
    story.tell("The sale follows under the same receipt, with the prices after the discount.")
    paid = [
        {**line, "amount_fen": line["amount_fen"] - off["discount_fen"]}
        for line, off in zip(BASKET, used["lines"], strict=True)
    ]
    number = cast.mother.ask("GET", "/api/v1/me/card", show=("number",))["number"]
    sale = {**at, "receipt": receipt, "occurred_at": now(), "lines": paid, "card": number}
    sent = cast.till.ask("POST", "/partner/v1/purchases", json=sale, show=("id", "status"))
    path = f"/partner/v1/purchases/{sent['id']}"
    cast.till.wait_for(path, "status", "settled", show=("amount_fen", "points_given"))


def _answer(question: Question) -> Any:
    match question["type"]:
        case "single":
            return question["options"][0]["code"]
        case "multiple":
            return [question["options"][0]["code"]]
        case "date":
            return question["latest"] or "2026-01-01"
        case "text":
            return "上海"
        case _:
            return question["most"] or question["least"] or 5
