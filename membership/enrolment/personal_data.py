"""Where joining leaves personal data."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="gift_claim",
        columns=("phone_index", "openid_index"),
        purpose="A gift for joining is given once per person",
        on_erasure="Kept: blind indexes from which nothing can be read, so that coming back brings no second gift",
    ),
    PersonalData(
        table="member_merge",
        columns=("from_member_id", "into_member_id"),
        purpose="Saying what moved when two members turned out to be one",
        on_erasure="Kept under the pseudonyms, with the ledger that it explains",
    ),
    PersonalData(
        table="store_registration",
        columns=("member_id", "store_id"),
        purpose="Saying which shop registered her",
        on_erasure="Kept under the pseudonym",
    ),
)
