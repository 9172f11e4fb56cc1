"""Pieces kept apart from the shelf, for a sale with a price and a time of its own.

They leave the stock when the sale is announced, so that it never promises what the shelf sells meanwhile; what is left
returns when it is over. Only the central stock can be withheld.
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
async def take_withheld(product_id: UUID) -> None:
    """One withheld piece leaves for an order. The limits of the shelf don't count it; the sale has its own."""
    taken = await database.execute(
        "UPDATE product SET withheld = withheld - 1 WHERE id = $1 AND withheld > 0", product_id
    )
    assert taken == 1, "the sale that withheld the pieces counts them"


@within_transaction
async def release_withheld(product_id: UUID, pieces: int) -> None:
    """What a sale did not sell returns to the shelf."""
    await database.execute(
        "UPDATE product SET stock = stock + $2, withheld = withheld - $2 WHERE id = $1", product_id, pieces
    )
