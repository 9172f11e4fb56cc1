"""What makes a questionnaire sound, and reading the answers to one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

from foundation.errors import FieldError, Invalid
from membership import members
from membership.surveys.questions import (
    Answer,
    DateQuestion,
    MultipleQuestion,
    NumberQuestion,
    Question,
    SingleQuestion,
    TextQuestion,
    Unanswerable,
)

MOST_QUESTIONS = 50

CHOICES = {"relation": set(get_args(members.Relation)), "how_heard": set(get_args(members.HeardFrom))}
"""Profile fields that a choice fills, and which codes its options may have."""

FILLED_BY: dict[str, type[Question]] = {
    "nickname": TextQuestion,
    "city": TextQuestion,
    "birthday": DateQuestion,
    "relation": SingleQuestion,
    "how_heard": SingleQuestion,
}


def check_questions(questions: Sequence[Question]) -> None:
    """Raises `Invalid` that names every question that can't be asked so."""
    errors = [] if 1 <= len(questions) <= MOST_QUESTIONS else [FieldError("questions", f"应有1到{MOST_QUESTIONS}道题")]
    codes: set[str] = set()
    filled: set[str] = set()
    for place, question in enumerate(questions):
        wrong = _wrong(question)
        if question.code in codes:
            wrong = "题目的代码与其他题目重复了"
        if question.fills is not None and question.fills in filled:
            wrong = "已有题目填写了同一项会员资料"
        codes.add(question.code)
        filled |= {question.fills} if question.fills else set()
        if wrong:
            errors.append(FieldError(f"questions[{place}]", wrong))
    if errors:
        raise Invalid(errors=errors)


def _wrong(question: Question) -> str | None:
    if isinstance(question, SingleQuestion | MultipleQuestion):
        options = [option.code for option in question.options]
        if len(set(options)) < len(options):
            return "有选项的代码重复了"
    if isinstance(question, NumberQuestion) and question.least > question.most:
        return "最小值不能大于最大值"
    if isinstance(question, DateQuestion) and (question.earliest or date.min) > (question.latest or date.max):
        return "最早日期不能晚于最晚日期"
    return _wrongly_filled(question, question.fills) if question.fills else None


def _wrongly_filled(question: Question, field: str) -> str | None:
    if not isinstance(question, FILLED_BY[field]):
        return f"这种题型不能用来填写会员资料（{field}）"
    if isinstance(question, SingleQuestion) and not {option.code for option in question.options} <= CHOICES[field]:
        return f"用来填写会员资料（{field}）时，选项的代码请从中选择：{'、'.join(sorted(CHOICES[field]))}"
    return None


def read_answers(questions: Sequence[Question], answers: Mapping[str, object]) -> dict[str, Answer]:
    """The answers by the question's code, in the order of the questions; those left out are not there.

    Raises `Invalid` that names every question whose answer can't be used.
    """
    known = {question.code for question in questions}
    errors = [FieldError(place(code), "没有这道题") for code in answers if code not in known]
    read: dict[str, Answer] = {}
    for question in questions:
        try:
            answer = _read(question, answers.get(question.code))
        except Unanswerable as wrong:
            errors.append(FieldError(place(question.code), str(wrong)))
        else:
            if answer is not None:
                read[question.code] = answer
    if errors:
        raise Invalid(errors=errors)
    return read


def place(code: str) -> str:
    """Where in the request the answer to a question is."""
    return f"answers.{code}"


def _read(question: Question, answer: object) -> Answer | None:
    read = None if answer is None else question.read(answer)
    if read is None or read in ("", []):  # nothing chosen and nothing written is no answer
        if question.required:
            raise Unanswerable("请回答这道题")
        return None
    return read
