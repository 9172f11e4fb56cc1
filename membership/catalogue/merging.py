"""A step: two members turned out to be one, and what the catalogue knows of the one becomes the other's."""

from uuid import UUID

from foundation import database
from foundation.transactions import within_transaction
from membership.catalogue import wishes

# Together they took what both took: it may be more than the limit, and then she takes no more.
MOVE_QUOTAS = """
INSERT INTO product_quota (member_id, product_id, period, taken)
SELECT $2::uuid, product_id, period, taken FROM product_quota WHERE member_id = $1 ORDER BY product_id, period
ON CONFLICT (member_id, product_id, period) DO UPDATE SET taken = product_quota.taken + excluded.taken
"""


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Her wishes follow her, and what she took counts against her limits; the number of wishes. The caller holds both.

    Of two wishes for one product one goes, and so do those beyond 100.
    """
    moved = await database.execute(wishes.MOVE, from_member, to_member)
    await database.execute("DELETE FROM wish WHERE member_id = $1", from_member)
    await database.execute(MOVE_QUOTAS, from_member, to_member)
    await database.execute("DELETE FROM product_quota WHERE member_id = $1", from_member)
    return moved
