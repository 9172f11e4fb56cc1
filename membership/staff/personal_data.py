"""What is kept about the people who work here."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="staff_user",
        columns=("name", "password_hash", "totp_sealed"),
        purpose="Signing in, and saying who handed a gift over.",
        on_erasure="Not a member's data: kept as long as what the person did here must be provable.",
    ),
)
