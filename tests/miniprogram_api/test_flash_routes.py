"""Flash sales over HTTP: announced by an operator, seen by everybody, won by a thumb."""

from datetime import timedelta

import httpx
import pytest

from foundation import clock
from foundation.ids import new_id
from membership.flash import queries
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.flash import PRICE, device, end_all, move, running
from tests.makers.mall import make_rich_member
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_members import headers_of
from tests.statements import statements

STAFF = "/staff/v1/flash-sales"
MOTHERS = "/api/v1/mall/flash-sales"


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "REMEMBERED_SECONDS", -1.0)


def keyed(headers: dict[str, str]) -> dict[str, str]:
    return headers | {"Idempotency-Key": new_id().hex}


async def announced(api: httpx.AsyncClient, headers: dict[str, str], **changes: object) -> httpx.Response:
    begins = clock.now() + timedelta(hours=1)
    body = {
        "product_id": str(await make_product(points=300, stock=5)),
        "points": PRICE,
        "units": 2,
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=1)).isoformat(),
        "min_account_hours": 0,
    }
    return await api.post(STAFF, json=body | changes, headers=keyed(headers))


async def test_from_the_announcement_to_the_pick_up_code(api: httpx.AsyncClient) -> None:
    operator, member, store = await headers_of(api, Role.OPERATOR), await make_rich_member(PRICE), await make_store()
    await end_all()
    made = await announced(api, operator)
    assert made.status_code == 201, made.text
    sale = made.json()["id"]
    with statements() as seen:
        listed = (await api.get(MOTHERS)).json()["items"]
    assert len(seen) == 1
    assert [each["phase"] for each in listed if each["id"] == sale] == ["announced"]
    body = {"store": store.code, "device": device()}
    path, headers = f"{MOTHERS}/{sale}/redemptions", keyed(member.headers)
    early = await api.post(path, json=body, headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "flash_not_started")
    await move(sale, -61)
    won = await api.post(path, json=body, headers=headers)
    assert won.status_code == 201, won.text
    assert (won.json()["status"], won.json()["points"], len(won.json()["pickup_code"])) == ("reserved", PRICE, 8)
    again = await api.post(path, json=body, headers=headers)
    assert again.json() == won.json(), "the same key gets the first answer again"
    once = await api.post(path, json=body, headers=keyed(member.headers))
    assert (once.status_code, once.json()["code"]) == (409, "flash_once")
    assert (await api.get(f"{MOTHERS}/{sale}")).json()["left"] == 1
    assert (await api.post(f"{STAFF}/{sale}/cancellation", headers=operator)).json()["code"] == "flash_sale_started"


async def test_a_winner_whose_answer_was_lost_gets_it_after_the_last_unit_went(api: httpx.AsyncClient) -> None:
    sale, member, store = await running(1), await make_rich_member(PRICE), await make_store()
    path, headers = f"{MOTHERS}/{sale}/redemptions", keyed(member.headers)
    body = {"store": store.code, "device": device()}
    won = await api.post(path, json=body, headers=headers)
    other = await make_rich_member(PRICE)
    late = await api.post(path, json=body | {"device": device()}, headers=keyed(other.headers))
    assert (late.status_code, late.json()["detail"]) == (409, "已兑完，下次早点来哦")
    assert (await api.post(path, json=body, headers=headers)).json() == won.json()
    await move(sale, -60)
    assert (await api.post(path, json=body, headers=headers)).json() == won.json(), "also when the sale is over"
    assert (await api.post(path, json=body, headers=keyed(member.headers))).json()["code"] == "flash_over"


@pytest.mark.parametrize(
    "changes",
    [{"units": 0}, {"points": 0}, {"starts_at": "2026-11-22T10:00:00"}, {"min_account_hours": -1}, {"colour": "red"}],
)
async def test_what_can_not_be_announced(api: httpx.AsyncClient, changes: dict[str, object]) -> None:
    assert (await announced(api, await headers_of(api, Role.OPERATOR), **changes)).status_code == 422


async def test_others_of_the_staff_may_not(api: httpx.AsyncClient) -> None:
    assert (await announced(api, await headers_of(api, Role.CLERK))).status_code == 403


@pytest.mark.parametrize("bad", [{"device": "x"}, {"device": "手机手机手机手机"}, {"store": "nowhere"}])
async def test_what_can_not_be_pressed(api: httpx.AsyncClient, bad: dict[str, str]) -> None:
    sale, member = await running(1), await make_rich_member(PRICE)
    body = {"store": (await make_store()).code, "device": device()} | bad
    answer = await api.post(f"{MOTHERS}/{sale}/redemptions", json=body, headers=keyed(member.headers))
    assert answer.status_code in (404, 422)


async def test_without_a_key_or_a_login(api: httpx.AsyncClient) -> None:
    sale, member = await running(1), await make_rich_member(PRICE)
    body = {"store": (await make_store()).code, "device": device()}
    path = f"{MOTHERS}/{sale}/redemptions"
    assert (await api.post(path, json=body, headers=member.headers)).status_code == 400
    assert (await api.post(path, json=body)).status_code == 401
    assert (await api.get(f"{MOTHERS}/{new_id()}")).status_code == 404
