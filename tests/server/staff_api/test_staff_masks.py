"""No screen of the staff shows whom a member is, but for the two that write down who looked."""

import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest_asyncio
from msgspec import inspect

from foundation import clock, database
from foundation.faces import Route
from foundation.secrets import vault
from membership import addresses, enrolment, mall, members
from membership.staff import Role
from membership.stores import StoreView
from server.partner_api.face import partner
from server.staff_api.face import staff
from tests import canaries
from tests.makers.babies import authorize, make_child
from tests.makers.disclosures import REASON
from tests.makers.growth import measure
from tests.makers.mall import give_points
from tests.makers.members import MadeMember, make_known_member
from tests.makers.orders import Shopper, make_offer, order_delivery
from tests.makers.phones import new_phone
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.makers.surveys import ANSWERS, make_survey
from tests.makers.wallets import make_shop, top_up
from tests.server.staff_api.test_staff_auth import bearer, login

BEHIND_THE_MASK = {
    "/staff/v1/orders/{order_id}/address": "for who ships it; the look is told to her",
    "/staff/v1/disclosures/{disclosure_id}/value": "what all of this is about",
}
ANY = {
    "product_id": "product",
    "template_id": "coupon_template",
    "rule_id": "earn_rule",
    "sale_id": "flash_sale",
}
"""Screens that are about no member: any row of these tables will do; what has none is not found."""
MONTH = str(clock.today())[:7]
ASKED_WITH: dict[str, dict[str, str]] = {
    "/staff/v1/finance/points": {"since": MONTH, "until": MONTH},
    "/staff/v1/finance/settlement": {"month": MONTH},
    "/staff/v1/finance/export.csv": {"report": "points", "until": MONTH},
    "/staff/v1/finance/export.xlsx": {"report": "points", "until": MONTH},
    "/staff/v1/earn-rules/{rule_id}/preview": {"since": str(clock.today()), "until": str(clock.today())},
}
SHOWN_ON = {
    "/staff/v1/redemptions",
    "/staff/v1/orders/to-hand-over",
    "/staff/v1/orders/to-ship",
    "/staff/v1/orders/returns",
    "/staff/v1/points-adjustments",
    "/staff/v1/points-adjustments/waiting",
    "/staff/v1/wallet-refunds/waiting",
    "/staff/v1/members/{number}",
    "/staff/v1/disclosures",
    "/staff/v1/disclosures/waiting",
    "/staff/v1/disclosures/{disclosure_id}",
    "/staff/v1/audit-entries",
}
"""Where something of her stands, so that the search is one."""
MOST_PAGES = 30

TELLING = re.compile(r"phone|name|birth|due_date|address|region|detail|openid|allerg|city")
OF_SOMEBODY = {
    "MaskedMemberOut.name": "masked",
    "MaskedMemberOut.phone": "masked",
    "CounterRedemptionOut.member_name": "masked",
    "CardScanOut.name": "masked",
    "MemberOut.name": "masked",
    "ShippingAddressOut": "behind the mask",
    "DisclosedOut": "behind the mask",
    "DisclosedBabyOut": "behind the mask",
    "PaymentIncidentOut.details": "amounts and numbers of the provider's",
}
"""Answers to the staff and to partners that could tell who a member is, and why they may."""
OF_OTHERS = re.compile(
    r"(product|store|level|plan)_name$|(requested|decided|asked)_by_name$|^MeOut\.name$|^DisclosedDoseOut\.name$"
    r"|^(StaffProduct|StaffCategory|StaffFormulaProduct|EarnRule|GiftRule|Plan|Level)Out\.(name|allergens)$"
)
"""Names of things, of stores and of the staff."""


class Sight(msgspec.Struct, frozen=True):
    """A member of whom everything is known, somebody of each role, and what leads to her."""

    member: MadeMember
    told: dict[str, str]
    marks: set[str]
    """What stands on a screen that shows something of her: her number, or that of a thing of hers."""
    names: dict[str, str]
    """Values for parameters of paths."""
    asked_with: dict[str, dict[str, str]]
    headers: dict[str, dict[str, str]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sight(api: httpx.AsyncClient) -> AsyncIterator[Sight]:
    store = await make_store()
    headers = {}
    for role in Role:
        made = await make_staff(role, store_id=store.id if role is Role.CLERK else None)
        headers[role.value] = bearer((await login(api, made)).json())
    told = {
        what: canaries.text(what, before)
        for what, before in (
            ("nickname", "王"),
            ("city", "上海"),
            ("child's nickname", "满"),
            ("allergy note", "蛋"),
            ("addressee", "陈"),
            ("street", "长乐路"),
            ("answer", "想"),
        )
    }
    member = await make_known_member(nickname=told["nickname"])
    assert member.phone is not None
    told |= {"phone": member.phone.removeprefix("+86"), "openid": member.openid}
    told["addressee's phone"] = (sent_to := new_phone()).removeprefix("+86")
    await enrolment.change_profile(member.id, members.ProfileChanges(city=told["city"]))
    await authorize(member.id, "service", "expert")
    baby_id = await make_child(member.id, nickname=told["child's nickname"], allergy_note=told["allergy note"])
    await measure(member.id, baby_id, weight_g=6000)
    address = addresses.Address(name=told["addressee"], phone=sent_to, region="上海市", detail=told["street"])
    shopper = Shopper(member, (await addresses.add(member.id, address)).id)
    await give_points(member.id, 10_000)
    orders = await _orders(api, shopper, store, headers)
    survey_id = (await make_survey()).id
    answers = {"answers": {**ANSWERS, "words": told["answer"]}}
    answered = await api.post(f"/api/v1/surveys/{survey_id}/responses", json=answers, headers=_once(member.headers))
    assert answered.is_success, answered.text
    asked = await _asked(api, member, str(baby_id), headers)
    yield Sight(
        member=member,
        told=told,
        marks={member.number, str(survey_id), *orders.values(), asked},
        names={
            "number": member.number,
            "order_id": orders["to ship"],
            "disclosure_id": asked,
            "survey_id": str(survey_id),
        },
        asked_with={
            **ASKED_WITH,
            "/staff/v1/redemptions": {"pickup_code": orders["code"]},
            "/staff/v1/paid-levels": {"member_number": member.number},
        },
        headers=headers,
    )


def _once(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": uuid4().hex}


async def _orders(
    api: httpx.AsyncClient, shopper: Shopper, store: StoreView, headers: dict[str, dict[str, str]]
) -> dict[str, str]:
    """One to be shipped, one that is to go back, and one to be picked up with its code."""
    to_ship, back = await order_delivery(shopper), await order_delivery(shopper)
    await mall.ship((await make_staff(Role.OPERATOR)).id, back.id, mall.Shipment("顺丰速运", "SF1234567890"))
    for step, body in (("receipt", None), ("return", {"reason": "包装破损"})):
        path = f"/api/v1/mall/redemptions/{back.id}/{step}"
        answer = await api.post(path, json=body, headers=_once(shopper.member.headers))
        assert answer.is_success, answer.text
    waits = await mall.order(shopper.id, mall.Wish(product_id=await make_offer(), store_code=store.code))
    assert waits.pickup_code is not None
    return {
        "to ship": str(to_ship.id),
        "back": str(back.id),
        "at the counter": str(waits.id),
        "code": waits.pickup_code,
    }


async def _asked(api: httpx.AsyncClient, member: MadeMember, baby_id: str, headers: dict[str, dict[str, str]]) -> str:
    """What of the staff's own doing names her; the id of what was asked of her phone."""
    shop = await make_shop()
    await top_up(shop, member.number, 50_000)
    ask_for = {"member_number": member.number, "reason": REASON}
    of_phone = {**ask_for, "kind": "member_phone", "purpose": "member_request"}
    of_child = {**ask_for, "kind": "baby_details", "purpose": "expert_answer", "baby_id": baby_id, "unrelated": True}
    asked: dict[str, Any] = {}
    for role, path, body in (
        (Role.CLERK, "points-adjustments", {**ask_for, "amount": 9_000}),
        (Role.OPERATOR, "points-adjustments", {**ask_for, "amount": 1}),
        (Role.CLERK, "wallet-refunds", ask_for),
        (Role.EXPERT, "disclosures", of_child),
        (Role.OPERATOR, "disclosures", of_phone),
    ):
        answer = await api.post(f"/staff/v1/{path}", json=body, headers=_once(headers[role.value]))
        assert answer.is_success, f"{path}: {answer.text}"
        asked = answer.json()
    value = await api.get(f"/staff/v1/disclosures/{asked['id']}/value", headers=headers["operator"])
    assert value.json()["phone"] == member.phone
    return str(asked["id"])


async def _path(route: Route, sight: Sight) -> str:
    """With its names filled in. Who adds a screen about a member adds its name to `names`, and where it shows her."""
    path = route.path
    for name in re.findall(r"{(\w+)}", route.path):
        value = sight.names.get(name)
        if value is None:
            assert name in ANY, f"{route.path}: what may stand for {name}?"
            found = await database.fetchval(f"SELECT id FROM {ANY[name]} ORDER BY id DESC LIMIT 1")  # noqa: S608  # ours
            value = str(found or uuid4())
        path = path.replace(f"{{{name}}}", value)
    return path


async def _pages(api: httpx.AsyncClient, route: Route, sight: Sight, headers: dict[str, str]) -> AsyncIterator[bytes]:
    """What the screen shows, page after page: old things of other tests may come first."""
    path, query = await _path(route, sight), dict(sight.asked_with.get(route.path, {}))
    shape = route.parameter("query")
    if shape is not None and "limit" in shape.type.__struct_fields__:
        query["limit"] = "100"
    for _ in range(MOST_PAGES):
        answer = await api.get(path, params=query, headers=headers)
        assert answer.status_code in (200, 404, 409), f"{path}: {answer.text}"  # nothing there, or no terms yet
        yield _unpacked(answer.content)
        cursor = answer.json().get("next_cursor") if "json" in answer.headers["content-type"] else None
        if cursor is None:
            return
        query["cursor"] = cursor


def _unpacked(content: bytes) -> bytes:
    """A spreadsheet is a zip."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


async def test_no_screen_shows_who_she_is(api: httpx.AsyncClient, sight: Sight) -> None:
    found, shown_on = [], set()
    routes = [route for route in staff.routes if route.method == "GET" and route.path not in BEHIND_THE_MASK]
    for route in routes:
        for role in route.who:
            async for content in _pages(api, route, sight, sight.headers[role]):
                text = content.decode()
                found += [f"{route.path} shows her {what} to {role}" for what, own in sight.told.items() if own in text]
                if any(mark in text for mark in sight.marks):
                    shown_on.add(route.path)
    assert found == []
    assert shown_on >= SHOWN_ON, "otherwise this shows nothing"
    assert len(routes) > 40


async def test_who_knows_the_whole_phone_is_not_told_it(api: httpx.AsyncClient, sight: Sight) -> None:
    """Nothing of the staff's is found by a phone, and a path or a list that is asked with one says nothing of it."""
    phone = sight.told["phone"]
    for role, path, query in (
        ("operator", f"/staff/v1/members/{phone}", {}),
        ("operator", f"/staff/v1/members/+86{phone}", {}),
        ("clerk", f"/staff/v1/wallets/{phone}", {}),
        ("clerk", "/staff/v1/redemptions", {"pickup_code": phone}),
        ("clerk", "/staff/v1/paid-levels", {"member_number": phone}),
        ("administrator", "/staff/v1/audit-entries", {"subject": "member", "subject_id": phone}),
        ("operator", "/staff/v1/disclosures", {"phone": phone}),
    ):
        answer = await api.get(path, params=query, headers=sight.headers[role])
        assert answer.status_code in (200, 404, 422), path
        assert sight.member.number not in answer.text, path
        assert phone not in answer.text, path
        if answer.status_code == 200:
            assert answer.json()["items"] == [], path


async def test_two_masks(api: httpx.AsyncClient, sight: Sight) -> None:
    masked = (await api.get(f"/staff/v1/members/{sight.member.number}", headers=sight.headers["operator"])).json()
    phone = sight.told["phone"]
    assert (masked["name"], masked["phone"]) == ("王**", f"{phone[:3]}******{phone[-2:]}")
    assert vault().index("phone", phone).hex() not in str(masked)


def test_no_answer_has_room_for_who_she_is() -> None:
    """Of every route, those that write too. A new field that tells wants a line above, with its reason."""
    seen: set[str] = set()
    found = {
        name
        for route in (*staff.routes, *partner.routes)
        for name in _telling(inspect.type_info(route.answer or type(None)), seen)
        if not OF_OTHERS.search(name)
    }
    argued = {name for name in found if name in OF_SOMEBODY or name.partition(".")[0] in OF_SOMEBODY}
    assert found - argued == set()
    assert OF_SOMEBODY.keys() - found - {name.partition(".")[0] for name in found} == set(), "a line for nothing"


def _telling(shape: Any, seen: set[str]) -> Iterator[str]:
    """Fields of an answer that could say who somebody is, by the name of their struct."""
    if isinstance(shape, inspect.StructType) and shape.cls.__name__ not in seen:
        name = shape.cls.__name__
        seen |= {name} - {"Page"}  # every list has one, each of something else
        for field in shape.fields:
            if TELLING.search(field.encode_name):
                yield f"{name}.{field.encode_name}"
            yield from _telling(field.type, seen)
    for inner in ("item_type", "types", "value_type", "item_types"):
        found = getattr(shape, inner, ())
        for each in found if isinstance(found, tuple) else (found,):
            yield from _telling(each, seen)
