"""What coupons keep about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="coupon",
        columns=("member_id", "issued_to_id", "used_at", "created_at"),
        purpose="Who may use a coupon, how many of a kind she had, and proving who was promised what.",
        on_erasure="Kept under the member's pseudonym: without her data key the id leads to nobody.",
    ),
)
