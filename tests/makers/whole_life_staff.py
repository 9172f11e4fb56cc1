"""Makers: chapters of the story in which the staff type why they do something (`tests/makers/whole_life.py`)."""

from membership.staff import Role
from tests import canaries
from tests.makers.coupons import make_template
from tests.makers.orders import make_offer
from tests.makers.wallets import give, make_shop
from tests.makers.whole_life import Life, staff_headers


async def points_by_hand(life: Life) -> None:
    """Some are given, some refused, and a coupon on top; she reads why in her statement."""
    operator, other = await staff_headers(life, Role.OPERATOR), await staff_headers(life, Role.OPERATOR)
    path, by = "/staff/v1/points-adjustments", {"member_number": life.number}
    given = {**by, "amount": 50, "reason": canaries.text("reason of an adjustment", "她说积分没到账")}
    await life.ask("POST", path, given, operator)
    asked = {**by, "amount": 90_000, "reason": canaries.text("reason of an adjustment that waits", "她很生气")}
    waiting = (await life.ask("POST", path, asked, operator))["id"]
    because = {"because": canaries.text("why an adjustment is rejected", "不信她")}
    await life.ask("POST", f"{path}/{waiting}/rejection", because, other)
    template = await make_template(claimable=False)
    gift = {"member": life.number, "reason": canaries.text("why a coupon is given", "她刚生完宝宝")}
    await life.ask("POST", f"/staff/v1/coupon-templates/{template}/coupons", gift, operator)
    lines = (await life.ask("GET", "/api/v1/me/points/entries"))["items"]
    assert given["reason"] in [line["detail"] for line in lines]


async def money_back(life: Life) -> None:
    """She wants what she stored, and is refused it."""
    await give(await make_shop(), life.id, 1_000, 100)
    operator, other = await staff_headers(life, Role.OPERATOR), await staff_headers(life, Role.OPERATOR)
    asked = {"member_number": life.number, "reason": canaries.text("reason of a refund", "她要搬家")}
    refund_id = (await life.ask("POST", "/staff/v1/wallet-refunds", asked, operator))["id"]
    because = {"because": canaries.text("why a refund is rejected", "她没来")}
    await life.ask("POST", f"/staff/v1/wallet-refunds/{refund_id}/rejection", because, other)


async def refused(life: Life) -> None:
    """A return is not accepted, and another order can't be fulfilled; the audit says why."""
    operator = await staff_headers(life, Role.OPERATOR)
    address = {"name": canaries.text("another addressee", "陈"), "region": "上海市", "detail": "长乐路1号"}
    address["phone"] = "+86" + canaries.phone("another addressee's phone")
    address_id = (await life.ask("POST", "/api/v1/me/addresses", address))["id"]
    wish = {"product_id": str(await make_offer(delivery=True)), "fulfilment": "delivery", "address_id": address_id}
    sent, cancelled = [(await life.ask("POST", "/api/v1/mall/redemptions", wish))["id"] for _ in range(2)]
    shipment = {"carrier": "顺丰速运", "tracking_number": canaries.text("another tracking number", "SF")}
    await life.ask("POST", f"/staff/v1/orders/{sent}/shipment", shipment, operator)
    path = f"/api/v1/mall/redemptions/{sent}"
    await life.ask("POST", f"{path}/return", {"reason": canaries.text("why another goes back", "她拆了")})
    refusal = {"reason": canaries.text("why a return is refused", "宝宝用过了")}
    await life.ask("POST", f"/staff/v1/orders/{sent}/return-refusal", refusal, operator)
    assert (await life.ask("GET", path))["return_refused"] == refusal["reason"]
    await life.ask("GET", "/api/v1/me/notifications")
    sorry = {"reason": canaries.text("why an order is cancelled", "她的地址不对")}
    await life.ask("POST", f"/staff/v1/orders/{cancelled}/cancellation", sorry, operator)
