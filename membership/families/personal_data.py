"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="family",
        columns=("head_id", "made_at", "dissolved_at"),
        purpose="Whose account a family earns into.",
        on_erasure="she leaves it, which dissolves it; the row stays under her pseudonym",
    ),
    PersonalData(
        table="family_person",
        columns=("member_id", "joined_at", "left_at", "may_spend", "monthly_limit"),
        purpose="Who earns into a family's account and may spend from it, with his agreement.",
        on_erasure="the member leaves the family; the row stays under a pseudonym, as proof of the agreement",
    ),
)
