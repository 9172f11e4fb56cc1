"""What the addresses keep about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="member_address",
        columns=("member_id", "content_sealed"),
        purpose="Sending her what she chose to have sent.",
        on_erasure="Deleted; taking back `privacy` deletes them too.",
    ),
)
