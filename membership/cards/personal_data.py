"""What of a card's codes says something about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="card_code_use",
        columns=("member_id", "store_id", "terminal", "used_at", "receipt"),
        purpose="a code is used once, and only by the till that scanned it",
        on_erasure="stays under the member's pseudonym and is deleted 401 days after the use",
    ),
)
