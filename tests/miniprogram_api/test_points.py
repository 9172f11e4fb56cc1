"""The points screen over HTTP."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from foundation import clock
from membership import points
from membership.points import Kind
from miniprogram_api.points import TITLES
from tests.makers import points as ledger
from tests.makers.members import MadeMember, make_member
from tests.makers.stores import make_store


async def test_a_new_member_has_nothing(api: httpx.AsyncClient) -> None:
    member = await make_member()
    answer = await api.get("/api/v1/me/points", headers=member.headers)
    assert answer.json() == {"balance": 0, "debt": 0, "pending": 0, "expiring": [], "arriving": [], "family": None}
    answer = await api.get("/api/v1/me/points/entries", headers=member.headers)
    assert answer.json() == {"items": [], "next_cursor": None}


async def test_what_she_has_and_until_when(api: httpx.AsyncClient) -> None:
    member, day = await make_member(), ledger.days_from_today(30)
    await ledger.earn(member.id, 100, expires_on=day)
    await ledger.earn(member.id, 50)
    await ledger.redeem(member.id, 20)
    answer = await api.get("/api/v1/me/points", headers=member.headers)
    assert answer.json() == {
        "balance": 130,
        "debt": 0,
        "pending": 0,
        "expiring": [{"points": 80, "expires_on": day.isoformat()}],
        "arriving": [],
        "family": None,
    }


async def test_what_is_pending_and_from_when(api: httpx.AsyncClient) -> None:
    member, soon = await make_member(), clock.now() + timedelta(days=2)
    for days, instant in ((90, soon), (60, soon), (90, soon + timedelta(days=1))):
        await ledger.grant(
            member.id,
            10,
            kind=Kind.PURCHASE,
            key=ledger.new_key(),
            expires_on=ledger.days_from_today(days),
            spendable_from=instant,
        )
    have = (await api.get("/api/v1/me/points", headers=member.headers)).json()
    assert (have["balance"], have["pending"], have["expiring"]) == (0, 30, [])
    assert [(part["points"], datetime.fromisoformat(part["spendable_from"])) for part in have["arriving"]] == [
        (20, soon),
        (10, soon + timedelta(days=1)),
    ]
    line = (await entries(api, member))[0]
    assert (line["pending"], line["expires_on"]) == (True, ledger.days_from_today(90).isoformat())
    assert datetime.fromisoformat(line["spendable_from"]) == soon + timedelta(days=1)


async def entries(api: httpx.AsyncClient, member: MadeMember, **query: str) -> list[dict[str, Any]]:
    answer = await api.get("/api/v1/me/points/entries", params=query, headers=member.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_line_says_which_receipt_which_gift_which_store_and_which_reason(api: httpx.AsyncClient) -> None:
    member, store, order = await make_member(), await make_store(), str(uuid4())
    receipt = points.Source(store_id=store.id, note="R-77")
    double = points.Source(rule="double", note="会员日双倍 · R-77")
    bought = ledger.new_key()
    await ledger.grant(member.id, 50, kind=Kind.PURCHASE, key=bought, expires_on=None, source=receipt)
    await ledger.grant(member.id, 50, kind=Kind.EARNED, key=bought, expires_on=None, source=double)
    gift = points.Source(store_id=store.id, note="棉柔巾")
    await ledger.spend(member.id, 30, kind=Kind.REDEMPTION, key=order, source=gift)
    await ledger.give_back(
        member.id, kind=Kind.REDEMPTION_CANCELLED, key=order, spent_kind=Kind.REDEMPTION, spent_key=order
    )
    await ledger.take_back(
        member.id,
        20,
        kind=Kind.PURCHASE_RETURN,
        key=ledger.new_key(),
        granted_kind=Kind.PURCHASE,
        granted_key_prefix=bought,
        source=receipt,
    )
    lines = await entries(api, member)
    assert [(line["title"], line["detail"], line["store_name"], line["order_id"]) for line in lines] == [
        ("退货扣回积分", "原小票 R-77", store.name, None),
        ("取消兑换，积分退回", "棉柔巾", store.name, order),
        ("兑换礼品", "棉柔巾", store.name, order),
        ("活动奖励", "会员日双倍 · R-77", None, None),
        ("购物得积分", "小票 R-77", store.name, None),
    ]
    assert not any(line["by_family"] or line["pending"] or line["spendable_from"] for line in lines)


async def test_what_a_relative_did_is_marked(api: httpx.AsyncClient) -> None:
    member, father = await make_member(), await make_member()
    source = points.Source(by_member=father.id, note="R-1")
    await ledger.grant(member.id, 5, kind=Kind.PURCHASE, key=ledger.new_key(), expires_on=None, source=source)
    assert [line["by_family"] for line in await entries(api, member)] == [True]


async def test_a_month_of_the_statement_and_the_months(api: httpx.AsyncClient) -> None:
    member = await make_member()
    await grow_old(member.id)
    months = (await api.get("/api/v1/me/points/months", headers=member.headers)).json()
    this_month, last_month, quiet, first = (
        clock.add_months(clock.today().replace(day=1), -back).strftime("%Y-%m") for back in range(4)
    )
    told = [(line["month"], line["earned"], line["spent"], line["closing_balance"]) for line in months["items"]]
    assert told == [(this_month, 5, 0, 85), (last_month, 0, 20, 80), (quiet, 0, 0, 100), (first, 100, 0, 100)]
    assert months["next_cursor"] is None
    assert [line["amount"] for line in await entries(api, member, month=last_month)] == [-20]
    assert await entries(api, member, month=quiet) == []
    assert [line["amount"] for line in await entries(api, member)] == [5, -20, 100]


async def test_the_months_are_paged(api: httpx.AsyncClient) -> None:
    member, seen, cursor = await make_member(), [], None
    await grow_old(member.id)
    while not seen or cursor:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/v1/me/points/months", params=query, headers=member.headers)).json()
        seen.append([line["closing_balance"] for line in page["items"]])
        cursor = page["next_cursor"]
    assert seen == [[85, 80, 100], [100]]


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "1999-01", "2026-1", "nonsense"])
async def test_a_month_that_is_none(api: httpx.AsyncClient, month: str) -> None:
    member = await make_member()
    answer = await api.get("/api/v1/me/points/entries", params={"month": month}, headers=member.headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "month")


async def test_a_year_is_a_picture(api: httpx.AsyncClient) -> None:
    member = await make_member()
    await grow_old(member.id)
    year = clock.today().year
    answer = await api.get(f"/api/v1/me/points/years/{year}/picture.png", headers=member.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (750, 1180)
    empty = await api.get("/api/v1/me/points/years/2001/picture.png", headers=member.headers)
    assert empty.status_code == 200
    assert empty.content != answer.content


@pytest.mark.parametrize("year", ["1999", "2100", "20260", "nonsense", "二〇二六"])
async def test_a_year_that_is_none(api: httpx.AsyncClient, year: str) -> None:
    member = await make_member()
    answer = await api.get(f"/api/v1/me/points/years/{year}/picture.png", headers=member.headers)
    assert answer.status_code == 404


async def grow_old(member_id: UUID) -> None:
    """100 earned three months ago, 20 spent last month, 5 earned now."""
    await ledger.earn(member_id, 100)
    await ledger.redeem(member_id, 20)
    await ledger.earn(member_id, 5)
    await ledger.date_entries_back(member_id, [3, 1, 0])


async def test_the_statement_is_paged_and_speaks_chinese(api: httpx.AsyncClient) -> None:
    member = await make_member()
    await ledger.earn(member.id, 100)
    await ledger.redeem(member.id, 20)
    await ledger.earn(member.id, 5)
    lines, cursor = [], None
    for _ in range(2):
        parameters = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/v1/me/points/entries", params=parameters, headers=member.headers)).json()
        lines += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert [(line["title"], line["amount"], line["balance_after"]) for line in lines] == [
        ("购物得积分", 5, 85),
        ("兑换礼品", -20, 80),
        ("购物得积分", 100, 100),
    ]


@pytest.mark.parametrize("cursor", ["nonsense", "WyJhIl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "Wy0xXQ"])
async def test_a_cursor_that_is_none_of_ours(api: httpx.AsyncClient, cursor: str) -> None:
    member = await make_member()
    answer = await api.get("/api/v1/me/points/entries", params={"cursor": cursor}, headers=member.headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/me/points",
        "/api/v1/me/points/entries",
        "/api/v1/me/points/months",
        "/api/v1/me/points/years/2026/picture.png",
    ],
)
async def test_a_stranger_sees_nothing(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path)).status_code == 401


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(Kind)
