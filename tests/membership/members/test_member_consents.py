"""Consents: what she agreed to and when, which version counts, and that taking back acts at once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from foundation import database
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import members
from tests.makers.phones import new_phone

withdraw = transactional(members.withdraw)


@transactional
async def arrive() -> UUID:
    return (await members.arrive_by_wechat(f"o{uuid4().hex}", None)).member_id


@transactional
async def require(member_id: UUID, notice: str) -> None:
    await members.require_consent(member_id, notice)


async def publish(code: str, version: int, wait: timedelta = timedelta()) -> None:
    await database.execute(
        "INSERT INTO notice (id, code, version, title, text, required_for, published_at)"
        " VALUES ($1, $2, $3, '告知', '内容', '[]', now() + $4)",
        new_id(),
        code,
        version,
        wait,
    )


@pytest_asyncio.fixture
async def notice(world: Settings) -> str:
    """A notice of its own, in version 1."""
    code = f"t_{uuid4().hex[:12]}"
    await publish(code, 1)
    return code


async def test_every_database_has_the_notices(world: Settings) -> None:
    notices = {notice.notice: notice for notice in await members.notices()}
    assert {"privacy", "children", "marketing"} <= notices.keys()
    assert notices["privacy"].required_for == ["phone", "profile"]
    assert notices["children"].required_for == notices["marketing"].required_for == []
    assert all(len(notice.text) < 600 for notice in notices.values())


async def test_agreeing_again_gives_the_same_answer(world: Settings, notice: str) -> None:
    member_id = await arrive()
    first, *others = await asyncio.gather(*(members.agree(member_id, notice, 1) for _ in range(5)))
    assert all(other == first for other in others)
    assert await members.consents_of(member_id) == [first]


async def test_only_the_current_version_can_be_agreed_to(world: Settings, notice: str) -> None:
    member_id = await arrive()
    await members.agree(member_id, notice, 1)
    await publish(notice, 2)
    with pytest.raises(members.NoticeOutdated):
        await members.agree(member_id, notice, 1)
    with pytest.raises(members.NoticeOutdated):
        await members.agree(member_id, notice, 3)
    with pytest.raises(NotFound):
        await members.agree(member_id, "unheard_of", 1)


async def test_a_new_version_must_be_agreed_to_anew(world: Settings, notice: str) -> None:
    member_id = await arrive()
    with pytest.raises(members.ConsentRequired):
        await require(member_id, notice)
    await members.agree(member_id, notice, 1)
    await require(member_id, notice)
    await publish(notice, 2)
    with pytest.raises(members.ConsentRequired):
        await require(member_id, notice)
    await members.agree(member_id, notice, 2)
    await require(member_id, notice)
    assert [(consent.version, consent.current) for consent in await members.consents_of(member_id)] == [
        (2, True),
        (1, False),
    ]


async def test_a_version_that_is_not_published_yet_does_not_count(world: Settings, notice: str) -> None:
    member_id = await arrive()
    await publish(notice, 2, timedelta(days=1))
    await members.agree(member_id, notice, 1)
    await require(member_id, notice)
    assert [consent.current for consent in await members.consents_of(member_id)] == [True]


async def test_taking_back_acts_at_once_and_is_remembered(world: Settings, notice: str) -> None:
    member_id = await arrive()
    await members.agree(member_id, notice, 1)
    await withdraw(member_id, notice)
    with pytest.raises(members.ConsentRequired):
        await require(member_id, notice)
    await withdraw(member_id, notice)
    (taken_back,) = await members.consents_of(member_id)
    assert taken_back.withdrawn_at is not None
    again = await members.agree(member_id, notice, 1)
    assert again.withdrawn_at is None
    assert [consent.withdrawn_at is None for consent in await members.consents_of(member_id)] == [True, False]
    with pytest.raises(NotFound):
        await withdraw(member_id, "unheard_of")


async def test_taking_back_privacy_deletes_what_it_was_given_for(world: Settings) -> None:
    member_id = await arrive()
    await members.agree(member_id, members.PRIVACY, 1)

    @transactional
    async def fill_in() -> None:
        member = await members.hold_one(member_id)
        await members.attach_phone(member, new_phone())
        await members.write_profile(member, members.ProfileChanges(nickname="小雨", relation="mother"))

    await fill_in()
    await withdraw(member_id, "marketing")
    assert (await members.get(member_id)).phone_verified  # type: ignore[union-attr]  # she was made above
    await withdraw(member_id, members.PRIVACY)
    row = await database.fetchrow(
        "SELECT phone_index, phone_sealed, phone_verified_at, profile_sealed FROM member WHERE id = $1", member_id
    )
    assert row is not None
    assert set(row.values()) == {None}


async def test_what_she_agreed_to_can_not_be_rewritten(world: Settings, notice: str) -> None:
    member_id = await arrive()
    await members.agree(member_id, notice, 1)
    await withdraw(member_id, notice)
    for statement in (
        "UPDATE consent SET withdrawn_at = NULL WHERE member_id = $1",
        "UPDATE consent SET agreed_at = now() WHERE member_id = $1",
        "DELETE FROM consent WHERE member_id = $1",
        "UPDATE notice SET text = '别的' WHERE id IN (SELECT notice_id FROM consent WHERE member_id = $1)",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(statement, member_id)
