"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="survey_response",
        columns=("member_id", "answers_sealed"),
        purpose="What she answered; that she did it once.",
        on_erasure="The answers can't be read again: they are sealed with the member's data key.",
    ),
)
