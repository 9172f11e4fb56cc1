"""Surveys: questionnaires with typed questions that a member answers once.

Her answers are sealed with her data key; what the staff sees is how often each choice was made. Answers may fill fields
of her profile, when she consented to having one, and pay what the rules of `earning` say. Who gives something for a
complete profile hears of it by the job `PROFILE_FILLED`.
"""

from membership.surveys.actions import Responded, change_survey, make_survey, move_all, respond
from membership.surveys.errors import SurveyAnswered, SurveyNotFound
from membership.surveys.events import PROFILE_FILLED, ProfileFilled
from membership.surveys.queries import (
    ChoiceCount,
    OfferedSurvey,
    QuestionResult,
    SurveyDraft,
    SurveyResults,
    SurveyView,
    find_survey,
    offered,
    offered_one,
    questions_of,
    results,
    survey,
    surveys,
)
from membership.surveys.questions import (
    Answer,
    DateQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Question,
    RatingQuestion,
    SingleQuestion,
    TextQuestion,
)
from membership.surveys.telling import in_words

__all__ = [
    "PROFILE_FILLED",
    "Answer",
    "ChoiceCount",
    "DateQuestion",
    "MultipleQuestion",
    "NumberQuestion",
    "OfferedSurvey",
    "Option",
    "ProfileFilled",
    "Question",
    "QuestionResult",
    "RatingQuestion",
    "Responded",
    "SingleQuestion",
    "SurveyAnswered",
    "SurveyDraft",
    "SurveyNotFound",
    "SurveyResults",
    "SurveyView",
    "TextQuestion",
    "change_survey",
    "find_survey",
    "in_words",
    "make_survey",
    "move_all",
    "offered",
    "offered_one",
    "questions_of",
    "respond",
    "results",
    "survey",
    "surveys",
]
