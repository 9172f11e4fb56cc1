"""What a feature alone can put into words when she reads her copy."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from membership import surveys

Teller = Callable[[Any, Any], Mapping[str, Any]]
"""Puts a value into words: what it is of, and the value."""


async def _answers(survey_ids: Collection[UUID]) -> Teller:
    questions = await surveys.questions_of(survey_ids)
    return lambda survey_id, answers: surveys.in_words(questions[survey_id], answers)


SAID: Mapping[str, tuple[str, Callable[[Collection[Any]], Awaitable[Teller]]]] = {
    "survey_response.answers_sealed": ("survey_id", _answers)
}
"""By column: the column of its row that it needs for it, and who does it."""
