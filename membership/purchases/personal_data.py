"""What of purchases says something about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="purchase_receipt",
        columns=("member_id", "phone_index"),
        purpose="who gets the points of a sale; whom a sale waits for",
        on_erasure="the receipt stays under the member's pseudonym; the index of a waiting sale is of no use without"
        " the phone",
    ),
    PersonalData(
        table="purchase_event",
        columns=("lines", "terminal", "occurred_at", "fingerprint"),
        purpose="what was bought, as the till sent it: the proof of every point given",
        on_erasure="stays under the member's pseudonym for the three years that transactions are kept",
    ),
)
