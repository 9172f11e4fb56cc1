"""What is kept about a person."""

from foundation.data_map import PersonalData

KEPT = "Kept under the member's pseudonym, as the ledger is."

PERSONAL_DATA = (
    PersonalData(
        table="sign_in", columns=("member_id", "day"), purpose="Her calendar, and paying a day once.", on_erasure=KEPT
    ),
    PersonalData(
        table="sign_in_streak", columns=("member_id", "day"), purpose="How many days in a row.", on_erasure=KEPT
    ),
)
