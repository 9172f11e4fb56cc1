"""What paid levels keep about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="paid_level",
        columns=("member_id", "plan_id", "level_id", "price_fen", "sold_on", "begins_on", "ends_on", "refunded_fen"),
        purpose="What a member bought, how long it holds, and what she would get back.",
        on_erasure="Kept under the member's pseudonym: without her data key the id leads to nobody.",
    ),
)
