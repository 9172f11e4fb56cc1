"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="notification",
        columns=("member_id", "title", "body"),
        purpose="what we told a member: points, orders, coupons; never a phone, a name or a child's data",
        on_erasure="deleted 180 days after it was sent",
    ),
)
