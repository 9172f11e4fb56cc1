"""What is kept of a child's growth."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="growth_record",
        columns=("baby_id", "content_sealed"),
        purpose="Showing a guardian how the child grows.",
        on_erasure="Deleted when the baby's key is destroyed.",
    ),
)
