"""The big day: a flash redemption by the server's clock, and a parcel that she sends back."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from server.tour.people import Cast
from server.tour.story import Story, expect, new_key

AHEAD_SECONDS = 3
PRICE = 9
ADDRESS = {"name": "林小满", "phone": "13800138000", "region": "上海市徐汇区", "detail": "虹桥路1号2栋301"}

REDEMPTIONS = "/api/v1/mall/redemptions"
SALES = "/api/v1/mall/flash-sales"


def flash(story: Story, cast: Cast) -> None:
    story.chapter("10  Flash redemption", "One unit at the announced second, by the server's clock.")
    operator = cast.operator()
    gift = _gift(cast, "pickup")
    begins = datetime.now(UTC) + timedelta(seconds=AHEAD_SECONDS)
    sale = operator.ask(
        "POST",
        "/staff/v1/flash-sales",
        json={
            "product_id": gift["id"],
            "points": PRICE,
            "units": 1,
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(minutes=10)).isoformat(),
            "min_account_hours": 0,
        },
        headers=new_key(),
        show=("product_name", "points", "units", "starts_at"),
    )
    path = f"{SALES}/{sale['id']}/redemptions"
    body = {"store": cast.place.store(0), "device": uuid4().hex}
    story.tell("She presses early:")
    cast.mother.is_refused("flash_not_started", "POST", path, json=body, headers=new_key())
    _wait_until(cast, sale["id"])
    won = cast.mother.ask("POST", path, json=body, headers=new_key(), show=("status", "points", "pickup_code"))
    expect(won["points"] == PRICE, "at the price of the sale")
    story.tell("She presses again, and a neighbour comes too late:")
    cast.mother.is_refused("flash_once", "POST", path, json=body, headers=new_key())
    neighbour = cast.neighbour()
    neighbour.is_refused("flash_sold_out", "POST", path, json={**body, "device": uuid4().hex}, headers=new_key())
    cast.visitor.ask("GET", f"{SALES}/{sale['id']}", show=("phase", "left"))


def parcel(story: Story, cast: Cast) -> None:
    story.chapter("11  Sent home, and sent back", "A parcel with an address only the shipper may read; it comes back.")
    before = _balance(cast)
    address = cast.mother.ask("POST", "/api/v1/me/addresses", json=ADDRESS)
    gift = _gift(cast, "delivery")
    wish = {"product_id": gift["id"], "fulfilment": "delivery", "address_id": address["id"]}
    order = cast.mother.ask(
        "POST", REDEMPTIONS, json=wish, headers=new_key(), show=("product_name", "status", "points")
    )
    operator = cast.operator()
    path = f"/staff/v1/orders/{order['id']}"
    operator.ask("GET", f"{path}/address?purpose=shipping", show=("region",))
    parcel_number = {"carrier": "顺丰速运", "tracking_number": "SF1234567890123"}
    operator.ask("POST", f"{path}/shipment", json=parcel_number, show=("status", "carrier", "tracking_number"))
    story.tell("What is on its way can't be cancelled; what has arrived can be sent back.")
    mine = f"{REDEMPTIONS}/{order['id']}"
    cast.mother.is_refused("already_shipped", "POST", f"{mine}/cancellation")
    cast.mother.ask("POST", f"{mine}/receipt", show=("status", "return_until"))
    cast.mother.ask("POST", f"{mine}/return", json={"reason": "纸盒压坏了"}, show=("status",))
    operator.ask("POST", f"{path}/return", json={"restock": False}, headers=new_key(), show=("status", "restocked"))
    expect(_balance(cast) == before, "all points are back in their lots")
    for month in cast.mother.ask("GET", "/api/v1/me/points/months")["items"]:
        story.tell("  ".join(f"{name} {value}" for name, value in month.items()))
    story.tell("What we told her meanwhile:")
    for message in cast.mother.ask("GET", "/api/v1/me/notifications", show=("unread",))["items"]:
        story.tell(f"{message['title']}: {message['body']}")


def _wait_until(cast: Cast, sale_id: str) -> None:
    """Counts down by the server's clock, as her screen does."""
    sale = cast.visitor.ask("GET", f"{SALES}/{sale_id}", show=("phase", "now"))
    left = datetime.fromisoformat(sale["starts_at"]) - datetime.fromisoformat(sale["now"])
    time.sleep(max(left.total_seconds(), 0) + 0.2)


def _gift(cast: Cast, fulfilment: str) -> dict[str, Any]:
    balance = _balance(cast)
    for gift in reversed(cast.visitor.ask("GET", "/api/v1/mall/products?limit=100")["items"]):
        if gift["money_fen"] or gift["stock"] < 2 or gift["points"] > balance:
            continue
        whole: dict[str, Any] = cast.visitor.ask("GET", f"/api/v1/mall/products/{gift['id']}")
        if whole[fulfilment]:
            return whole
    expect(False, f"there is a gift for {fulfilment} that she can afford")
    raise AssertionError("unreachable")


def _balance(cast: Cast) -> int:
    return int(cast.mother.ask("GET", "/api/v1/me/points", show=("balance",))["balance"])
