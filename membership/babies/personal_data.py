"""What is kept about a child or a pregnancy."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="baby",
        columns=("member_id", "data_key", "details_sealed", "hidden_on"),
        purpose="Stages, growth, vaccinations and milk of a child, as its guardian authorized.",
        on_erasure="The baby's key is destroyed, and with it everything about it; the row says nothing any more",
    ),
)
