"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="points_adjustment",
        columns=("member_id", "amount", "reason", "created_at"),
        purpose="Proving who gave or took points by hand, and why.",
        on_erasure="Kept under the member's pseudonym: without her data key the id leads to nobody.",
    ),
)
