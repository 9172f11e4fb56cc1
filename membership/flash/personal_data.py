"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="flash_win",
        columns=("member_id", "device_index", "won_at"),
        purpose="one unit per member and per device",
        on_erasure="stays under the member's pseudonym; the index of a device leads back to nobody",
    ),
)
