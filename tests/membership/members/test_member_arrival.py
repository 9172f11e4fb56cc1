"""Members are made once each, by WeChat or by a till, and nothing of them lies in the open."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from foundation import database
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.secrets import Unreadable, vault
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import members
from tests.makers.members import agree_to_privacy
from tests.makers.phones import new_phone


@transactional
async def arrive(openid: str, unionid: str | None = None) -> members.Arrived:
    return await members.arrive_by_wechat(openid, unionid)


@transactional
async def make_by_phone(phone: str) -> UUID:
    await members.hold_phone(members.phone_index(phone))
    return await members.make_by_phone(phone)


async def attach_phone(member_id: UUID, phone: str) -> None:
    @transactional
    async def attach() -> None:
        await members.attach_phone(await members.hold_one(member_id), phone)

    await agree_to_privacy(member_id)
    await attach()


@transactional
async def write_profile(member_id: UUID, changes: members.ProfileChanges) -> None:
    await members.write_profile(await members.hold_one(member_id), changes)


@transactional
async def mark_merged(member_id: UUID, into: UUID) -> None:
    await members.hold((member_id, into))
    await members.mark_merged(member_id, into)


@transactional
async def share(member_id: UUID) -> UUID:
    return (await members.share(member_id)).id


async def test_many_first_logins_at_once_make_one_member(world: Settings) -> None:
    openid = f"o{uuid4().hex}"
    arrivals = await asyncio.gather(*(arrive(openid) for _ in range(12)))
    assert len({arrival.member_id for arrival in arrivals}) == 1
    assert [arrival.is_new for arrival in arrivals].count(True) == 1
    assert (await arrive(openid)).is_new is False


async def test_control_without_the_conflict_clause_a_second_login_fails(world: Settings) -> None:
    """The index alone already refuses a second identity: without ON CONFLICT the loser would get an error."""
    arrival = await arrive(openid := f"o{uuid4().hex}")
    with pytest.raises(asyncpg.UniqueViolationError):
        await database.execute(
            "INSERT INTO wechat_identity (id, member_id, openid_index, openid_sealed) VALUES ($1, $2, $3, $4)",
            new_id(),
            (await arrive(f"o{uuid4().hex}")).member_id,
            vault().index("openid", openid),
            b"",
        )
    assert await members.openid_of(arrival.member_id) == openid


async def test_losers_of_the_race_leave_no_member_behind(world: Settings) -> None:
    orphans = "SELECT count(*) FROM member m LEFT JOIN wechat_identity w ON w.member_id = m.id WHERE w.id IS NULL"
    before = await database.fetchval(orphans + " AND m.origin = 'wechat'")
    openid = f"o{uuid4().hex}"
    await asyncio.gather(*(arrive(openid) for _ in range(12)))
    assert await database.fetchval(orphans + " AND m.origin = 'wechat'") == before


async def test_nothing_personal_lies_in_the_open(world: Settings) -> None:
    openid, unionid, phone, nickname = f"o{uuid4().hex}", f"u{uuid4().hex}", new_phone(), "王小雨可爱"
    member_id = (await arrive(openid, unionid)).member_id
    await attach_phone(member_id, phone)
    await write_profile(member_id, members.ProfileChanges(nickname=nickname, city="上海市"))
    rows = [
        bytes(value) if isinstance(value, bytes) else str(value).encode()
        for table, column in (("member", "id"), ("wechat_identity", "member_id"))
        for row in await database.fetch(f"SELECT * FROM {table} WHERE {column} = $1", member_id)  # noqa: S608 - constants
        for value in row.values()
    ]
    raw = b"\n".join(rows)
    assert str(member_id).encode() in raw
    for secret in (openid, unionid, phone, phone[3:], nickname, "上海市"):
        assert secret.encode() not in raw
    view = await members.get(member_id)
    assert view is not None
    assert view.phone_masked == f"{phone[3:6]}******{phone[-2:]}"
    assert view.profile.nickname == nickname
    assert await members.name_masked(member_id) == "王**"
    assert await members.openid_of(member_id) == openid
    assert nickname not in repr(view)


async def test_a_sealed_value_is_bound_to_its_place(world: Settings) -> None:
    """Whoever can write the database still can't show one member's phone as another's."""
    member_id = (await arrive(f"o{uuid4().hex}")).member_id
    other_id = (await arrive(f"o{uuid4().hex}")).member_id
    await attach_phone(member_id, new_phone())
    await database.execute(
        "UPDATE member t SET data_key = f.data_key, phone_sealed = f.phone_sealed, phone_index = $3"
        " FROM member f WHERE t.id = $1 AND f.id = $2",
        other_id,
        member_id,
        uuid4().bytes,
    )
    with pytest.raises(Unreadable):
        await members.get(other_id)
    await database.execute("UPDATE member SET phone_sealed = NULL, phone_index = NULL WHERE id = $1", other_id)


async def test_a_member_is_found_by_phone_and_number(world: Settings) -> None:
    phone = new_phone()
    member_id = await make_by_phone(phone)
    number = await members.number_of(member_id)
    assert number is not None
    assert await members.find_by_phone_index(members.phone_index(phone)) == member_id
    assert await members.find_by_phone_index(members.phone_index(new_phone())) is None
    assert await members.find_by_number(number) == member_id
    assert await members.find_by_number("1" * 12) is None
    view = await members.get(member_id)
    assert view is not None
    assert not view.phone_verified
    assert view.name_masked == "会员"


async def test_who_was_merged_is_found_as_who_she_is_now(world: Settings) -> None:
    phone = new_phone()
    gone = await make_by_phone(phone)
    number = await members.number_of(gone)
    assert number is not None
    stays = (await arrive(f"o{uuid4().hex}")).member_id
    await mark_merged(gone, stays)
    assert await members.find_by_number(number) == stays
    assert await members.find_by_phone_index(members.phone_index(phone)) is None
    assert await share(gone) == stays
    view = await members.get(gone)
    assert view is not None
    assert (view.status, view.phone_masked) == ("merged", None)
    await database.execute(
        "INSERT INTO member_merge (id, from_member_id, into_member_id, moved) VALUES ($1, $2, $3, '{}')",
        new_id(),
        gone,
        stays,
    )


async def test_who_shares_waits_for_a_merge_and_follows_it(world: Settings) -> None:
    gone = await make_by_phone(new_phone())
    stays = (await arrive(f"o{uuid4().hex}")).member_id
    held, go_on = asyncio.Event(), asyncio.Event()

    @transactional
    async def slow_merge() -> None:
        await members.hold((gone, stays))
        held.set()
        await go_on.wait()
        await members.mark_merged(gone, stays)
        await database.execute(
            "INSERT INTO member_merge (id, from_member_id, into_member_id, moved) VALUES ($1, $2, $3, '{}')",
            new_id(),
            gone,
            stays,
        )

    merging = asyncio.create_task(slow_merge())
    await held.wait()
    sharing = asyncio.create_task(share(gone))
    await asyncio.sleep(0.1)
    assert not sharing.done()
    go_on.set()
    await merging
    assert await sharing == stays


async def test_steps_about_nobody_are_refused(world: Settings) -> None:
    for verb in (share, lambda member_id: attach_phone(member_id, new_phone())):
        with pytest.raises(NotFound):
            await verb(new_id())


@pytest.mark.parametrize(
    "change",
    [
        "status = 'merged', data_key = NULL",
        "status = 'merged', data_key = NULL, merged_into_id = id",
        "status = 'erased'",
        "status = 'banned'",
        "status = 'asleep'",
        "number = '012345678901'",
        "phone_sealed = 'x'",
        "phone_verified_at = now()",
        "data_key = NULL",
    ],
)
async def test_the_database_refuses_states_that_can_not_be(world: Settings, change: str) -> None:
    member_id = (await arrive(f"o{uuid4().hex}")).member_id
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(f"UPDATE member SET {change} WHERE id = $1", member_id)  # noqa: S608 - constants above
