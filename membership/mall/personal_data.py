"""What the mall keeps about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="redemption",
        columns=("member_id", "account_id"),
        purpose="Handing a gift over, and proving what the points were spent on.",
        on_erasure="Kept under the member's pseudonym, as the ledger is.",
    ),
    PersonalData(
        table="redemption",
        columns=("address_sealed",),
        purpose="Sending her what she ordered, and taking it back.",
        on_erasure="Unreadable with her data key; emptied 90 days after the order ended in any case.",
    ),
)
