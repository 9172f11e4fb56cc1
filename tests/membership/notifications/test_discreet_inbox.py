"""Discreet messages: hers to read among the others, and nothing of them in clear."""

import asyncio
import io
import json
import zipfile
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
import time_machine

from foundation import clock, database
from foundation.ids import new_id
from foundation.pages import PageQuery
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import members, notifications
from membership.notifications import discreet, tidying
from membership.notifications.discreet import KEPT_DAYS
from membership.notifications.models import SEALED_BYTES
from membership.privacy import exports
from tests.makers.export_races import ready_export
from tests.makers.members import make_member
from tests.makers.privacy import delete_now
from tests.statements import statements

PATH = "/api/v1/me/notifications"
BABY = uuid4()


@transactional
async def tell(member_id: UUID, title: str, *about: UUID) -> int:
    return await tell_within(member_id, title, *about)


async def tell_within(member_id: UUID, title: str, *about: UUID) -> int:
    message = notifications.DiscreetMessage(
        member_id=member_id, about=about or (BABY,), title=title, body="打开看看吧。", link="/pages/plan"
    )
    return await notifications.notify_discreetly("test_discreet", [message])


@transactional
async def tell_openly(member_id: UUID, title: str) -> bool:
    return await notifications.notify(member_id, "test_open", str(new_id()), title, "您有 5 积分到账。")


@transactional
async def kept_titles(member_id: UUID) -> list[str]:
    """Of what is in her box, old or not."""
    return [kept.title for box in await discreet.hold([member_id]) for kept in box.messages]


@transactional
async def let_days_pass(member_id: UUID, time: timedelta) -> None:
    """For what is in her box, past the guard that lets nothing old in."""
    (box,) = await discreet.hold([member_id])
    older = [msgspec.structs.replace(kept, created_at=kept.created_at - time) for kept in box.messages]
    sealed = discreet._seal(box.keyring, box.id, tuple(older))
    await database.execute("UPDATE discreet_inbox SET content_sealed = $2 WHERE id = $1", box.id, sealed)


@transactional
async def take_back(member_id: UUID, baby_id: UUID) -> int:
    return await notifications.take_back([member_id], [baby_id])


@transactional
async def merge(gone: UUID, stays: UUID) -> int:
    return await notifications.move_all(gone, stays)


@transactional
async def erase(member_id: UUID) -> None:
    await members.erase(await members.hold_one(member_id))


async def titles(member_id: UUID) -> list[str]:
    return [item.title for item in (await notifications.inbox(member_id, PageQuery(limit=100))).items]


async def test_they_lie_among_the_others_and_are_read_like_them(api: httpx.AsyncClient) -> None:
    member = await make_member()
    for number in range(6):
        await (tell if number % 2 else tell_openly)(member.id, f"第 {number} 条")
    seen, cursor = [], None
    for size in (3, 2, 1):
        with statements() as asked:
            query = {"limit": 3 if size == 3 else 2} | ({"cursor": cursor} if cursor else {})
            page = (await api.get(PATH, params=query, headers=member.headers)).json()
        assert len([statement for statement in asked if "notification" in statement]) == 2
        assert page["unread"] == 6
        seen += page["items"]
        cursor = page["next_cursor"]
    assert [item["title"] for item in seen] == [f"第 {number} 条" for number in range(5, -1, -1)]
    assert cursor is None
    (first, *_) = seen
    assert {"kind": "test_discreet", "link": "/pages/plan", "read_at": None}.items() <= first.items()
    reads = [(await api.post(f"{PATH}/{first['id']}/read", headers=member.headers)).json() for _ in range(2)]
    assert reads[0]["read_at"] is not None and reads[0] == reads[1]
    assert (await api.get(PATH, headers=member.headers)).json()["unread"] == 5


async def test_she_sees_the_time_at_which_it_came(world: Settings) -> None:
    """By the database's clock, as all others: whatever the clocks of the processes say."""
    member = await make_member()
    before = await database.fetchval("SELECT clock_timestamp()")
    with time_machine.travel(clock.now() - timedelta(days=100), tick=False):
        await tell(member.id, "刚才")
        after = await database.fetchval("SELECT clock_timestamp()")
        (item,) = (await notifications.inbox(member.id, PageQuery())).items
        assert before < item.created_at < after
        await notifications.mark_read(member.id, item.id)
    (item,) = (await notifications.inbox(member.id, PageQuery())).items
    assert item.read_at is not None and item.read_at > after
    await let_days_pass(member.id, timedelta(days=40))
    (item,) = (await notifications.inbox(member.id, PageQuery())).items
    assert before - timedelta(days=40) < item.created_at < after - timedelta(days=40)


async def test_a_strangers_is_not_there(api: httpx.AsyncClient) -> None:
    member, stranger = await make_member(), await make_member()
    await tell(member.id, "给她的")
    (item,) = (await notifications.inbox(member.id, PageQuery())).items
    answer = await api.post(f"{PATH}/{item.id}/read", headers=stranger.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    assert await titles(stranger.id) == []


async def test_a_box_tells_neither_how_many_nor_what(world: Settings) -> None:
    one, many = await make_member(), await make_member()
    await tell(one.id, "一")
    for _ in range(30):
        await tell(many.id, "一条很长很长的消息" * 4)
    rows = await database.fetch("SELECT * FROM discreet_inbox WHERE member_id = ANY($1::uuid[])", [one.id, many.id])
    assert [len(row["content_sealed"]) for row in rows] == [SEALED_BYTES] * 2
    assert not [value for row in rows for value in row.values() if isinstance(value, datetime)]
    assert {row["id"].version for row in rows} == {4}
    assert 5 <= len(await titles(many.id)) < 30, "the oldest went"


async def test_the_longest_fits(world: Settings) -> None:
    member = await make_member()
    message = notifications.DiscreetMessage(
        member_id=member.id, about=tuple(uuid4() for _ in range(20)), title="长" * 40, body="文" * 400, link="/" * 200
    )

    @transactional
    async def tell_long() -> int:
        return await notifications.notify_discreetly("test_discreet", [message])

    assert await tell_long() == 1
    assert await titles(member.id) == ["长" * 40]


async def test_what_is_taken_back_is_gone_and_the_rest_stays(world: Settings) -> None:
    member, other = await make_member(), await make_member()
    ended, stays = uuid4(), uuid4()
    await tell(member.id, "两个宝宝", ended, stays)
    await tell(member.id, "一个宝宝", stays)
    await tell(other.id, "别人的", ended)
    assert await take_back(member.id, ended) == 1
    assert await titles(member.id) == ["一个宝宝"]
    assert await titles(other.id) == ["别人的"]
    assert await take_back(member.id, ended) == 0


async def test_what_is_old_is_not_shown_and_goes(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 1)
    member = await make_member()
    await tell(member.id, "旧")
    (item,) = (await notifications.inbox(member.id, PageQuery())).items
    await let_days_pass(member.id, timedelta(days=KEPT_DAYS, minutes=-1))
    assert await titles(member.id) == ["旧"]
    await let_days_pass(member.id, timedelta(minutes=2))
    assert await titles(member.id) == []
    answer = await api.post(f"{PATH}/{item.id}/read", headers=member.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found"), "no list shows it"
    assert await kept_titles(member.id) == ["旧"]
    await tidying.tidy()
    assert await kept_titles(member.id) == []
    await tell(member.id, "新")
    await tidying.tidy()
    assert await titles(member.id) == ["新"]


@pytest.mark.parametrize("own", [False, True])
async def test_they_follow_her_in_a_merge(world: Settings, *, own: bool) -> None:
    gone, stays = await make_member(), await make_member()
    await tell(gone.id, "第一条")
    if own:
        await tell(stays.id, "第二条")
    await tell_openly(gone.id, "第三条")
    assert await merge(gone.id, stays.id) == 2
    assert await titles(stays.id) == (["第三条", "第二条", "第一条"] if own else ["第三条", "第一条"])
    assert await titles(gone.id) == []
    assert await merge(gone.id, stays.id) == 0


async def test_nothing_is_lost_when_many_tell_at_once(world: Settings) -> None:
    member = await make_member()
    told = await asyncio.gather(*(tell(member.id, f"第 {number} 条") for number in range(6)))
    assert told == [1] * 6
    assert sorted(await titles(member.id)) == [f"第 {number} 条" for number in range(6)]


async def test_who_was_erased_is_told_nothing(world: Settings) -> None:
    member = await make_member()
    await erase(member.id)
    assert await tell(member.id, "太晚了") == 0
    assert not await database.fetchval("SELECT count(*) FROM discreet_inbox WHERE member_id = $1", member.id)


async def test_a_box_goes_with_its_member(world: Settings) -> None:
    member, other = await make_member(), await make_member()
    for each in (member, other):
        await tell(each.id, "一条")
    await delete_now(member.id)
    rows = await database.fetch(
        "SELECT member_id FROM discreet_inbox WHERE member_id = ANY($1::uuid[])", [member.id, other.id]
    )
    assert [row["member_id"] for row in rows] == [other.id]


async def test_a_damaged_box_costs_only_what_is_in_it(world: Settings) -> None:
    member, other = await make_member(), await make_member()
    await tell(member.id, "读不出来的")
    await tell_openly(member.id, "看得见的")
    await database.execute(
        "UPDATE discreet_inbox SET content_sealed = decode(repeat('00', $2), 'hex') WHERE member_id = $1",
        member.id,
        SEALED_BYTES,
    )
    assert await titles(member.id) == ["看得见的"]
    assert await tell(member.id, "又一条") == 0
    assert await tell(other.id, "别人的") == 1
    await database.execute("DELETE FROM discreet_inbox WHERE member_id = $1", member.id)


async def test_they_are_in_her_copy_of_everything(world: Settings) -> None:
    member, other = await make_member(), await make_member()
    await tell(member.id, "给她的")
    await tell(other.id, "别人的")
    copy = zipfile.ZipFile(io.BytesIO(await exports.download(member.id, await ready_export(member.id))))
    told = json.dumps(json.loads(copy.read("全部资料.json"))["宝宝相关消息"], ensure_ascii=False)
    assert "给她的" in told and "别人的" not in told


async def test_nothing_is_told_outside_a_transaction(world: Settings) -> None:
    with pytest.raises(AssertionError):
        await tell_within(new_id(), "积分")
