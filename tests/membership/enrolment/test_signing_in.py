"""Signing in by WeChat: who comes first is made a member, who was banned stays out."""

import asyncio
from uuid import UUID, uuid4

import pytest

from foundation import database, tokens
from foundation.errors import Unauthorized
from foundation.ids import new_id
from foundation.settings import Settings
from membership import enrolment, members, points, tiers
from membership.members.records import record
from tests.makers.members import caller_of, make_member
from tests.membership.enrolment.parts import is_signed_in


async def open_sessions(member_id: UUID) -> int:
    return int(
        await database.fetchval("SELECT count(*) FROM session WHERE subject = $1 AND ended_at IS NULL", member_id)
    )


async def test_the_first_login_makes_a_whole_member(world: Settings) -> None:
    openid = f"o{uuid4().hex}"
    first = await enrolment.sign_in(openid)
    assert first.is_new
    assert (await points.summary(first.member.id)).balance == 0
    assert (await tiers.standing(first.member.id)).level.code == "standard"
    again = await enrolment.sign_in(openid)
    assert (again.is_new, again.member.id) == (False, first.member.id)
    assert await is_signed_in(first.tokens)
    assert await is_signed_in(again.tokens)


async def test_many_first_logins_at_once_are_one_member_with_many_sessions(world: Settings) -> None:
    openid = f"o{uuid4().hex}"
    signed_in = await asyncio.gather(*(enrolment.sign_in(openid) for _ in range(8)))
    assert len({one.member.id for one in signed_in}) == 1
    assert [one.is_new for one in signed_in].count(True) == 1
    assert await open_sessions(signed_in[0].member.id) == 8


async def test_at_login_only_the_openid_is_stored(world: Settings) -> None:
    member = await make_member()
    row = await database.fetchrow("SELECT * FROM member WHERE id = $1", member.id)
    assert row is not None
    filled = {name for name, value in row.items() if value is not None}
    assert filled == {"id", "number", "status", "origin", "data_key", "created_at"}


async def test_a_later_login_brings_the_unionid(world: Settings) -> None:
    openid = f"o{uuid4().hex}"
    member_id = (await enrolment.sign_in(openid)).member.id
    await enrolment.sign_in(openid, "u1")
    query = "SELECT unionid_index FROM wechat_identity WHERE member_id = $1"
    index = await database.fetchval(query, member_id)
    assert len(index) == 32
    await enrolment.sign_in(openid)
    assert await database.fetchval(query, member_id) == index


async def test_signing_out_ends_one_session(world: Settings) -> None:
    openid = f"o{uuid4().hex}"
    phone, tablet = await enrolment.sign_in(openid), await enrolment.sign_in(openid)
    assert await is_signed_in(phone.tokens)
    await enrolment.sign_out(caller_of(phone.tokens))
    assert not await is_signed_in(phone.tokens)
    with pytest.raises(Unauthorized):
        await enrolment.refresh(phone.tokens.refresh_token)
    assert await is_signed_in(tablet.tokens)


async def test_refreshing_keeps_the_session_of_the_member(world: Settings) -> None:
    member = await make_member()
    refreshed = await enrolment.refresh(member.tokens.refresh_token)
    assert tokens.verify(refreshed.access_token, "member").subject == member.id
    assert await is_signed_in(refreshed)


async def test_a_ban_ends_all_sessions_at_once_and_keeps_her_out(world: Settings) -> None:
    member = await make_member()
    other = await enrolment.sign_in(member.openid)
    assert await is_signed_in(member.tokens)
    await members.ban(member.id, "刷单", by=new_id())
    for session in (member.tokens, other.tokens):
        assert not await is_signed_in(session)
        with pytest.raises(Unauthorized):
            await enrolment.refresh(session.refresh_token)
    with pytest.raises(members.MemberBanned):
        await enrolment.sign_in(member.openid)
    await members.ban(member.id, "刷单", by=new_id())
    await members.lift_ban(member.id, by=new_id())
    assert await is_signed_in((await enrolment.sign_in(member.openid)).tokens)


@pytest.mark.parametrize("attempt", range(5))
async def test_whoever_signs_in_while_she_is_banned_is_out_afterwards(world: Settings, attempt: int) -> None:
    member = await make_member()
    logins = [enrolment.sign_in(member.openid) for _ in range(6)]
    results = await asyncio.gather(
        *logins[:3], members.ban(member.id, "刷单", by=new_id()), *logins[3:], return_exceptions=True
    )
    for result in results:
        assert result is None or isinstance(result, enrolment.SignedIn | members.MemberBanned)
    assert await open_sessions(member.id) == 0


async def test_control_without_the_lock_a_session_survives_the_ban(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race with a reading that takes no lock: the ban does not see the session that opens beside it."""
    member = await make_member()
    looked, banned = asyncio.Event(), asyncio.Event()

    async def look(member_id: UUID) -> members.MemberRecord:
        row = await database.fetchrow("SELECT * FROM member WHERE id = $1", member_id)
        assert row is not None
        looked.set()
        await banned.wait()
        return record(row)

    monkeypatch.setattr(members, "share", look)
    login = asyncio.create_task(enrolment.sign_in(member.openid))
    await looked.wait()
    await members.ban(member.id, "刷单", by=new_id())
    banned.set()
    await login
    assert await open_sessions(member.id) == 1
    await members.ban(member.id, "刷单", by=new_id())
    assert await open_sessions(member.id) == 0
