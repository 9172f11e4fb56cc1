"""Pieces kept apart from the shelf, for a sale with a price and a time of its own.

They leave the stock when the sale is announced, so that it never promises what the shelf sells meanwhile, and count as
withheld until it is over, sold or not: so a stampede does not meet at the gift's row. Only the central stock can be
withheld.
"""

from uuid import UUID

from foundation import database
from foundation.transactions import within_transaction
from membership.catalogue.errors import ProductNotFound, SoldOut


@within_transaction
async def withhold(product_id: UUID, pieces: int) -> None:
    """Takes pieces off the shelf. Raises `ProductNotFound` (not on offer, or kept per store too), `SoldOut`."""
    assert pieces > 0, "withholding takes something"
    row = await database.fetchrow(
        "UPDATE product SET stock = stock - $2, withheld = withheld + $2"
        " WHERE id = $1 AND on_sale AND kind = 'goods' AND pickup AND NOT stock_per_store AND stock >= $2 RETURNING id",
        product_id,
        pieces,
    )
    if row is None:
        offered = await database.fetchval(
            "SELECT true FROM product WHERE id = $1 AND on_sale AND kind = 'goods' AND pickup AND NOT stock_per_store",
            product_id,
        )
        raise SoldOut if offered else ProductNotFound


@within_transaction
async def hold_shelf(product_id: UUID) -> None:
    """Locks what `release_withheld` will change. For who ends a sale, before the sale's own row: whoever wins locks
    that row after her points, and whoever orders locks the shelf before them."""
    await database.execute("SELECT FROM product WHERE id = $1 FOR NO KEY UPDATE", product_id)


@within_transaction
async def release_withheld(product_id: UUID, pieces: int, *, unsold: int) -> None:
    """A sale of so many pieces is over; what it did not sell returns to the shelf."""
    assert 0 <= unsold <= pieces, "a sale sells what was withheld for it"
    await database.execute(
        "UPDATE product SET stock = stock + $3, withheld = withheld - $2 WHERE id = $1", product_id, pieces, unsold
    )
