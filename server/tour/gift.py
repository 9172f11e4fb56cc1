"""The first gift: chosen, redeemed, cancelled, redeemed again and handed over."""

from typing import Any
from uuid import uuid4

from server.tour.people import Cast
from server.tour.story import Story, expect

REDEMPTIONS = "/api/v1/mall/redemptions"

Gifts = list[dict[str, Any]]


def first_gift(story: Story, cast: Cast) -> None:
    story.chapter("7  The first gift", "She looks through the mall, which anybody may, and chooses.")
    gifts: Gifts = cast.visitor.ask("GET", "/api/v1/mall/products?limit=100")["items"]
    for gift in gifts:
        story.tell(f"{gift['points']:>5} points  {gift['name']}  ({gift['stock']} left)")
    balance = _balance(cast)
    affordable = [gift for gift in gifts if gift["stock"] > 0 and gift["points"] <= balance]
    expect(len(affordable) >= 2, "there are two gifts that she can pay for")
    _refused(story, cast, gifts, balance)
    _changed_her_mind(story, cast, affordable[0], balance)
    redemption = _redeem(cast, affordable[1], uuid4().hex)
    expect(_balance(cast) == balance - affordable[1]["points"], "the second gift's points are spent")
    _picked_up(story, cast, redemption)


def _refused(story: Story, cast: Cast, gifts: Gifts, balance: int) -> None:
    sold_out = next((gift for gift in gifts if gift["stock"] == 0), None)
    if sold_out is not None:
        story.tell(f"She would like “{sold_out['name']}”:")
        cast.mother.is_refused("sold_out", "POST", REDEMPTIONS, **_request(cast, sold_out, uuid4().hex))
    too_dear = next((gift for gift in gifts if gift["stock"] > 0 and gift["points"] > balance), None)
    if too_dear is not None:
        story.tell(f"Or “{too_dear['name']}”:")
        cast.mother.is_refused("not_enough_points", "POST", REDEMPTIONS, **_request(cast, too_dear, uuid4().hex))


def _changed_her_mind(story: Story, cast: Cast, gift: dict[str, Any], balance: int) -> None:
    story.tell(f"“{gift['name']}” it is. The answer is lost on the way, and the app sends the request again:")
    key = uuid4().hex
    first, again = _redeem(cast, gift, key), _redeem(cast, gift, key)
    expect(first == again, "the same key gets the first answer again")
    expect(_balance(cast) == balance - gift["points"], "its points were spent once")
    story.tell("The same key with another request:")
    request = _request(cast, gift, key)
    request["json"] |= {"quantity": 2}
    cast.mother.is_refused("idempotency_key_reused", "POST", REDEMPTIONS, **request)
    story.tell("She changes her mind and cancels. The points return to the lots they came from.")
    cast.mother.ask("POST", f"{REDEMPTIONS}/{first['id']}/cancellation", show=("status", "cancelled_at"))
    expect(_balance(cast) == balance, "all her points are back")


def _picked_up(story: Story, cast: Cast, redemption: dict[str, Any]) -> None:
    story.tell("In the store she shows the pick-up code. The clerk signs in with password and one-time code.")
    store = redemption["store"]
    clerk = cast.clerk(store)
    clerk.ask("GET", "/staff/v1/me", show=("name", "role", "store_name"))
    (found,) = clerk.ask("GET", f"/staff/v1/redemptions?pickup_code={redemption['pickup_code']}")["items"]
    story.tell(f"Waiting here: “{found['product_name']}” × {found['quantity']} for {found['member_name']}.")
    path = f"/staff/v1/redemptions/{found['id']}/handover"
    other = next(code for code in cast.place.credentials.stores if code != store)
    story.tell(f"In {other} the same redemption is not there; here it is handed over, once.")
    cast.clerk(other).is_refused("redemption_not_found", "POST", path)
    clerk.ask("POST", path, json={"pickup_code": redemption["pickup_code"]}, show=("status", "handed_over_at"))
    clerk.is_refused("already_handed_over", "POST", path)
    listed = cast.mother.ask("GET", REDEMPTIONS)["items"]
    for each in listed:
        story.tell(f"{each['product_name']}: {each['status']}, {each['points']} points, {each['store_name']}")
    expect([each["status"] for each in listed] == ["handed_over", "cancelled"], "she sees both redemptions")
    cast.mother.is_refused("already_handed_over", "POST", f"{REDEMPTIONS}/{found['id']}/cancellation")
    clerk.ask("POST", "/staff/v1/auth/logout")


def _redeem(cast: Cast, gift: dict[str, Any], key: str) -> dict[str, Any]:
    answer: dict[str, Any] = cast.mother.ask(
        "POST",
        REDEMPTIONS,
        **_request(cast, gift, key),
        show=("status", "points", "pickup_code", "store_name"),
    )
    return answer


def _request(cast: Cast, gift: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "json": {"product_id": gift["id"], "quantity": 1, "store": cast.place.store(0)},
        "headers": {"Idempotency-Key": key},
    }


def _balance(cast: Cast) -> int:
    return int(cast.mother.ask("GET", "/api/v1/me/points", show=("balance",))["balance"])
