"""The staff's orders over HTTP: lists, shipping with the address asked for, returns, the pool of codes."""

from uuid import UUID, uuid4

import httpx
import pytest

from membership import mall
from membership.staff import Role
from tests.makers.mall import make_saver
from tests.makers.orders import audited, make_offer, make_shopper, order_delivery, shipped
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

PATH = "/staff/v1/orders"
SHIPMENT = {"carrier": "顺丰速运", "tracking_number": "SF1234567890"}


async def headers_of(api: httpx.AsyncClient, role: Role, store_id: UUID | None = None) -> dict[str, str]:
    headers: dict[str, str] = bearer((await login(api, await make_staff(role, store_id=store_id))).json())
    return headers


def keyed(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": uuid4().hex}


async def find(api: httpx.AsyncClient, path: str, headers: dict[str, str], order_id: UUID) -> dict[str, object] | None:
    """The order in a list, whatever page it is on."""
    cursor: str | None = None
    while True:
        query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get(path, params=query, headers=headers)).json()
        for item in page["items"]:
            if item["id"] == str(order_id):
                found: dict[str, object] = item
                return found
        cursor = page["next_cursor"]
        if cursor is None:
            return None


async def test_an_operator_ships_to_the_address_that_she_asks_for(api: httpx.AsyncClient) -> None:
    shopper, headers = await make_shopper(), await headers_of(api, Role.OPERATOR)
    order = await order_delivery(shopper)
    listed = await find(api, f"{PATH}/to-ship", headers, order.id)
    assert listed is not None
    assert "陈小雨" not in str(listed)
    address_path = f"{PATH}/{order.id}/address"
    for query in ({}, {"purpose": "curiosity"}):
        assert (await api.get(address_path, params=query, headers=headers)).status_code == 422
    address = await api.get(address_path, params={"purpose": "shipping"}, headers=headers)
    assert address.json() == {
        "name": "陈小雨",
        "phone": "+8613912345678",
        "region": "上海市 黄浦区",
        "detail": "测试路1号201室",
    }
    sent = await api.post(f"{PATH}/{order.id}/shipment", json=SHIPMENT, headers=headers)
    assert (sent.status_code, sent.json()["status"]) == (200, "shipped")
    assert await find(api, f"{PATH}/to-ship", headers, order.id) is None
    again = await api.post(f"{PATH}/{order.id}/shipment", json=SHIPMENT, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_shipped")
    refused = await api.get(address_path, params={"purpose": "shipping"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "address_not_needed")
    assert await audited(order.id) == ["order.address_read", "order.shipped"]


async def test_a_return_is_received_or_refused(api: httpx.AsyncClient) -> None:
    shopper, store = await make_shopper(), await make_store()
    clerk, operator = await headers_of(api, Role.CLERK, store.id), await headers_of(api, Role.OPERATOR)
    one, other = await shipped(shopper), await shipped(shopper)
    for order in (one, other):
        await mall.request_return(shopper.id, order.id, "颜色不喜欢")
    listed = await find(api, f"{PATH}/returns", clerk, one.id)
    assert listed is not None
    assert listed["return_reason"] == "颜色不喜欢"
    headers = keyed(clerk)
    answers = [await api.post(f"{PATH}/{one.id}/return", json={"restock": True}, headers=headers) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["returned", "returned"]
    reason = {"reason": "商品已拆封使用"}
    assert (await api.post(f"{PATH}/{other.id}/return-refusal", json=reason, headers=clerk)).status_code == 403
    refused = await api.post(f"{PATH}/{other.id}/return-refusal", json=reason, headers=operator)
    assert refused.json()["status"] == "delivered"
    late = await api.post(f"{PATH}/{other.id}/return", json={"restock": False}, headers=keyed(operator))
    assert (late.status_code, late.json()["code"]) == (409, "return_not_requested")


async def test_what_waits_in_ones_own_store_is_listed(api: httpx.AsyncClient) -> None:
    product, store, member = await make_offer(), await make_store(), await make_saver(300)
    made = [str((await mall.redeem(member, product, 1, store.code)).id) for _ in range(3)]
    headers = await headers_of(api, Role.CLERK, store.id)
    first = (await api.get(f"{PATH}/to-hand-over", params={"limit": 2}, headers=headers)).json()
    second = await api.get(f"{PATH}/to-hand-over", params={"limit": 2, "cursor": first["next_cursor"]}, headers=headers)
    assert [item["id"] for item in [*first["items"], *second.json()["items"]]] == made
    elsewhere = await headers_of(api, Role.CLERK, (await make_store()).id)
    assert (await api.get(f"{PATH}/to-hand-over", headers=elsewhere)).json()["items"] == []


async def test_an_order_that_can_not_be_sent_is_cancelled(api: httpx.AsyncClient) -> None:
    shopper, headers = await make_shopper(), await headers_of(api, Role.OPERATOR)
    order = await order_delivery(shopper)
    path, body = f"{PATH}/{order.id}/cancellation", {"reason": "仓库破损"}
    assert (await api.post(path, json=body, headers=headers)).status_code == 400  # no key
    answer = await api.post(path, json=body, headers=keyed(headers))
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    again = await api.post(path, json=body, headers=keyed(headers))
    assert (again.status_code, again.json()["code"]) == (409, "already_cancelled")


async def test_codes_go_into_the_pool_once(api: httpx.AsyncClient) -> None:
    product = await make_offer(kind="virtual", pickup=False)
    headers, path = await headers_of(api, Role.OPERATOR), f"/staff/v1/products/{product}/goods"
    for texts, added in ((["A", "B"], 2), (["B", "C"], 1)):
        assert (await api.post(path, json={"texts": texts}, headers=headers)).json() == {"added": added}
    for texts in ([], [""], ["长" * 201], ["x"] * 1001):
        assert (await api.post(path, json={"texts": texts}, headers=headers)).status_code == 422
    gift = f"/staff/v1/products/{await make_offer()}/goods"
    refused = await api.post(gift, json={"texts": ["A"]}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "goods_not_for_this_product")


@pytest.mark.parametrize("role", [Role.CLERK, Role.MODERATOR, Role.EXPERT, Role.PRIVACY_OFFICER])
async def test_only_who_ships_may(api: httpx.AsyncClient, role: Role) -> None:
    store_id = (await make_store()).id if role is Role.CLERK else None
    headers, order = await headers_of(api, role, store_id), uuid4()
    assert (await api.get(f"{PATH}/to-ship", headers=headers)).status_code == 403
    address = await api.get(f"{PATH}/{order}/address", params={"purpose": "shipping"}, headers=headers)
    assert address.status_code == 403
    assert (await api.post(f"{PATH}/{order}/shipment", json=SHIPMENT, headers=headers)).status_code == 403


async def test_an_unknown_order_is_not_there(api: httpx.AsyncClient) -> None:
    headers, order = await headers_of(api, Role.OPERATOR), uuid4()
    answers = (
        await api.get(f"{PATH}/{order}/address", params={"purpose": "shipping"}, headers=headers),
        await api.post(f"{PATH}/{order}/shipment", json=SHIPMENT, headers=headers),
        await api.post(f"{PATH}/{order}/cancellation", json={"reason": "没有了"}, headers=keyed(headers)),
        await api.post(f"{PATH}/{order}/return", json={"restock": True}, headers=keyed(headers)),
    )
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "redemption_not_found")}
