"""Reads: questionnaires, a member's own answers, and for the staff how often each choice was made."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import earning, members
from membership.surveys.errors import SurveyNotFound
from membership.surveys.questions import Answer, NumberQuestion, Question, RatingQuestion

T = TypeVar("T")

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
OPEN = (
    f"survey.active AND survey.valid_from <= {TODAY} AND (survey.valid_until IS NULL OR survey.valid_until >= {TODAY})"
)
COLUMNS = (
    "survey.id, survey.title, survey.intro, survey.questions::text AS questions, survey.valid_from,"
    " survey.valid_until, survey.active"
)
LAST_ID = UUID(int=2**128 - 1)

_PLACE = ("survey_response", "answers_sealed")


class SurveyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire; open from one business day to another, None for no end, while it is active."""

    title: str
    questions: list[Question]
    valid_from: date
    intro: str = ""
    valid_until: date | None = None
    active: bool = True


class SurveyView(SurveyDraft, frozen=True, kw_only=True):
    id: UUID


class OfferedSurvey(msgspec.Struct, frozen=True):
    """An open survey to a member: what it would bring her by the rules as they stand, and whether she answered it."""

    survey: SurveyView
    points: int
    answered: bool


class ChoiceCount(msgspec.Struct, frozen=True):
    choice: str
    responses: int


class QuestionResult(msgspec.Struct, frozen=True):
    """`choices`: how often each was made, empty where there are none; `average` of numbers and ratings, two digits."""

    code: str
    answered: int
    choices: list[ChoiceCount]
    average: str | None


class SurveyResults(msgspec.Struct, frozen=True):
    responses: int
    questions: list[QuestionResult]


async def survey(survey_id: UUID) -> SurveyView:
    """One questionnaire, open or not. Raises `SurveyNotFound`."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM survey WHERE id = $1", survey_id)  # noqa: S608 - constant
    if row is None:
        raise SurveyNotFound
    return _view(row)


async def questions_of(survey_ids: Collection[UUID]) -> dict[UUID, list[Question]]:
    """What these questionnaires ask, open or not; none for an id that is none. One query."""
    rows = await database.fetch(
        "SELECT id, questions::text AS questions FROM survey WHERE id = ANY($1::uuid[])", list(survey_ids)
    )
    return {row["id"]: _questions(row) for row in rows}


async def open_survey(survey_id: UUID) -> SurveyView:
    """One that can be answered today. Raises `SurveyNotFound`."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM survey WHERE id = $1 AND {OPEN}", survey_id)  # noqa: S608 - constants
    if row is None:
        raise SurveyNotFound
    return _view(row)


async def find_survey(title: str) -> UUID | None:
    """A questionnaire by its exact title; the oldest of several."""
    survey_id: UUID | None = await database.fetchval(
        "SELECT id FROM survey WHERE title = $1 ORDER BY id LIMIT 1", title
    )
    return survey_id


async def surveys(query: PageQuery) -> Page[SurveyView]:
    """All questionnaires, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM survey WHERE id < $1 ORDER BY id DESC LIMIT $2",  # noqa: S608 - constant
        before,
        query.limit + 1,
    )
    return _page([_view(row) for row in rows], query.limit, lambda shown: shown.id)


async def offered(member_id: UUID, query: PageQuery) -> Page[OfferedSurvey]:
    """The open surveys, the newest first, those she answered too. Raises `Invalid` (cursor). Two queries."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(
        f"SELECT {COLUMNS}, response.id IS NOT NULL AS answered FROM survey"  # noqa: S608 - constants
        " LEFT JOIN survey_response response ON response.survey_id = survey.id AND response.member_id = $1"
        f" WHERE {OPEN} AND survey.id < $2 ORDER BY survey.id DESC LIMIT $3",
        member_id,
        before,
        query.limit + 1,
    )
    rules = await earning.in_force(earning.Survey)
    found = [OfferedSurvey(_view(row), _points(rules, row["id"]), row["answered"]) for row in rows]
    return _page(found, query.limit, lambda shown: shown.survey.id)


async def offered_one(member_id: UUID, survey_id: UUID) -> OfferedSurvey:
    """An open survey. Raises `SurveyNotFound`."""
    found = await open_survey(survey_id)
    answered = await database.fetchval(
        "SELECT EXISTS (SELECT FROM survey_response WHERE survey_id = $1 AND member_id = $2)", survey_id, member_id
    )
    return OfferedSurvey(found, _points(await earning.in_force(earning.Survey), survey_id), answered)


async def results(survey_id: UUID) -> SurveyResults:
    """How often each choice was made. Raises `SurveyNotFound`."""
    asked = await survey(survey_id)
    counts = await database.fetch(
        "SELECT question, choice, responses, amount FROM survey_count WHERE survey_id = $1 ORDER BY id", survey_id
    )
    responses = await database.fetchval("SELECT count(*) FROM survey_response WHERE survey_id = $1", survey_id)
    return SurveyResults(
        responses,
        [
            _result(question, [row for row in counts if row["question"] == question.code])
            for question in asked.questions
        ],
    )


def _result(question: Question, counts: Sequence[asyncpg.Record]) -> QuestionResult:
    whole = [row for row in counts if not row["choice"]]
    answered = sum(row["responses"] for row in whole or counts)
    amount = sum(row["amount"] for row in counts)
    return QuestionResult(
        code=question.code,
        answered=answered,
        choices=[ChoiceCount(row["choice"], row["responses"]) for row in counts if row["choice"]],
        average=f"{amount / answered:.2f}"
        if answered and isinstance(question, NumberQuestion | RatingQuestion)
        else None,
    )


async def past(since: date, until: date, most: int) -> list[earning.Past]:
    """Who answered from a day to a day."""
    rows = await database.fetch(
        "SELECT member_id, survey_id, (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM survey_response"
        " WHERE created_at >= $1 AND created_at < $2 ORDER BY created_at, id LIMIT $3",
        clock.start_of_day(since),
        clock.start_of_day(until) + timedelta(days=1),
        most,
    )
    return [
        earning.Past(
            member_id=row["member_id"], day=row["day"], occurrence=earning.Survey.Occurrence(str(row["survey_id"]))
        )
        for row in rows
    ]


earning.register_past(earning.Survey, past)


def sealed(member: members.MemberRecord, response_id: UUID, answers: Mapping[str, Answer]) -> bytes:
    return member.seal(*_PLACE, response_id, msgspec.json.encode(answers).decode())


def unsealed(member: members.MemberRecord, response_id: UUID, answers: bytes) -> dict[str, Answer]:
    return msgspec.json.decode(member.unseal(*_PLACE, response_id, answers), type=dict[str, Answer])


def _view(row: Mapping[str, Any]) -> SurveyView:
    return SurveyView(
        id=row["id"],
        title=row["title"],
        intro=row["intro"],
        questions=_questions(row),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        active=row["active"],
    )


def _questions(row: Mapping[str, Any]) -> list[Question]:
    return msgspec.json.decode(row["questions"], type=list[Question])


def _points(rules: Sequence[earning.Rule], survey_id: UUID) -> int:
    occurrence = earning.Survey.Occurrence(str(survey_id))
    return sum(earning.Survey.points(earning.decoded(rule), occurrence) for rule in rules)


def _page(found: Sequence[T], limit: int, place: Callable[[T], UUID]) -> Page[T]:
    shown = list(found[:limit])
    return Page(items=shown, next_cursor=write_cursor(place(shown[-1])) if len(found) > limit else None)
