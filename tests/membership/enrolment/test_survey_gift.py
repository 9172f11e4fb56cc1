"""A survey whose answers complete the profile brings the gift for it: once per person for ever, whoever is first."""

import asyncio
from uuid import UUID

import pytest

from foundation import database, job_worker
from foundation.ids import new_id
from membership import enrolment, members, points, surveys
from membership.enrolment.invariants import INVARIANTS
from membership.enrolment.joining import reward_profile
from membership.surveys import Option, ProfileFilled, SingleQuestion, TextQuestion
from tests.breakers import keeps
from tests.makers.members import agree_to_privacy, make_known_member, make_member
from tests.makers.phones import new_phone
from tests.makers.surveys import make_survey
from tests.membership.enrolment.parts import make_consenting_member

pytestmark = pytest.mark.usefixtures("world")

ABOUT_HER: list[surveys.Question] = [
    TextQuestion(code="name", text="怎么称呼您", fills="nickname", required=False),
    SingleQuestion(
        code="who",
        text="您是宝宝的",
        fills="relation",
        options=[Option("mother", "妈妈"), Option("father", "爸爸")],
        required=False,
    ),
]
ANSWERS: dict[str, surveys.Answer] = {"name": "小雨", "who": "mother"}


async def answer(member_id: UUID, **answers: surveys.Answer) -> None:
    await surveys.respond(member_id, (await make_survey(ABOUT_HER)).id, answers)


async def all_that_follows() -> None:
    await job_worker.drain(database.pool())


async def gifts(member_id: UUID) -> list[int]:
    """What gifts for the profile gave her."""
    rows = await database.fetch(
        "SELECT amount FROM points_entry WHERE member_id = $1 AND kind = $2", member_id, points.Kind.PROFILE_GIFT
    )
    return [row["amount"] for row in rows]


async def worth() -> int:
    return int(await database.fetchval("SELECT points FROM gift_rule WHERE code = 'profile'"))


@keeps(INVARIANTS)
async def test_answers_that_complete_the_profile_bring_the_gift_once() -> None:
    member = await make_consenting_member()
    await answer(member.id, name="小雨")
    await all_that_follows()
    assert await gifts(member.id) == []
    await answer(member.id, who="mother")
    await all_that_follows()
    assert await gifts(member.id) == [await worth()]
    await answer(member.id, **ANSWERS)
    await all_that_follows()
    await reward_profile(ProfileFilled(member.id))
    await enrolment.change_profile(member.id, members.ProfileChanges(nickname="大雨"))
    assert await gifts(member.id) == [await worth()]
    claimed = {gift.gift: gift.claimed_at is not None for gift in (await enrolment.overview(member.id)).gifts}
    assert claimed["profile"]


@keeps(INVARIANTS)
async def test_once_however_many_give_it_at_the_same_moment() -> None:
    member = await make_consenting_member()
    papers = [await make_survey(ABOUT_HER) for _ in range(4)]
    await asyncio.gather(
        *(surveys.respond(member.id, paper.id, ANSWERS) for paper in papers),
        *(enrolment.change_profile(member.id, members.ProfileChanges(relation="mother")) for _ in range(4)),
        *(all_that_follows() for _ in range(2)),
    )
    await asyncio.gather(
        *(reward_profile(ProfileFilled(member.id)) for _ in range(4)),
        *(enrolment.change_profile(member.id, members.ProfileChanges(relation="mother")) for _ in range(4)),
        *(all_that_follows() for _ in range(2)),
    )
    assert await gifts(member.id) == [await worth()]


async def test_who_comes_back_gets_no_second_one() -> None:
    phone = new_phone()
    first = await make_known_member(phone=phone)
    await answer(first.id, **ANSWERS)
    await all_that_follows()
    assert await gifts(first.id) == [await worth()]
    await database.execute("DELETE FROM wechat_identity WHERE member_id = $1", first.id)
    await database.execute(
        "UPDATE member SET status = 'erased', data_key = NULL, phone_index = NULL, phone_sealed = NULL,"
        " phone_verified_at = NULL, profile_sealed = NULL WHERE id = $1",
        first.id,
    )
    await reward_profile(ProfileFilled(first.id))
    back = await make_known_member(phone=phone)
    await answer(back.id, **ANSWERS)
    await all_that_follows()
    assert await gifts(back.id) == []


async def test_without_consent_there_is_no_profile_to_complete() -> None:
    member = await make_member()
    await answer(member.id, **ANSWERS)
    await all_that_follows()
    assert await gifts(member.id) == []
    await agree_to_privacy(member.id)
    await answer(member.id, **ANSWERS)
    await enrolment.withdraw(member.id, members.PRIVACY)
    await all_that_follows()
    assert await gifts(member.id) == []


async def test_who_is_banned_meanwhile_gets_nothing() -> None:
    member = await make_consenting_member()
    await answer(member.id, **ANSWERS)
    await members.ban(member.id, "刷单", by=new_id())
    await all_that_follows()
    assert await gifts(member.id) == []


async def test_a_refused_response_brings_nothing() -> None:
    member, survey = await make_consenting_member(), await make_survey(ABOUT_HER)
    await surveys.respond(member.id, survey.id, {})
    with pytest.raises(surveys.SurveyAnswered):
        await surveys.respond(member.id, survey.id, ANSWERS)
    await all_that_follows()
    assert await gifts(member.id) == []
