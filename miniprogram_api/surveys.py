"""Surveys: what there is to answer, the questions, and her answers."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import members, surveys
from miniprogram_api.face import mothers

QuestionCode = Annotated[str, Meta(max_length=32)]


class SurveyOut(View):
    """A questionnaire. `points` is what answering brings; `answered`: she did it already."""

    id: UUID
    title: str
    intro: str
    questions: int
    points: int
    answered: bool
    valid_until: date | None


class OptionOut(View):
    code: str
    text: str


class QuestionOut(View):
    """A question. Answers are a code of `options` (single), a list of them (multiple, at most `most`), a whole number
    from `least` to `most`, a text of at most `longest` characters, a date from `earliest` to `latest`, or 1 to `most`
    stars (rating)."""

    code: str
    type: Literal["single", "multiple", "number", "text", "date", "rating"]
    text: str
    required: bool
    options: list[OptionOut]
    least: int | None
    most: int | None
    longest: int | None
    earliest: date | None
    latest: date | None


class SurveyDetailOut(View):
    """A questionnaire with its questions in their order."""

    id: UUID
    title: str
    intro: str
    questions: list[QuestionOut]
    points: int
    answered: bool
    valid_until: date | None


class ResponseIn(Body):
    """Answers by the codes of the questions: a string, a list of strings or a whole number, as the question says; what
    is not required may be left out."""

    # Read by the questions themselves, so that what is wrong is said of a question and not of a JSON type.
    answers: Annotated[dict[QuestionCode, Any], Meta(max_length=50)]


class ResponseOut(View):
    """What answering brought: points, and the profile fields that were filled."""

    points: int
    filled: list[str]


@mothers.get("/surveys", who="member")
async def open_surveys(caller: Caller, query: PageQuery) -> Page[SurveyOut]:
    """The surveys that are open, the newest first."""
    page = await surveys.offered(caller.subject, query)
    return Page(items=[_survey_out(offered) for offered in page.items], next_cursor=page.next_cursor)


@mothers.get("/surveys/{survey_id}", who="member", refuses=(surveys.SurveyNotFound,))
async def open_survey(caller: Caller, survey_id: UUID) -> SurveyDetailOut:
    """One survey with its questions."""
    offered = await surveys.offered_one(caller.subject, survey_id)
    return SurveyDetailOut(
        id=offered.survey.id,
        title=offered.survey.title,
        intro=offered.survey.intro,
        questions=[_question_out(question) for question in offered.survey.questions],
        points=offered.points,
        answered=offered.answered,
        valid_until=offered.survey.valid_until,
    )


@mothers.post(
    "/surveys/{survey_id}/responses",
    who="member",
    status=201,
    refuses=(surveys.SurveyNotFound, surveys.SurveyAnswered, members.MemberBanned),
)
async def respond(caller: Caller, survey_id: UUID, body: ResponseIn, key: IdempotencyKey) -> ResponseOut:
    """Answer a survey, once.

    A field error names the question (`answers.q1`). Answers fill the profile where a question says so and she agreed to
    the notice `privacy`."""
    responded = await surveys.respond(caller.subject, survey_id, body.answers)
    return ResponseOut(responded.points, responded.filled)


def _survey_out(offered: surveys.OfferedSurvey) -> SurveyOut:
    return SurveyOut(
        id=offered.survey.id,
        title=offered.survey.title,
        intro=offered.survey.intro,
        questions=len(offered.survey.questions),
        points=offered.points,
        answered=offered.answered,
        valid_until=offered.survey.valid_until,
    )


def _question_out(question: surveys.Question) -> QuestionOut:
    return QuestionOut(
        code=question.code,
        type=question.__struct_config__.tag,  # type: ignore[arg-type]  # one of the six
        text=question.text,
        required=question.required,
        options=[OptionOut(option.code, option.text) for option in getattr(question, "options", ())],
        **{name: getattr(question, name, None) for name in ("least", "most", "longest", "earliest", "latest")},
    )
