"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="earn_award",
        columns=("member_id", "key", "points", "day"),
        purpose="Paying what a rule promises once, and no more than its caps allow.",
        on_erasure="Kept under the member's pseudonym, as the ledger is.",
    ),
)
