"""Two members turned out to be one: her coupons follow her."""

from uuid import UUID

from foundation import database
from foundation.transactions import within_transaction

# Her limit goes by who got a coupon first; the ordinals of the one who is gone continue those of the one who stays.
MOVE = """
WITH kept AS (
    SELECT template_id, max(ordinal) AS ordinal FROM coupon WHERE issued_to_id = $2 GROUP BY template_id
)
UPDATE coupon SET issued_to_id = $2, ordinal = coupon.ordinal
       + COALESCE((SELECT kept.ordinal FROM kept WHERE kept.template_id = coupon.template_id), 0)
 WHERE issued_to_id = $1
"""


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Gives one member's coupons to the one she turned out to be; how many. The caller holds both members.

    Together they may have had more of a template than one member may: what was given is kept, more is not to be had.
    """
    await database.execute(MOVE, from_member, to_member)
    return await database.execute("UPDATE coupon SET member_id = $2 WHERE member_id = $1", from_member, to_member)
