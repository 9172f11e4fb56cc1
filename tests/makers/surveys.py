"""Makers: a questionnaire with a question of each type."""

from typing import Any

from membership import surveys
from membership.surveys import (
    DateQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    RatingQuestion,
    SingleQuestion,
    TextQuestion,
)
from tests.makers.earning import days_ago

FEEDING = [Option("breast", "母乳"), Option("formula", "配方奶"), Option("both", "混合")]

QUESTIONS: list[surveys.Question] = [
    SingleQuestion(code="feeding", text="怎么喂养", options=FEEDING),
    MultipleQuestion(
        code="wants",
        text="想看什么",
        options=[Option("sleep", "睡眠"), Option("food", "辅食"), Option("play", "早教")],
        most=2,
    ),
    NumberQuestion(code="children", text="几个宝宝", least=0, most=9),
    TextQuestion(code="words", text="想说的话", longest=20, required=False),
    DateQuestion(code="visited", text="上次到店", required=False, latest=days_ago(0)),
    RatingQuestion(code="stars", text="给门店打分"),
]

ANSWERS: dict[str, surveys.Answer] = {"feeding": "both", "wants": ["sleep", "food"], "children": 0, "stars": 5}


async def make_survey(questions: list[surveys.Question] | None = None, **changes: Any) -> surveys.SurveyView:
    content: dict[str, Any] = {"title": "喂养小调查", "questions": questions or QUESTIONS, "valid_from": days_ago(7)}
    return await surveys.make_survey(None, surveys.SurveyDraft(**content | changes))
