"""Surveys: typed questions, one response per member, sealed answers, profile fields, counts."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import audit, database
from foundation.audit import AuditQuery
from foundation.errors import Invalid
from foundation.pages import PageQuery
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import earning, members, points, surveys
from membership.surveys import (
    DateQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    SingleQuestion,
    TextQuestion,
)
from membership.surveys.answering import check_questions, read_answers
from membership.surveys.invariants import INVARIANTS
from membership.surveys.queries import unsealed
from tests.breakers import keeps
from tests.makers.earning import STAFF, days_ago, draft, in_force
from tests.makers.members import MadeMember, make_known_member, make_member
from tests.makers.surveys import ANSWERS, FEEDING, QUESTIONS, make_survey


@pytest.fixture
async def member(world: Settings) -> MadeMember:
    return await make_member()


# Questions and answers


@pytest.mark.parametrize(
    "question",
    [
        SingleQuestion(code="a", text="?", options=[Option("x", "甲"), Option("x", "乙")]),
        NumberQuestion(code="a", text="?", least=2, most=1),
        DateQuestion(code="a", text="?", earliest=days_ago(0), latest=days_ago(1)),
        NumberQuestion(code="a", text="?", least=1, most=2, fills="birthday"),
        TextQuestion(code="a", text="?", fills="relation"),
        MultipleQuestion(code="a", text="?", options=FEEDING, fills="how_heard"),
        SingleQuestion(code="a", text="?", options=FEEDING, fills="how_heard"),
    ],
)
def test_a_question_that_can_not_be_asked(question: surveys.Question) -> None:
    with pytest.raises(Invalid) as refused:
        check_questions([QUESTIONS[0], question])
    assert [error.field for error in refused.value.errors] == ["questions[1]"]


def test_codes_and_filled_fields_are_there_once() -> None:
    for pair in (
        [QUESTIONS[0], QUESTIONS[0]],
        [TextQuestion(code="a", text="?", fills="city"), TextQuestion(code="b", text="?", fills="city")],
    ):
        with pytest.raises(Invalid):
            check_questions(pair)
    check_questions(QUESTIONS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"feeding": "milk"}, "feeding"),
        ({"feeding": ["breast"]}, "feeding"),
        ({"feeding": 1}, "feeding"),
        ({"feeding": ""}, "feeding"),
        ({"wants": "sleep"}, "wants"),
        ({"wants": []}, "wants"),
        ({"wants": ["sleep", "sleep"]}, "wants"),
        ({"wants": ["sleep", "food", "play"]}, "wants"),
        ({"wants": ["cars"]}, "wants"),
        ({"children": -1}, "children"),
        ({"children": 10}, "children"),
        ({"children": "1"}, "children"),
        ({"words": "字" * 21}, "words"),
        ({"words": 5}, "words"),
        ({"visited": "2026-02-30"}, "visited"),
        ({"visited": str(days_ago(-1))}, "visited"),
        ({"visited": 20260101}, "visited"),
        ({"stars": 0}, "stars"),
        ({"stars": 6}, "stars"),
        ({"nothing": "x"}, "nothing"),
    ],
)
def test_an_answer_that_is_none_names_its_question(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_answers(QUESTIONS, ANSWERS | changes)
    assert [error.field for error in refused.value.errors] == [f"answers.{field}"]


def test_required_answers_and_others() -> None:
    for missing in ANSWERS:
        with pytest.raises(Invalid) as refused:
            read_answers(QUESTIONS, {code: answer for code, answer in ANSWERS.items() if code != missing})
        assert [error.field for error in refused.value.errors] == [f"answers.{missing}"]
    read = read_answers(QUESTIONS, ANSWERS | {"words": "  谢谢  ", "visited": str(days_ago(3))})
    assert (read["words"], read["visited"], read["children"]) == ("谢谢", str(days_ago(3)), 0)
    assert "words" not in read_answers(QUESTIONS, ANSWERS | {"words": "  "})


words = st.text(alphabet="ab02-月 ", max_size=12)
anything = st.one_of(st.integers(), words, st.sampled_from(["both", "2026-01-01"]), st.lists(words, max_size=5))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([question.code for question in QUESTIONS] + ["x"]), anything))
def test_whatever_comes_is_read_or_refused(answers: dict[str, Any]) -> None:
    try:
        read = read_answers(QUESTIONS, answers)
    except Invalid as refused:
        assert refused.errors
    else:
        assert set(read) <= set(answers)
        assert {"feeding", "wants", "children", "stars"} <= set(read)


# Responding


async def test_a_response_counts_pays_and_can_be_read_by_nobody_else(member: MadeMember) -> None:
    survey = await make_survey()
    async with in_force(earning.Survey, {"points": 30, "surveys": [str(survey.id)]}):
        offered = (await surveys.offered(member.id, PageQuery())).items
        assert [(each.points, each.answered) for each in offered if each.survey.id == survey.id] == [(30, False)]
        responded = await surveys.respond(member.id, survey.id, ANSWERS | {"words": "很好"})
        assert responded == surveys.Responded(30, [])
        with pytest.raises(surveys.SurveyAnswered):
            await surveys.respond(member.id, survey.id, ANSWERS)
        other = await make_survey()
        assert (await surveys.respond(member.id, other.id, ANSWERS)).points == 0
    assert (await points.summary(member.id)).balance == 30
    assert (await surveys.offered_one(member.id, survey.id)).answered
    response_id, stored = await _response(survey.id, member)
    assert "很好".encode() not in stored and b"both" not in stored
    assert unsealed(await _held(member), response_id, stored) == ANSWERS | {"words": "很好"}


async def _response(survey_id: UUID, member: MadeMember) -> tuple[UUID, bytes]:
    row = await database.fetchrow(
        "SELECT id, answers_sealed FROM survey_response WHERE survey_id = $1 AND member_id = $2", survey_id, member.id
    )
    assert row is not None
    return row["id"], row["answers_sealed"]


async def _held(member: MadeMember) -> members.MemberRecord:
    return await transactional(members.hold_one)(member.id)


@keeps(INVARIANTS)
async def test_the_staff_sees_how_often(world: Settings) -> None:
    survey = await make_survey()
    people = [await make_member() for _ in range(3)]
    given: list[dict[str, Any]] = [
        ANSWERS,
        ANSWERS | {"wants": ["play"], "stars": 2, "words": "x"},
        ANSWERS | {"feeding": "breast", "children": 2},
    ]
    for person, answers in zip(people, given, strict=True):
        await surveys.respond(person.id, survey.id, answers)
    results = await surveys.results(survey.id)
    assert results.responses == 3
    shown = {
        question.code: (
            question.answered,
            {choice.choice: choice.responses for choice in question.choices},
            question.average,
        )
        for question in results.questions
    }
    assert shown == {
        "feeding": (3, {"both": 2, "breast": 1}, None),
        "wants": (3, {"sleep": 2, "food": 2, "play": 1}, None),
        "children": (3, {}, "0.67"),
        "words": (1, {}, None),
        "visited": (0, {}, None),
        "stars": (3, {"5": 2, "2": 1}, "4.00"),
    }


@pytest.mark.parametrize("closed", [{"active": False}, {"valid_from": days_ago(-1)}, {"valid_until": days_ago(1)}])
async def test_a_survey_that_is_not_open_is_not_there(member: MadeMember, closed: dict[str, Any]) -> None:
    survey = await make_survey(**closed)
    with pytest.raises(surveys.SurveyNotFound):
        await surveys.respond(member.id, survey.id, ANSWERS)
    with pytest.raises(surveys.SurveyNotFound):
        await surveys.offered_one(member.id, survey.id)
    assert survey.id not in {each.survey.id for each in (await surveys.offered(member.id, PageQuery(limit=100))).items}


async def test_many_taps_at_once_are_one_response(member: MadeMember) -> None:
    survey = await make_survey()
    async with in_force(earning.Survey, {"points": 30}):
        results = await asyncio.gather(
            *(surveys.respond(member.id, survey.id, ANSWERS) for _ in range(12)), return_exceptions=True
        )
    assert sum(isinstance(result, surveys.Responded) for result in results) == 1
    assert sum(isinstance(result, surveys.SurveyAnswered) for result in results) == 11
    assert (await points.summary(member.id)).balance == 30
    assert (await surveys.results(survey.id)).responses == 1


async def test_many_members_at_once_are_all_counted(world: Settings) -> None:
    survey = await make_survey()
    people = [await make_member() for _ in range(12)]
    await asyncio.gather(*(surveys.respond(person.id, survey.id, ANSWERS) for person in people))
    results = await surveys.results(survey.id)
    assert {question.answered for question in results.questions if question.code in ANSWERS} == {12}


# The profile

ABOUT_HER: list[surveys.Question] = [
    TextQuestion(code="where", text="您在哪个城市", fills="city", required=False),
    DateQuestion(code="born", text="您的生日", fills="birthday", required=False),
    SingleQuestion(
        code="heard",
        text="怎么知道我们的",
        fills="how_heard",
        options=[Option("friend", "朋友"), Option("store", "门店")],
    ),
]


async def profile_of(member: MadeMember) -> members.Profile:
    found = await members.get(member.id)
    assert found is not None
    return found.profile


async def test_answers_fill_the_profile_of_who_consented(world: Settings) -> None:
    known, unknown = await make_known_member(nickname="小雨"), await make_member()
    survey = await make_survey(ABOUT_HER)
    answers: dict[str, surveys.Answer] = {"where": "上海", "born": "1994-05-06", "heard": "friend"}
    assert (await surveys.respond(known.id, survey.id, answers)).filled == ["birthday", "city", "how_heard"]
    profile = await profile_of(known)
    assert (profile.nickname, profile.city, str(profile.birthday), profile.how_heard) == (
        "小雨",
        "上海",
        "1994-05-06",
        "friend",
    )
    assert (await surveys.respond(unknown.id, survey.id, answers)).filled == []
    assert await profile_of(unknown) == members.Profile()


async def test_what_was_left_out_stays(world: Settings) -> None:
    known = await make_known_member(nickname="小雨")
    survey = await make_survey(ABOUT_HER)
    await surveys.respond(known.id, survey.id, {"where": "杭州", "heard": "store"})
    other = await make_survey(ABOUT_HER)
    assert (await surveys.respond(known.id, other.id, {"heard": "friend"})).filled == ["how_heard"]
    profile = await profile_of(known)
    assert (profile.city, profile.birthday, profile.how_heard) == ("杭州", None, "friend")


async def test_a_profile_field_that_can_not_be_names_the_question_and_keeps_nothing(world: Settings) -> None:
    known = await make_known_member()
    survey = await make_survey(ABOUT_HER)
    with pytest.raises(Invalid) as refused:
        await surveys.respond(known.id, survey.id, {"born": str(days_ago(400)), "heard": "store"})
    assert [error.field for error in refused.value.errors] == ["answers.born"]
    assert (await surveys.results(survey.id)).responses == 0


# Merge, staff, past

move_all = transactional(surveys.move_all)


async def test_two_members_who_are_one(world: Settings) -> None:
    gone, stays = await make_member(), await make_member()
    one, both = await make_survey(), await make_survey()
    await surveys.respond(gone.id, one.id, ANSWERS)
    await surveys.respond(gone.id, both.id, ANSWERS)
    await surveys.respond(stays.id, both.id, ANSWERS)
    held = [await _held(member) for member in (gone, stays)]
    assert await move_all(held[0], held[1]) == 1
    with pytest.raises(surveys.SurveyAnswered):
        await surveys.respond(stays.id, one.id, ANSWERS)
    response_id, stored = await _response(one.id, stays)
    assert unsealed(held[1], response_id, stored) == ANSWERS


async def test_a_change_is_audited_and_leaves_the_questions(world: Settings) -> None:
    survey = await make_survey()
    changed = await surveys.change_survey(STAFF, survey.id, {"active": False, "title": "新标题"})
    assert (changed.title, changed.active, changed.questions) == ("新标题", False, survey.questions)
    assert await surveys.survey(survey.id) == changed
    (entry,) = (await audit.entries(AuditQuery(subject="survey", subject_id=str(survey.id)))).items
    assert (entry.action, entry.before, entry.after) == (
        "survey.changed",
        {"active": True, "title": "喂养小调查"},
        {"active": False, "title": "新标题"},
    )
    with pytest.raises(Invalid):
        await surveys.change_survey(STAFF, survey.id, {"valid_until": days_ago(8)})


async def test_a_rule_is_tried_on_real_responses(member: MadeMember) -> None:
    survey = await make_survey()
    await surveys.respond(member.id, survey.id, ANSWERS)
    rule = draft(earning.Survey, {"points": 40, "surveys": [str(survey.id)]})
    shown = await earning.preview(rule, days_ago(1), days_ago(0))
    assert (shown.members, shown.points, shown.top[0].number) == (1, 40, member.number)
    assert (await earning.preview(rule, days_ago(2), days_ago(1))).members == 0
