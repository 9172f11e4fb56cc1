"""Bringing a friend over HTTP: her code, entering it, what is refused."""

import httpx
import pytest

from tests.makers.members import make_member
from tests.makers.referrals import FRIEND, REFERRER, Programme

PATH = "/api/v1/me/referral"


async def test_a_code_is_passed_on_and_entered(api: httpx.AsyncClient) -> None:
    referrer, friend = await make_member(), await make_member()
    async with Programme():
        shown = (await api.get(PATH, headers=referrer.headers)).json()
        assert (shown["waiting"], shown["referrer_reward"], shown["friend_reward"]) == (0, REFERRER, FRIEND)
        for _ in range(2):
            entered = await api.post(PATH, json={"code": shown["code"]}, headers=friend.headers)
            assert (entered.status_code, entered.json()["entered"]) == (200, True)
        assert (await api.get(PATH, headers=referrer.headers)).json()["waiting"] == 1
        own = await api.post(PATH, json={"code": shown["code"]}, headers=referrer.headers)
        assert (own.status_code, own.json()["code"]) == (409, "own_referral_code")
        back = await api.post(PATH, json={"code": entered.json()["code"]}, headers=referrer.headers)
        assert (back.status_code, back.json()["code"]) == (409, "referral_loop")
        nobody = await api.post(PATH, json={"code": "22222222"}, headers=referrer.headers)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "referral_code_unknown")
    late = await make_member()
    closed = await api.post(PATH, json={"code": shown["code"]}, headers=late.headers)
    assert (closed.status_code, closed.json()["code"]) == (409, "referrals_closed")


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": "abc"}, {"code": 12345678}, {"code": "0O1IL000"}, {"x": 1}]
)
async def test_bad_input(api: httpx.AsyncClient, body: dict[str, object]) -> None:
    member = await make_member()
    assert (await api.post(PATH, json=body, headers=member.headers)).status_code == 422


async def test_only_members(api: httpx.AsyncClient) -> None:
    assert (await api.get(PATH)).status_code == 401
    assert (await api.post(PATH, json={"code": "22222222"})).status_code == 401
