"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="referral",
        columns=("referrer_id", "friend_id", "friend_openid_index", "friend_phone_index"),
        purpose="Rewarding both sides once, and nobody for bringing the same person again.",
        on_erasure="Kept under the members' pseudonyms; the blind indexes keep a person from being brought twice.",
    ),
    PersonalData(
        table="referral_code",
        columns=("member_id", "code"),
        purpose="What a member gives to a friend.",
        on_erasure="Kept under the member's pseudonym; the code of one who left is nobody's.",
    ),
)
