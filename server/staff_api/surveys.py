"""Questionnaires: made, opened and closed, and how often each choice was made."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, Caller, Page, PageQuery, View
from membership import surveys
from membership.staff import Role
from server.staff_api.face import staff

ASKERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)

Title = Annotated[str, Meta(min_length=1, max_length=64)]
Intro = Annotated[str, Meta(max_length=500)]


class SurveyIn(Body):
    """A questionnaire. A question's `fills` names the profile field that its answer is written to."""

    title: Title
    questions: Annotated[list[surveys.Question], Meta(min_length=1, max_length=50)]
    valid_from: date
    intro: Intro = ""
    valid_until: date | None = None
    active: bool = True


class SurveyChangesIn(Body):
    """What is to change; a field that is left out stays. The questions stay: other questions are another survey."""

    title: Title | UnsetType = UNSET
    intro: Intro | UnsetType = UNSET
    valid_from: date | UnsetType = UNSET
    valid_until: date | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class StaffSurveyOut(View):
    id: UUID
    title: str
    intro: str
    questions: list[surveys.Question]
    valid_from: date
    valid_until: date | None
    active: bool


class ChoiceResultOut(View):
    """`choice`: an option's code, or a number of stars."""

    choice: str
    responses: int


class QuestionResultOut(View):
    """How a question was answered; `average` of numbers and stars."""

    code: str
    answered: int
    choices: list[ChoiceResultOut]
    average: str | None


class SurveyResultsOut(View):
    """Sums only: what a member answered is nobody's to read."""

    responses: int
    questions: list[QuestionResultOut]


@staff.get("/surveys", who=ASKERS)
async def all_surveys(query: PageQuery) -> Page[StaffSurveyOut]:
    """All questionnaires, the newest first."""
    page = await surveys.surveys(query)
    return Page(items=[_out(survey) for survey in page.items], next_cursor=page.next_cursor)


@staff.get("/surveys/{survey_id}", who=ASKERS, refuses=(surveys.SurveyNotFound,))
async def one_survey(survey_id: UUID) -> StaffSurveyOut:
    """One questionnaire."""
    return _out(await surveys.survey(survey_id))


@staff.post("/surveys", who=ASKERS, status=201)
async def make_survey(caller: Caller, body: SurveyIn) -> StaffSurveyOut:
    """Make a questionnaire.

    What answering brings is a rule of the way `survey`."""
    draft = surveys.SurveyDraft(**{name: getattr(body, name) for name in body.__struct_fields__})
    return _out(await surveys.make_survey(caller.subject, draft))


@staff.patch("/surveys/{survey_id}", who=ASKERS, refuses=(surveys.SurveyNotFound,))
async def change_survey(caller: Caller, survey_id: UUID, body: SurveyChangesIn) -> StaffSurveyOut:
    """Change a questionnaire's words, its days, or whether it is open."""
    changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    return _out(await surveys.change_survey(caller.subject, survey_id, changes))


@staff.get("/surveys/{survey_id}/results", who=ASKERS, refuses=(surveys.SurveyNotFound,))
async def survey_results(survey_id: UUID) -> SurveyResultsOut:
    """How often each choice was made."""
    results = await surveys.results(survey_id)
    return SurveyResultsOut(
        responses=results.responses,
        questions=[
            QuestionResultOut(
                code=question.code,
                answered=question.answered,
                choices=[ChoiceResultOut(choice.choice, choice.responses) for choice in question.choices],
                average=question.average,
            )
            for question in results.questions
        ],
    )


def _out(survey: surveys.SurveyView) -> StaffSurveyOut:
    return StaffSurveyOut(**{name: getattr(survey, name) for name in StaffSurveyOut.__struct_fields__})
