"""What she answered, in the words in which she was asked."""

from collections.abc import Mapping

from membership.surveys.questions import Answer, MultipleQuestion, Question, SingleQuestion


def in_words(questions: list[Question], answers: Mapping[str, Answer]) -> dict[str, int | str]:
    """By the wording of the questions; what was chosen by the wording of the choices."""
    return {
        question.text: _worded(question, answers[question.code]) for question in questions if question.code in answers
    }


def _worded(question: Question, answer: Answer) -> int | str:
    if isinstance(question, SingleQuestion | MultipleQuestion):
        texts = {option.code: option.text for option in question.options}
        chosen = answer if isinstance(answer, list) else [str(answer)]
        return "、".join(texts.get(code, code) for code in chosen)
    return "、".join(answer) if isinstance(answer, list) else answer
