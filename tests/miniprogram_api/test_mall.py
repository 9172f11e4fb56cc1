"""The mall over HTTP: what the mini-program sends and gets."""

import asyncio
from uuid import uuid4

import httpx

from membership import points, stores
from tests.makers.catalogue import make_product
from tests.makers.mall import make_rich_member
from tests.makers.members import MadeMember
from tests.makers.stores import make_store

REDEMPTIONS = "/api/v1/mall/redemptions"


async def redeem(
    api: httpx.AsyncClient, member: MadeMember, body: dict[str, object], key: str | None = None
) -> httpx.Response:
    headers = {**member.headers, "Idempotency-Key": key or uuid4().hex}
    return await api.post(REDEMPTIONS, json=body, headers=headers)


async def balance(member: MadeMember) -> int:
    return (await points.summary(member.id)).balance


async def test_a_gift_is_redeemed_listed_and_cancelled(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(points=100, stock=3), await make_store(), await make_rich_member(250)
    answer = await redeem(api, member, {"product_id": str(product), "quantity": 2, "store": store.code})
    assert answer.status_code == 201
    redemption = answer.json()
    assert (redemption["status"], redemption["points"], redemption["store"]) == ("reserved", 200, store.code)
    assert len(redemption["pickup_code"]) == 8
    listed = (await api.get(REDEMPTIONS, headers=member.headers)).json()
    assert listed == {"items": [redemption], "next_cursor": None}
    path = f"{REDEMPTIONS}/{redemption['id']}"
    assert (await api.get(path, headers=member.headers)).json() == redemption
    assert await balance(member) == 50
    cancelled = await api.post(f"{path}/cancellation", headers=member.headers)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    again = await api.post(f"{path}/cancellation", headers=member.headers)
    assert again.json() == cancelled.json()
    assert await balance(member) == 250


async def test_refusals_have_their_codes(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(points=100, stock=2), await make_store(), await make_rich_member(150)
    closed = await make_store()
    await stores.set_store_open(closed.code, False)
    body = {"product_id": str(product), "quantity": 1, "store": store.code}
    refusals = [
        ({**body, "product_id": str(uuid4())}, 404, "product_not_found"),
        ({**body, "store": "NOSUCHSTORE"}, 422, "store_not_found"),
        ({**body, "store": closed.code}, 422, "store_closed"),
        ({**body, "quantity": 3}, 409, "sold_out"),
        ({**body, "quantity": 2}, 409, "not_enough_points"),
        ({**body, "quantity": 0}, 422, "invalid"),
        ({**body, "quantity": 100}, 422, "invalid"),
        ({**body, "quantity": "1"}, 422, "invalid"),
        ({**body, "store": "shop 1"}, 422, "invalid"),
        ({**body, "gift_wrap": True}, 422, "invalid"),
        ({"store": store.code}, 422, "invalid"),
    ]
    for refused, status, code in refusals:
        answer = await redeem(api, member, refused)
        assert (answer.status_code, answer.json()["code"]) == (status, code), refused
    missing = await api.post(REDEMPTIONS, json=body, headers=member.headers)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_required")
    assert (await api.post(REDEMPTIONS, json=body)).status_code == 401
    assert await balance(member) == 150


async def test_a_repeated_request_gets_the_first_answer(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(points=100, stock=9), await make_store(), await make_rich_member(500)
    body: dict[str, object] = {"product_id": str(product), "quantity": 1, "store": store.code}
    answers = await asyncio.gather(*(redeem(api, member, body, "one-key") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    other = await redeem(api, member, {**body, "quantity": 2}, "one-key")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert await balance(member) == 400


async def test_a_stranger_sees_nothing(api: httpx.AsyncClient) -> None:
    product, store, member = await make_product(points=10), await make_store(), await make_rich_member(10)
    redemption = (await redeem(api, member, {"product_id": str(product), "store": store.code})).json()
    stranger = await make_rich_member(10)
    path = f"{REDEMPTIONS}/{redemption['id']}"
    for answer in (
        await api.get(path, headers=stranger.headers),
        await api.post(f"{path}/cancellation", headers=stranger.headers),
        await api.get(f"{REDEMPTIONS}/{uuid4()}", headers=stranger.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "redemption_not_found")
    assert (await api.get(REDEMPTIONS, headers=stranger.headers)).json()["items"] == []


async def test_open_stores_are_listed_for_everybody(api: httpx.AsyncClient) -> None:
    store, closed = await make_store(), await make_store()
    await stores.set_store_open(closed.code, False)
    items = (await api.get("/api/v1/stores")).json()["items"]
    assert {"code": store.code, "name": store.name, "address": store.address} in items
    assert closed.code not in {item["code"] for item in items}
