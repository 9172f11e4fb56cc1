"""Coupons over HTTP: what the mini-program sends and gets."""

import asyncio
from uuid import UUID, uuid4

import httpx

from membership import coupons
from tests.makers.coupons import basket, make_coupon, make_receipt, make_template
from tests.makers.members import MadeMember, make_member
from tests.makers.purchases import make_shop

OFFERS = "/api/v1/coupons"
OWN = "/api/v1/me/coupons"


async def claim(api: httpx.AsyncClient, member: MadeMember, template: UUID, key: str | None = None) -> httpx.Response:
    headers = member.headers | {"Idempotency-Key": key or uuid4().hex}
    return await api.post(f"{OFFERS}/{template}/claims", headers=headers)


async def test_offered_claimed_and_shown(api: httpx.AsyncClient) -> None:
    template, member = await make_template(stacking_group="milk", scope="only", skus=["A1"]), await make_member()
    offers = (await api.get(OFFERS, headers=member.headers)).json()["items"]
    offer = next(each for each in offers if each["id"] == str(template))
    assert (offer["can_claim"], offer["obstacle"], offer["left"], offer["held"]) == (True, None, 100, 0)
    assert (offer["amount_fen"], offer["threshold_fen"], offer["stackable"], offer["skus"]) == (
        2_000,
        10_000,
        True,
        ["A1"],
    )
    claimed = await claim(api, member, template)
    assert claimed.status_code == 201
    coupon = claimed.json()
    assert (coupon["status"], coupon["qr"]) == ("available", f"COUPON:{coupon['code']}")
    assert (await api.get(f"{OWN}/{coupon['id']}", headers=member.headers)).json() == coupon
    listed = (await api.get(OWN, params={"status": "available"}, headers=member.headers)).json()
    assert [each["id"] for each in listed["items"]] == [coupon["id"]]
    assert "code" not in listed["items"][0]
    assert (await api.get(OWN, params={"status": "used"}, headers=member.headers)).json()["items"] == []
    again = await claim(api, member, template)
    assert (again.status_code, again.json()["code"]) == (409, "coupon_limit_reached")
    offers = (await api.get(OFFERS, headers=member.headers)).json()["items"]
    offer = next(each for each in offers if each["id"] == str(template))
    assert (offer["can_claim"], offer["obstacle"]) == (False, "limit_reached")


async def test_a_used_one_shows_no_code(api: httpx.AsyncClient) -> None:
    member, shop = await make_member(), await make_shop()
    hers = await make_coupon(member.id)
    await coupons.use(make_receipt(shop), basket(hers))
    shown = (await api.get(f"{OWN}/{hers.id}", headers=member.headers)).json()
    assert (shown["status"], shown["code"], shown["qr"]) == ("used", None, None)
    stranger = await make_member()
    unseen = await api.get(f"{OWN}/{hers.id}", headers=stranger.headers)
    assert (unseen.status_code, unseen.json()["code"]) == (404, "coupon_not_found")


async def test_a_double_tap_claims_once(api: httpx.AsyncClient) -> None:
    template, member = await make_template(per_member_limit=5), await make_member()
    answers = await asyncio.gather(*(claim(api, member, template, "one-key") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_refusals_have_their_codes(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for template, status, code in (
        (uuid4(), 404, "coupon_template_not_found"),
        (await make_template(stock=0), 409, "coupons_gone"),
        (await make_template(claimable=False), 409, "coupon_not_offered"),
    ):
        answer = await claim(api, member, template)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    template = await make_template()
    missing = await api.post(f"{OFFERS}/{template}/claims", headers=member.headers)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_required")
    assert (await api.post(f"{OFFERS}/{template}/claims")).status_code == 401
    wrong = await api.get(OWN, params={"status": "lost"}, headers=member.headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "status")
    for path in (OFFERS, OWN):
        bad = await api.get(path, params={"cursor": "nonsense"}, headers=member.headers)
        assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "cursor")


async def test_a_friend_gets_it(api: httpx.AsyncClient) -> None:
    giver, friend = await make_member(), await make_member()
    hers = await make_coupon(giver.id, transferable=True)
    path = f"{OWN}/{hers.id}/gift"
    key = {"Idempotency-Key": uuid4().hex}
    first = (await api.post(path, headers=giver.headers | key)).json()["gift_code"]
    assert (await api.delete(path, headers=giver.headers)).status_code == 204
    taken_back = await api.post(OWN, json={"gift_code": first}, headers=friend.headers | key)
    assert (taken_back.status_code, taken_back.json()["code"]) == (404, "coupon_not_found")
    second = await api.post(path, headers=giver.headers | {"Idempotency-Key": uuid4().hex})
    body = {"gift_code": second.json()["gift_code"]}
    got = await api.post(OWN, json=body, headers=friend.headers | {"Idempotency-Key": uuid4().hex})
    assert (got.status_code, got.json()["id"], got.json()["status"]) == (201, str(hers.id), "available")
    assert (await api.get(f"{OWN}/{hers.id}", headers=giver.headers)).status_code == 404
    wrong = await api.post(OWN, json={"gift_code": "short"}, headers=friend.headers | key)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
