"""Gifts for joining: once per person for ever, in the ledger with their amount."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import UNSET

from foundation import database
from foundation.errors import Invalid
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import enrolment, members, points
from membership.enrolment.invariants import INVARIANTS
from tests.makers.members import agree_to_privacy, make_known_member, make_member
from tests.makers.phones import new_phone
from tests.membership.enrolment.parts import make_consenting_member

COMPLETE = members.ProfileChanges(nickname="小雨", relation="mother")


async def balance_of(member_id: UUID) -> int:
    return (await points.summary(member_id)).balance


async def worth(gift: enrolment.Gift) -> int:
    return int(await database.fetchval("SELECT points FROM gift_rule WHERE code = $1", gift))


async def forget_person(member_id: UUID) -> None:
    """What an erasure does to the rows by which she is found."""
    await database.execute("DELETE FROM wechat_identity WHERE member_id = $1", member_id)
    await database.execute(
        "UPDATE member SET status = 'erased', data_key = NULL, phone_index = NULL, phone_sealed = NULL,"
        " phone_verified_at = NULL, profile_sealed = NULL WHERE id = $1",
        member_id,
    )


async def test_the_welcome_gift_comes_once_with_the_phone(world: Settings) -> None:
    member, phone = await make_consenting_member(), new_phone()
    assert [gift.claimed_at for gift in (await enrolment.overview(member.id)).gifts] == [None, None]
    verifications = [enrolment.take_phone(member.id, member.caller.session, phone) for _ in range(5)]
    verified, *_ = await asyncio.gather(*verifications)
    await enrolment.take_phone(member.id, member.caller.session, new_phone())
    assert await balance_of(member.id) == await worth("welcome")
    claimed = {gift.gift: gift.claimed_at is not None for gift in verified.overview.gifts}
    assert claimed == {"welcome": True, "profile": False}


async def test_the_profile_gift_comes_once_when_nothing_required_is_missing(world: Settings) -> None:
    member = await make_consenting_member()
    await enrolment.change_profile(member.id, members.ProfileChanges(nickname="小雨"))
    assert await balance_of(member.id) == 0
    completing = [enrolment.change_profile(member.id, members.ProfileChanges(relation="mother")) for _ in range(5)]
    await asyncio.gather(*completing)
    await enrolment.change_profile(member.id, COMPLETE)
    assert await balance_of(member.id) == await worth("profile")


async def test_coming_back_with_the_same_wechat_brings_no_second_gift(world: Settings) -> None:
    first = await make_known_member()
    await enrolment.change_profile(first.id, COMPLETE)
    await forget_person(first.id)
    back = await make_member(openid=first.openid)
    assert back.id != first.id
    await agree_to_privacy(back.id)
    await enrolment.take_phone(back.id, back.caller.session, new_phone())
    await enrolment.change_profile(back.id, COMPLETE)
    assert await balance_of(back.id) == 0


async def test_coming_back_with_the_same_phone_brings_no_second_gift(world: Settings) -> None:
    first = await make_known_member()
    assert first.phone is not None
    await enrolment.change_profile(first.id, COMPLETE)
    await forget_person(first.id)
    back = await make_known_member(phone=first.phone)
    await enrolment.change_profile(back.id, COMPLETE)
    assert await balance_of(back.id) == 0


async def test_a_gift_from_before_the_phone_is_remembered_by_the_phone(world: Settings) -> None:
    first, phone = await make_consenting_member(), new_phone()
    await enrolment.change_profile(first.id, COMPLETE)
    await enrolment.take_phone(first.id, first.caller.session, phone)
    await forget_person(first.id)
    back = await make_known_member(phone=phone)
    await enrolment.change_profile(back.id, COMPLETE)
    assert await balance_of(back.id) == 0


async def test_amounts_are_data_and_what_was_given_stays(world: Settings) -> None:
    member = await make_consenting_member()
    await enrolment.change_profile(member.id, COMPLETE)
    given = await worth("profile")
    await database.execute("UPDATE gift_rule SET points = points + 7 WHERE code = 'profile'")
    try:
        later = await make_consenting_member()
        await enrolment.change_profile(later.id, COMPLETE)
        assert await balance_of(later.id) == given + 7
        shown = {gift.gift: gift.points for gift in (await enrolment.overview(member.id)).gifts}
        assert shown["profile"] == given == await balance_of(member.id)
    finally:
        await database.execute("UPDATE gift_rule SET points = points - 7 WHERE code = 'profile'")


async def test_the_profile_needs_consent_and_what_is_refused_changes_nothing(world: Settings) -> None:
    member = await make_member()
    with pytest.raises(members.ConsentRequired):
        await enrolment.change_profile(member.id, COMPLETE)
    await agree_to_privacy(member.id)
    with pytest.raises(Invalid):
        await enrolment.change_profile(
            member.id, members.ProfileChanges(nickname="小雨", relation="mother", birthday=date(2999, 1, 1))
        )
    overview = await enrolment.overview(member.id)
    assert overview.member.profile == members.Profile()
    assert await balance_of(member.id) == 0


async def test_two_changes_at_once_lose_neither(world: Settings) -> None:
    """The profile is written as a whole, so the second writer must read what the first wrote."""
    member = await make_consenting_member()
    await asyncio.gather(
        enrolment.change_profile(member.id, members.ProfileChanges(nickname="小雨", relation=UNSET)),
        enrolment.change_profile(member.id, members.ProfileChanges(relation="mother")),
        enrolment.change_profile(member.id, members.ProfileChanges(city="上海")),
    )
    profile = (await enrolment.overview(member.id)).member.profile
    assert profile == members.Profile(nickname="小雨", relation="mother", city="上海")


async def test_a_banned_member_is_refused(world: Settings) -> None:
    member = await make_consenting_member()
    await members.ban(member.id, "刷单", by=new_id())
    with pytest.raises(members.MemberBanned):
        await enrolment.change_profile(member.id, COMPLETE)
    with pytest.raises(members.MemberBanned):
        await enrolment.take_phone(member.id, member.caller.session, new_phone())


class _NeverMind(Exception):
    """Rolls a test's damage back."""


async def test_a_gift_that_is_not_in_the_ledger_is_found(world: Settings) -> None:
    """The reconciliation names it; without the claim it has nothing to say."""
    (invariant,) = (one for one in INVARIANTS if one.name == "enrolment.gifts_are_in_the_ledger")
    member = await make_member()
    found: list[bool] = []

    @transactional
    async def claim_without_points() -> None:
        claim_id = uuid4()
        for statement in (
            "SELECT $1::uuid, $2::uuid",
            "INSERT INTO gift_claim (id, gift_id, member_id, points) VALUES ($1, 'profile', $2, 50)",
        ):
            await database.execute(statement, claim_id, member.id)
            found.append(claim_id in [row[0] for row in await database.fetch(invariant.breaks)])
        raise _NeverMind

    with pytest.raises(_NeverMind):
        await claim_without_points()
    assert found == [False, True]


async def test_what_was_given_and_merged_can_not_be_unwritten(world: Settings) -> None:
    for statement in ("DELETE FROM gift_claim", "DELETE FROM member_merge", "UPDATE member_merge SET moved = '{}'"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(statement)
