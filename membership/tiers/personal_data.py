"""What the tiers keep about a person."""

from foundation.data_map import PersonalData

KEPT = "Kept under the member's pseudonym: without her data key the id leads to nobody."

PERSONAL_DATA = (
    PersonalData(
        table="tier_standing",
        columns=("member_id", "level_id", "valid_until", "growth"),
        purpose="The level decides what a member earns and gets.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="paid_standing",
        columns=("member_id", "level_id", "begins_on", "ends_on"),
        purpose="The level that a member bought, and for how long.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="growth_entry",
        columns=("member_id", "occurred_on", "growth", "amount_fen", "purchases"),
        purpose="Reckoning the level from what was bought, and anew when goods come back.",
        on_erasure=KEPT,
    ),
    PersonalData(
        table="tier_change",
        columns=("member_id", "from_level_id", "to_level_id", "reason", "created_at"),
        purpose="Telling a member, and who advises her, why her level changed.",
        on_erasure=KEPT,
    ),
)
