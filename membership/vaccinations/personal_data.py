"""What is kept about a child."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="vaccination_sheet",
        columns=("content_sealed",),
        purpose="The plan, what was given and what a doctor advised against, as the guardian wrote it down.",
        on_erasure="Deleted when the baby's key is destroyed.",
    ),
)
