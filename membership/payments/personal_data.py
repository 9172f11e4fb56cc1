"""What payments keep about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="payment",
        columns=("member_id", "payer_index"),
        purpose="Proving who paid what, and that the payer is who was asked to pay",
        on_erasure="Kept under the member's pseudonym, at least three years; the index can't be read",
    ),
    PersonalData(
        table="payment_notification",
        columns=("content_sealed",),
        purpose="What the provider pushed (it names the payer), until it has been acted on",
        on_erasure="Deleted 30 days after it came",
    ),
)
