"""What the mall keeps about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="redemption",
        columns=("member_id",),
        purpose="Handing a gift over, and proving what the points were spent on.",
        on_erasure="Kept under the member's pseudonym, as the ledger is.",
    ),
)
