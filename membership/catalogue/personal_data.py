"""What the catalogue keeps about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="product_quota",
        columns=("member_id",),
        purpose="How many pieces she took of what is limited per member.",
        on_erasure="Kept under the member's pseudonym, as the orders are.",
    ),
    PersonalData(
        table="wish",
        columns=("member_id",),
        purpose="Her wish list, and telling her when her points reach for something on it.",
        on_erasure="Deleted.",
    ),
)
