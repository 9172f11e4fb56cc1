"""Writes: pieces that come to a place, go from one to another, or turn out to be others than we thought.

A place is the central stock or a store's own. Each movement is a line that is never changed, so that what was supplied
to a place is their sum. Orders write no movements: their own rows say what is reserved and gone, one row per order as
it is, and a second one would make the hottest write dearer only to say it twice. Both sums are invariants:
supplied = Σ movements (here) = stock + what orders hold (the mall's).
"""

from uuid import UUID

from foundation import audit, database
from foundation.transactions import transactional, within_transaction
from membership.catalogue.errors import ProductNotFound, QuantityOutOfRange, StockTooLow
from membership.catalogue.wishes import look_at_product

MOST_SUPPLIED = 1_000_000

CENTRAL = """
WITH place AS (
  UPDATE product SET stock = stock + $2, supplied = supplied + $2
  WHERE id = $1 AND stock + $2 >= 0 AND $3::uuid IS NULL RETURNING id, stock
)"""
STORE_MORE = """
WITH place AS (
  INSERT INTO product_stock (product_id, store_id, stock, supplied) SELECT id, $3::uuid, $2, $2 FROM product
  WHERE id = $1
  ON CONFLICT (product_id, store_id) DO UPDATE
  SET stock = product_stock.stock + excluded.stock, supplied = product_stock.supplied + excluded.supplied
  RETURNING product_id AS id, stock
)"""
STORE_LESS = """
WITH place AS (
  UPDATE product_stock SET stock = stock + $2, supplied = supplied + $2
  WHERE product_id = $1 AND store_id = $3::uuid AND stock + $2 >= 0 RETURNING product_id AS id, stock
)"""
MOVED = """, movement AS (
  INSERT INTO stock_movement (product_id, store_id, kind, pieces, by_id, reason)
  SELECT id, $3::uuid, $4::varchar, $2, $5::uuid, $6::varchar FROM place
)
SELECT stock FROM place
"""


@transactional
async def restock(
    product_id: UUID, pieces: int, *, store_id: UUID | None = None, by: UUID | None = None, reason: str | None = None
) -> None:
    """Adds 1 to 1,000,000 pieces to the central stock, or to a store's own.

    Who wishes for it and can afford it is told. Raises `ProductNotFound`, `QuantityOutOfRange`.
    """
    if not 1 <= pieces <= MOST_SUPPLIED:
        raise QuantityOutOfRange
    stock = await supply(product_id, pieces, store_id=store_id, by=by, reason=reason)
    if by is not None:
        after = {"store": store_id, "pieces": pieces, "stock": stock}
        await audit.record(by, "stock.supplied", "product", product_id, after=after, reason=reason)
    await look_at_product(product_id)


@transactional
async def transfer(
    by: UUID, product_id: UUID, pieces: int, *, from_store: UUID | None, to_store: UUID | None, reason: str
) -> None:
    """Moves pieces from one place to another; None is the central stock.

    Raises `ProductNotFound`, `QuantityOutOfRange`, `StockTooLow`.
    """
    if not 1 <= pieces <= MOST_SUPPLIED or from_store == to_store:
        raise QuantityOutOfRange
    moves = [(from_store, -pieces), (to_store, pieces)]
    # Everybody locks the central stock first and then the stores in one order.
    for store_id, signed in sorted(moves, key=lambda move: (move[0] is not None, move[0] and move[0].bytes)):
        await _move(product_id, signed, store_id, "transferred", by=by, reason=reason)
    after = {"from": from_store, "to": to_store, "pieces": pieces}
    await audit.record(by, "stock.transferred", "product", product_id, after=after, reason=reason)


@transactional
async def correct(by: UUID, product_id: UUID, pieces: int, *, store_id: UUID | None, reason: str) -> None:
    """Adds pieces that were found, or takes away (negative) those that are lost or broken.

    Raises `ProductNotFound`, `QuantityOutOfRange`, `StockTooLow` (also when what is missing is reserved by orders).
    """
    if pieces == 0 or abs(pieces) > MOST_SUPPLIED:
        raise QuantityOutOfRange
    stock = await _move(product_id, pieces, store_id, "corrected", by=by, reason=reason)
    after = {"store": store_id, "pieces": pieces, "stock": stock}
    await audit.record(by, "stock.corrected", "product", product_id, after=after, reason=reason)


@within_transaction
async def supply(product_id: UUID, pieces: int, *, store_id: UUID | None, by: UUID | None, reason: str | None) -> int:
    """The stock of the place afterwards. Raises `ProductNotFound`."""
    return await _move(product_id, pieces, store_id, "supplied", by=by, reason=reason)


async def _move(
    product_id: UUID, pieces: int, store_id: UUID | None, kind: str, *, by: UUID | None, reason: str | None
) -> int:
    place = CENTRAL if store_id is None else STORE_MORE if pieces > 0 else STORE_LESS
    stock: int | None = await database.fetchval(place + MOVED, product_id, pieces, store_id, kind, by, reason)
    if stock is not None:
        return stock
    if not await database.fetchval("SELECT true FROM product WHERE id = $1", product_id):
        raise ProductNotFound
    raise StockTooLow
