"""The points screen over HTTP."""

import httpx
import pytest

from membership.points import Kind
from miniprogram_api.points import TITLES
from tests.makers import points as ledger
from tests.makers.members import make_member


async def test_a_new_member_has_nothing(api: httpx.AsyncClient) -> None:
    member = await make_member()
    answer = await api.get("/api/v1/me/points", headers=member.headers)
    assert answer.json() == {"balance": 0, "debt": 0, "pending": 0, "expiring": []}
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
    }


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


@pytest.mark.parametrize("path", ["/api/v1/me/points", "/api/v1/me/points/entries"])
async def test_a_stranger_sees_nothing(api: httpx.AsyncClient, path: str) -> None:
    assert (await api.get(path)).status_code == 401


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(Kind)
