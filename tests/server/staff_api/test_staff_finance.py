"""The books over HTTP: who may read them, what is refused, and files that hold no formula."""

import csv
import io
from uuid import uuid4

import httpx
import pytest

from foundation.transactions import transactional
from membership import finance, points, stores
from membership.points import Kind, Source
from membership.staff import Role
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.server.staff_api.test_staff_auth import bearer, login

PATH = "/staff/v1/finance"
THIS_MONTH = finance.text_of(finance.this_month())
EVERYTHING = [
    f"/points?since={THIS_MONTH}&until={THIS_MONTH}",
    "/liability",
    f"/settlement?month={THIS_MONTH}",
    "/terms",
    f"/export.csv?report=points&until={THIS_MONTH}",
    f"/export.xlsx?report=liability&until={THIS_MONTH}",
]


async def headers_of(api: httpx.AsyncClient, role: Role) -> dict[str, str]:
    store_id = (await make_store()).id if role is Role.CLERK else None
    return bearer((await login(api, await make_staff(role, store_id=store_id))).json())


async def set_terms(api: httpx.AsyncClient, headers: dict[str, str], **changes: object) -> httpx.Response:
    body = {"valid_from": THIS_MONTH, "point_price_milli_fen": 1000, "store_issue_percent": 50} | changes
    return await api.post(f"{PATH}/terms", json=body, headers={**headers, "Idempotency-Key": uuid4().hex})


@transactional
async def issue(store: stores.StoreView, amount: int, rule: str) -> None:
    member_id = await make_saver.__wrapped__(0)  # type: ignore[attr-defined]  # the maker inside this transaction
    source = Source(store_id=store.id, rule=rule)
    await points.grant(member_id, amount, kind=Kind.EARNED, key=uuid4().hex, expires_on=None, source=source)


async def evil_store() -> stores.StoreView:
    return await stores.make_store("T" + uuid4().hex[:11].upper(), '=HYPERLINK("http://x.invalid","点我")', "测试路1号")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
async def test_operators_and_administrators_read(api: httpx.AsyncClient, role: Role) -> None:
    await set_terms(api, await headers_of(api, Role.ADMINISTRATOR))
    headers = await headers_of(api, role)
    for path in EVERYTHING:
        answer = await api.get(PATH + path, headers=headers)
        assert answer.status_code == 200, (path, answer.text)


@pytest.mark.parametrize("role", [Role.CLERK, Role.MODERATOR, Role.EXPERT, Role.PRIVACY_OFFICER])
async def test_nobody_else_does(api: httpx.AsyncClient, role: Role) -> None:
    headers = await headers_of(api, role)
    for path in EVERYTHING:
        assert (await api.get(PATH + path, headers=headers)).status_code == 403
        assert (await api.get(PATH + path)).status_code == 401


async def test_only_an_administrator_sets_the_price(api: httpx.AsyncClient) -> None:
    assert (await set_terms(api, await headers_of(api, Role.OPERATOR))).status_code == 403
    headers = await headers_of(api, Role.ADMINISTRATOR)
    made = await set_terms(api, headers, point_price_milli_fen=1234)
    assert (made.status_code, made.json()["point_price_milli_fen"]) == (201, 1234)
    listed = (await api.get(f"{PATH}/terms", headers=headers)).json()["items"]
    assert 1234 in [item["point_price_milli_fen"] for item in listed]


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "2026-13"},
        {"valid_from": "2026-10-01"},
        {"point_price_milli_fen": -1},
        {"point_price_milli_fen": 1.5},
        {"store_issue_percent": 101},
        {"unknown": 1},
    ],
)
async def test_terms_that_can_not_be(api: httpx.AsyncClient, changes: dict[str, object]) -> None:
    answer = await set_terms(api, await headers_of(api, Role.ADMINISTRATOR), **changes)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/points", 422),
        ("/points?since=2026-1&until=2026-10", 422),
        ("/points?since=2026-10&until=2026-09", 422),
        ("/points?since=2001-01&until=2026-10", 422),
        (f"/points?since={THIS_MONTH}&until=2099-12", 422),
        (f"/points?since={THIS_MONTH}&until={THIS_MONTH}&by=member", 422),
        ("/liability?month=2001-01", 404),
        ("/liability?month=x", 422),
        ("/settlement", 422),
        ("/settlement?month=2099-01", 422),
        ("/settlement?month=2001-01", 409),
        ("/export.csv?report=everything&until=2026-10", 422),
        ("/export.xlsx?report=points&until=2099-10", 422),
    ],
)
async def test_bad_input(api: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await api.get(PATH + path, headers=await headers_of(api, Role.OPERATOR))
    assert answer.status_code == status, answer.text


async def test_the_report_adds_up(api: httpx.AsyncClient) -> None:
    store, rule = await make_store(), f"rule-{uuid4().hex[:8]}"
    await issue(store, 70, rule)
    await issue(store, 30, rule)
    headers = await headers_of(api, Role.OPERATOR)

    async def rows(by: str) -> list[dict[str, object]]:
        params = {"since": THIS_MONTH, "until": THIS_MONTH, "by": by}
        items: list[dict[str, object]] = (await api.get(f"{PATH}/points", params=params, headers=headers)).json()[
            "items"
        ]
        return items

    (of_store,) = (row for row in await rows("store") if row["store"] == store.code)
    (of_rule,) = (row for row in await rows("rule") if row["rule"] == rule)
    assert (of_store["issued"], of_store["net"], of_store["opening"]) == (100, 100, None)
    assert (of_rule["issued"], of_rule["store"]) == (100, None)
    (month,) = await rows("month")
    parts = ("issued", "adjusted", "redeemed", "given_back", "taken_back", "expired", "moved")
    assert sum(int(str(month[part])) for part in parts) == month["net"]
    assert int(str(month["opening"])) + int(str(month["net"])) == month["closing"]
    owed = (await api.get(f"{PATH}/liability", headers=headers)).json()
    assert owed["net"] == owed["spendable"] + owed["pending"] - owed["debt"]
    assert sum(each["points"] for each in owed["by_expiry"]) == owed["spendable"] + owed["pending"]


async def test_names_that_are_formulas_leave_as_texts(api: httpx.AsyncClient) -> None:
    store = await evil_store()
    await issue(store, 5, "=1+1")
    headers = await headers_of(api, Role.OPERATOR)
    for by, text in (("store", store.name), ("rule", "=1+1")):
        params = {"report": "points", "until": THIS_MONTH, "by": by}
        answer = await api.get(f"{PATH}/export.csv", params=params, headers=headers)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="points-{THIS_MONTH}.csv"'
        assert answer.content.startswith(b"\xef\xbb\xbf")
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert f"'{text}" in cells
        assert text not in cells
        sheet = await api.get(f"{PATH}/export.xlsx", params=params, headers=headers)
        assert sheet.content.startswith(b"PK")
        assert sheet.headers["Content-Disposition"].endswith('.xlsx"')


@pytest.mark.parametrize("report", list(finance.Report))
async def test_every_report_can_be_exported(api: httpx.AsyncClient, report: finance.Report) -> None:
    await set_terms(api, await headers_of(api, Role.ADMINISTRATOR))
    headers = await headers_of(api, Role.OPERATOR)
    for ending in ("csv", "xlsx"):
        params = {"report": report, "until": THIS_MONTH}
        answer = await api.get(f"{PATH}/export.{ending}", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
