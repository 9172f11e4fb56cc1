"""WeChat's wx.request knows no PATCH: the mini-program says it in a header of a POST."""

import httpx
import pytest

from tests.makers.members import make_known_member

pytestmark = pytest.mark.usefixtures("world")

SAYS_PATCH = {"X-HTTP-Method-Override": "PATCH"}


async def test_a_post_that_says_patch_is_one(api: httpx.AsyncClient) -> None:
    member = await make_known_member()
    answer = await api.post("/api/v1/me", json={"nickname": "小雨"}, headers=member.headers | SAYS_PATCH)
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await api.get("/api/v1/me", headers=member.headers)).json()["nickname"] == "小雨"


@pytest.mark.parametrize("said", ["DELETE", "GET", "patch", "PATCH, GET", ""])
async def test_nothing_else_can_be_said(api: httpx.AsyncClient, said: str) -> None:
    member = await make_known_member()
    headers = member.headers | {"X-HTTP-Method-Override": said}
    answer = await api.post("/api/v1/me", json={"nickname": "小雨"}, headers=headers)
    assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_only_a_post_may_say_it(api: httpx.AsyncClient, method: str) -> None:
    member = await make_known_member()
    answer = await api.request(method, "/api/v1/me", json={"nickname": "小雨"}, headers=member.headers | SAYS_PATCH)
    after = (await api.get("/api/v1/me", headers=member.headers)).json()
    assert answer.status_code in (httpx.codes.OK, httpx.codes.METHOD_NOT_ALLOWED)
    assert after["nickname"] is None
