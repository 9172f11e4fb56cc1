"""Orders over HTTP: sent to her, paid for, had at once, received, sent back."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from membership import mall, points
from tests.makers.orders import (
    MONEY_FEN,
    Shopper,
    make_offer,
    make_operator,
    make_shopper,
    money_comes,
    shipped,
    work,
)
from tests.makers.payments import pay as pay_in_wechat
from tests.makers.stores import make_store

PATH = "/api/v1/mall/redemptions"


async def redeem(api: httpx.AsyncClient, shopper: Shopper, **body: object) -> httpx.Response:
    headers = {**shopper.member.headers, "Idempotency-Key": uuid4().hex}
    return await api.post(PATH, json=body, headers=headers)


async def read(api: httpx.AsyncClient, shopper: Shopper, order_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.get(f"{PATH}/{order_id}", headers=shopper.member.headers)).json()
    return answer


async def test_a_delivery_from_order_to_return(api: httpx.AsyncClient) -> None:
    shopper, product = await make_shopper(), await make_offer(delivery=True)
    made = await redeem(
        api, shopper, product_id=str(product), fulfilment="delivery", address_id=str(shopper.address_id)
    )
    assert made.status_code == 201
    order = made.json()
    assert (order["status"], order["store"], order["address"]) == ("to_ship", None, None)
    whole = await read(api, shopper, order["id"])
    assert whole["address"]["name"] == "陈小雨"
    listed = (await api.get(PATH, headers=shopper.member.headers)).json()["items"]
    assert listed == [order]
    early = await api.post(f"{PATH}/{order['id']}/receipt", headers=shopper.member.headers)
    assert (early.status_code, early.json()["code"]) == (409, "not_shipped_yet")
    on_its_way = await shipped(shopper)
    path = f"{PATH}/{on_its_way.id}"
    refused = await api.post(f"{path}/cancellation", headers=shopper.member.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_shipped")
    received = await api.post(f"{path}/receipt", headers=shopper.member.headers)
    assert (received.json()["status"], received.json()["return_until"] is not None) == ("delivered", True)
    asked = await api.post(f"{path}/return", json={"reason": "不合适"}, headers=shopper.member.headers)
    assert asked.json()["status"] == "return_requested"
    await mall.receive_return(await make_operator(), on_its_way.id, restock=True)
    assert (await read(api, shopper, str(on_its_way.id)))["status"] == "returned"


async def test_points_and_money(api: httpx.AsyncClient) -> None:
    shopper, product, store = await make_shopper(), await make_offer(money_fen=MONEY_FEN), await make_store()
    made = (await redeem(api, shopper, product_id=str(product), store=store.code)).json()
    assert (made["status"], made["money_fen"], made["pay_by"] is not None) == ("awaiting_payment", MONEY_FEN, True)
    payment = await api.get(f"/api/v1/me/payments/{made['payment_id']}", headers=shopper.member.headers)
    assert payment.json()["amount_fen"] == MONEY_FEN
    await money_comes(await mall.redemption(shopper.id, UUID(made["id"])))
    await work()
    assert (await read(api, shopper, made["id"]))["status"] == "reserved"


async def test_paid_in_wechat_and_refunded_there(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
    shopper, product, store = await make_shopper(), await make_offer(money_fen=MONEY_FEN), await make_store()
    made = (await redeem(api, shopper, product_id=str(product), store=store.code)).json()
    path = f"/api/v1/me/payments/{made['payment_id']}/preparation"
    prepared = (await api.post(path, headers=shopper.member.headers)).json()
    await pay_in_wechat(standin, prepared["package"].removeprefix("prepay_id="))
    await work()
    assert (await read(api, shopper, made["id"]))["status"] == "reserved"
    cancelled = await api.post(f"{PATH}/{made['id']}/cancellation", headers=shopper.member.headers)
    assert cancelled.json()["status"] == "cancelled"
    await work()
    payment = (await api.get(f"/api/v1/me/payments/{made['payment_id']}", headers=shopper.member.headers)).json()
    assert (payment["status"], payment["refund_fen"]) == ("paid", MONEY_FEN)
    assert (await points.summary(shopper.id)).balance == 1_000


async def test_what_is_had_at_once(api: httpx.AsyncClient) -> None:
    shopper, product = await make_shopper(), await make_offer(kind="virtual", pickup=False)
    await mall.add_goods(await make_operator(), product, ["GIFT-CODE"])
    made = (await redeem(api, shopper, product_id=str(product), fulfilment="virtual")).json()
    assert (made["status"], made["goods"]) == ("delivered", [])
    assert (await read(api, shopper, made["id"]))["goods"] == ["GIFT-CODE"]


async def test_each_way_names_what_it_needs(api: httpx.AsyncClient) -> None:
    shopper, product = await make_shopper(), await make_offer(delivery=True)
    for body, field in (
        ({}, "store"),
        ({"fulfilment": "delivery"}, "address_id"),
        ({"fulfilment": "virtual", "store": "SH001"}, "store"),
        ({"fulfilment": "by_drone"}, "fulfilment"),
    ):
        answer = await redeem(api, shopper, product_id=str(product), **body)
        assert answer.status_code == 422, body
        if "store" not in body:
            assert field in {error["field"] for error in answer.json()["errors"]}
    unknown = await redeem(api, shopper, product_id=str(product), fulfilment="delivery", address_id=str(uuid4()))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "address_not_found")
    assert (await points.summary(shopper.id)).balance == 1_000


async def test_a_stranger_moves_nothing(api: httpx.AsyncClient) -> None:
    shopper, stranger = await make_shopper(), await make_shopper()
    order = await shipped(shopper)
    for verb, body in (("cancellation", None), ("receipt", None), ("return", {"reason": "x"})):
        answer = await api.post(f"{PATH}/{order.id}/{verb}", json=body, headers=stranger.member.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "redemption_not_found")
