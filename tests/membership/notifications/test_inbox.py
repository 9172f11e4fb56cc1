"""The inbox: told once, hers alone, read once, and it follows her in a merge."""

import asyncio
from uuid import UUID

import httpx
import pytest

from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import notifications
from tests.makers.members import make_member
from tests.statements import statements

PATH = "/api/v1/me/notifications"


@transactional
async def tell(member_id: UUID, key: str, title: str = "积分到账") -> bool:
    return await notifications.notify(member_id, "test_points", key, title, "您有 5 积分到账。", link="/pages/points")


async def test_the_same_thing_is_told_once(world: Settings) -> None:
    member = await make_member()
    key = str(new_id())
    told = await asyncio.gather(*(tell(member.id, key) for _ in range(10)))
    assert sorted(told) == [False] * 9 + [True]


async def test_nothing_is_told_outside_a_transaction(world: Settings) -> None:
    with pytest.raises(AssertionError):
        await notifications.notify(new_id(), "test_points", "1", "积分", "积分")


async def test_the_newest_first_with_what_is_new(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for number in range(3):
        await tell(member.id, str(new_id()), f"第 {number} 条")
    with statements() as seen:
        page = (await api.get(PATH, params={"limit": 2}, headers=member.headers)).json()
    assert len([statement for statement in seen if "notification" in statement]) == 2
    assert [item["title"] for item in page["items"]] == ["第 2 条", "第 1 条"]
    assert page["unread"] == 3
    newest = page["items"][0]
    for _ in range(2):
        read = await api.post(f"{PATH}/{newest['id']}/read", headers=member.headers)
        assert read.status_code == 200
        assert read.json()["read_at"] is not None
    rest = (await api.get(PATH, params={"cursor": page["next_cursor"]}, headers=member.headers)).json()
    assert [item["title"] for item in rest["items"]] == ["第 0 条"]
    assert (rest["unread"], rest["next_cursor"]) == (2, None)


async def test_a_strangers_message_is_not_there(api: httpx.AsyncClient) -> None:
    member, stranger = await make_member(), await make_member()
    await tell(member.id, str(new_id()))
    (item,) = (await api.get(PATH, headers=member.headers)).json()["items"]
    answer = await api.post(f"{PATH}/{item['id']}/read", headers=stranger.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    assert (await api.get(PATH, headers=stranger.headers)).json()["items"] == []
    assert (await api.get(PATH, headers=member.headers)).json()["unread"] == 1
