"""The mothers' door: WeChat's login, the session, the phone, over HTTP and with WeChat's stand-in."""

import asyncio
import time
from uuid import UUID

import httpx
import pytest

from foundation import cache
from foundation.ids import new_id
from membership import members
from tests.makers.members import make_store_member
from tests.makers.mothers import Mother
from tests.makers.phones import new_phone
from tests.makers.stores import make_store

LOGIN = "/sns/jscode2session"
PHONE = "/wxa/business/getuserphonenumber"


@pytest.fixture
def mother(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    return Mother(api, standin)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_first_login_makes_her_a_member(mother: Mother) -> None:
    first = await mother.sign_in()
    assert first["is_new"] is True
    assert first["expires_in_seconds"] == 900
    assert first["member"].keys() == {"id", "number", "nickname", "phone"}
    assert members.is_number(first["member"]["number"])
    assert (first["member"]["nickname"], first["member"]["phone"]) == (None, None)
    again = await mother.sign_in()
    assert (again["is_new"], again["member"]) == (False, first["member"])


async def test_two_first_logins_at_once_make_one_member(mother: Mother) -> None:
    codes = [await mother.login_code() for _ in range(4)]
    answers = await asyncio.gather(*(mother.api.post("/api/v1/auth/wechat", json={"code": code}) for code in codes))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["member"]["id"] for answer in answers}) == 1
    assert sum(answer.json()["is_new"] for answer in answers) == 1


async def test_codes_that_wechat_refuses(mother: Mother) -> None:
    code = await mother.login_code()
    login = {"code": code}
    assert (await mother.api.post("/api/v1/auth/wechat", json=login)).status_code == 200
    assert refusal(await mother.api.post("/api/v1/auth/wechat", json=login)) == (400, "wechat_code_used")
    unknown = await mother.api.post("/api/v1/auth/wechat", json={"code": "nobody-gave-this"})
    assert refusal(unknown) == (400, "wechat_code_invalid")
    for body in ({}, {"code": ""}, {"code": "x" * 201}, {"code": 5}, {"code": "a", "more": 1}, {"code": "a\x00"}):
        assert (await mother.api.post("/api/v1/auth/wechat", json=body)).status_code == 422


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"errcode": -1}, (503, "wechat_unavailable")),
        ({"errcode": 45011}, (429, "wechat_too_often")),
        ({"errcode": 40226}, (403, "wechat_user_blocked")),
        ({"http_status": 502}, (503, "wechat_unavailable")),
        ({"body": "<html>busy</html>"}, (503, "wechat_unavailable")),
        ({"delay_ms": 6000}, (503, "wechat_unavailable")),
    ],
)
async def test_wechats_troubles_are_clear_answers_in_time(
    mother: Mother, order: dict[str, object], expected: tuple[int, str]
) -> None:
    code = await mother.login_code()
    await mother.standin.post("/__ctl/fail", json={"path": LOGIN, "times": 1, **order})
    started = time.monotonic()
    answer = await mother.api.post("/api/v1/auth/wechat", json={"code": code})
    assert refusal(answer) == expected
    assert time.monotonic() - started < 3.5
    await mother.standin.post("/__ctl/fail", json={"path": LOGIN, "times": 0})


async def test_a_session_is_refreshed_and_ended(mother: Mother) -> None:
    signed_in = await mother.sign_in()
    refreshed = await mother.api.post("/api/v1/auth/refresh", json={"refresh_token": signed_in["refresh_token"]})
    assert refreshed.status_code == 200
    assert refreshed.json().keys() == {"access_token", "refresh_token", "expires_in_seconds"}
    assert (await mother.get("/api/v1/me")).status_code == 200
    assert (await mother.post("/api/v1/auth/logout", {})).status_code == 204
    assert refusal(await mother.get("/api/v1/me")) == (401, "unauthorized")
    again = await mother.api.post("/api/v1/auth/refresh", json={"refresh_token": refreshed.json()["refresh_token"]})
    assert refusal(again) == (401, "unauthorized")


async def test_a_forged_refresh_token_is_refused(mother: Mother) -> None:
    for token in ("x", "A" * 72, "é", "=" * 10):
        answer = await mother.api.post("/api/v1/auth/refresh", json={"refresh_token": token})
        assert refusal(answer) == (401, "unauthorized"), token


async def test_a_ban_acts_within_a_second(mother: Mother) -> None:
    signed_in = await mother.sign_in()
    assert (await mother.get("/api/v1/me")).status_code == 200
    await members.ban(UUID(signed_in["member"]["id"]), "刷单", by=new_id())
    assert refusal(await mother.get("/api/v1/me")) == (401, "unauthorized")
    answer = await mother.api.post("/api/v1/auth/wechat", json={"code": await mother.login_code()})
    assert refusal(answer) == (403, "member_banned")


async def test_without_redis_copies_nobody_is_signed_out(mother: Mother) -> None:
    await mother.sign_in()
    assert (await mother.get("/api/v1/me")).status_code == 200
    async for key in cache.client().scan_iter("session:*"):
        await cache.client().delete(key)
    assert (await mother.get("/api/v1/me")).status_code == 200


async def test_the_phone_needs_consent_and_wechat_is_not_paid_before(mother: Mother) -> None:
    await mother.sign_in()
    code = {"code": await mother.phone_code(new_phone())}
    assert refusal(await mother.post("/api/v1/auth/phone", code)) == (403, "consent_required")
    await mother.agree()
    # The code was not redeemed, so it is still good.
    assert (await mother.post("/api/v1/auth/phone", code)).status_code == 200
    assert refusal(await mother.post("/api/v1/auth/phone", code)) == (400, "wechat_code_invalid")


async def test_the_phone_is_hers(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    phone = new_phone()
    answer = await mother.verify(phone)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["merged"], body["credited_purchases"]) == (False, 0)
    assert body["member"]["phone"] == f"139******{phone[-2:]}"
    assert body["member"] == (await mother.get("/api/v1/me")).json()
    (welcome,) = (gift for gift in body["member"]["gifts"] if gift["gift"] == "welcome")
    assert welcome["claimed_at"] is not None
    assert phone[3:] not in answer.text


async def test_a_phone_from_abroad(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    answer = await mother.verify("+85291234567")
    assert answer.json()["member"]["phone"] == "+852 912***67"


async def test_the_code_of_another_person_is_refused(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    other = Mother(mother.api, mother.standin)
    answer = await mother.post("/api/v1/auth/phone", {"code": await other.phone_code(new_phone())})
    assert refusal(answer) == (400, "wechat_code_invalid")


async def test_a_member_of_a_till_is_the_same_person(mother: Mother) -> None:
    phone = new_phone()
    await make_store_member((await make_store()).id, phone)
    await mother.sign_in()
    await mother.agree()
    assert (await mother.verify(phone)).json()["merged"] is True


async def test_a_phone_that_is_taken(mother: Mother) -> None:
    phone = new_phone()
    for person, expected in ((mother, 200), (Mother(mother.api, mother.standin), 409)):
        await person.sign_in()
        await person.agree()
        answer = await person.verify(phone)
        assert answer.status_code == expected
    assert refusal(answer) == (409, "phone_taken")
    assert "已绑定其他微信账号" in answer.json()["detail"]


async def test_another_phone_ends_the_other_sessions(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    await mother.verify(new_phone())
    before = dict(mother.headers)
    await mother.sign_in()
    assert (await mother.verify(new_phone())).status_code == 200
    assert (await mother.get("/api/v1/me")).status_code == 200
    mother.headers = before
    assert refusal(await mother.get("/api/v1/me")) == (401, "unauthorized")


async def test_wechats_troubles_with_the_phone(mother: Mother) -> None:
    await mother.sign_in()
    await mother.agree()
    code = {"code": await mother.phone_code(new_phone())}
    await mother.standin.post("/__ctl/fail", json={"path": PHONE, "times": 1, "errcode": -1})
    assert refusal(await mother.post("/api/v1/auth/phone", code)) == (503, "wechat_unavailable")
    assert (await mother.post("/api/v1/auth/phone", code)).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/auth/phone", "/api/v1/auth/logout"])
async def test_strangers_stay_outside(mother: Mother, path: str) -> None:
    assert refusal(await mother.post(path, {"code": "x"})) == (401, "unauthorized")
