"""Signing in over HTTP: the tap, the second tap, the calendar."""

import httpx
import pytest

from foundation import clock
from membership import earning
from tests.makers.earning import in_force
from tests.makers.members import make_member

PATH = "/api/v1/me/sign-ins"


async def test_a_tap_and_a_second_tap(api: httpx.AsyncClient) -> None:
    member = await make_member()
    week = {"points": 5, "bonuses": [{"day": 7, "points": 20}]}
    async with in_force(earning.SignIn, week):
        first = await api.post(PATH, headers=member.headers)
        assert (first.status_code, first.json()) == (
            200,
            {"day": str(clock.today()), "points": 5, "streak": 1, "next_bonus": {"in_days": 6, "points": 20}},
        )
        second = await api.post(PATH, headers=member.headers)
        assert (second.status_code, second.json()) == (200, first.json())
        shown = (await api.get(PATH, headers=member.headers)).json()
    assert shown == {
        "today": str(clock.today()),
        "signed_today": True,
        "streak": 1,
        "month": f"{clock.today():%Y-%m}",
        "days": [{"day": str(clock.today()), "points": 5}],
        "points_next": 5,
        "next_bonus": {"in_days": 6, "points": 20},
    }
    balance = (await api.get("/api/v1/me/points", headers=member.headers)).json()["balance"]
    assert balance == 5


async def test_the_statement_names_the_rule(api: httpx.AsyncClient) -> None:
    member = await make_member()
    async with in_force(earning.SignIn, {"points": 5}, name="每日签到"):
        await api.post(PATH, headers=member.headers)
    (entry,) = (await api.get("/api/v1/me/points/entries", headers=member.headers)).json()["items"]
    assert (entry["kind"], entry["amount"]) == ("earned", 5)
    assert "每日签到" in str(entry)


async def test_a_month_of_long_ago_is_empty(api: httpx.AsyncClient) -> None:
    member = await make_member()
    shown = (await api.get(PATH, params={"month": "2020-02"}, headers=member.headers)).json()
    assert (shown["month"], shown["days"], shown["signed_today"]) == ("2020-02", [], False)


@pytest.mark.parametrize("month", ["2026-13", "2026", "1999-01", "2026-1", "x"])
async def test_a_month_that_is_none(api: httpx.AsyncClient, month: str) -> None:
    member = await make_member()
    answer = await api.get(PATH, params={"month": month}, headers=member.headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "month")


async def test_only_members_sign_in(api: httpx.AsyncClient) -> None:
    assert (await api.post(PATH)).status_code == 401
    assert (await api.get(PATH)).status_code == 401
