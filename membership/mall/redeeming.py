"""The hot verb: stock and points move together, in as few round trips as that takes.

Five statements between BEGIN and COMMIT at most: one here, what the points need, and the idempotency key. The gift's
row is locked by the statement that takes from it, checked by the same statement, and only once.
"""

import secrets
from uuid import UUID

import asyncpg

from foundation import database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import points
from membership.mall.errors import ProductNotFound, QuantityOutOfRange, SoldOut
from membership.mall.views import RedemptionView, Status
from membership.stores import StoreClosed, StoreNotFound

MOST_PIECES = 99
MOST_CODES = 8
"""With 1,000 gifts waiting in a store, eight collisions in a row happen once in 10^40."""

# A code that is waiting in this store already gives no row in `made` instead of an error, which would end the
# transaction; the gift is taken all the same, and only the insert is tried again.
_TAKE = """
WITH shop AS (
  SELECT id, code, name FROM store WHERE code = $5 AND open
), taken AS (
  UPDATE product SET stock = stock - $4::int FROM shop
  WHERE product.id = $3::uuid AND on_sale AND stock >= $4::int
  RETURNING product.name, product.points * $4::int AS points
), made AS (
  INSERT INTO redemption (id, member_id, product_id, quantity, points, store_id, status, pickup_code)
  SELECT $1::uuid, $2::uuid, $3::uuid, $4::int, taken.points, shop.id, 'reserved', $6::text FROM taken, shop
  ON CONFLICT (store_id, pickup_code) WHERE status = 'reserved' DO NOTHING
  RETURNING id
)
SELECT taken.name AS product_name, taken.points, shop.id AS store_id, shop.code AS store_code,
  shop.name AS store_name, now() AS created_at, made.id IS NOT NULL AS made
FROM taken CROSS JOIN shop LEFT JOIN made ON true
"""

_MAKE = """
INSERT INTO redemption (id, member_id, product_id, quantity, points, store_id, status, pickup_code)
VALUES ($1, $2, $3, $4, $5, $6, 'reserved', $7)
ON CONFLICT (store_id, pickup_code) WHERE status = 'reserved' DO NOTHING
"""


@transactional
async def redeem(member_id: UUID, product_id: UUID, quantity: int, store_code: str) -> RedemptionView:
    """Reserves `quantity` (1 to 99) pieces of a gift, to be picked up in a store, and spends their points.

    Raises `QuantityOutOfRange`, `StoreNotFound`, `StoreClosed`, `ProductNotFound`, `SoldOut`, `NotEnoughPoints`.
    """
    if not 1 <= quantity <= MOST_PIECES:
        raise QuantityOutOfRange
    redemption_id, pickup_code = new_id(), new_pickup_code()
    taken = await database.fetchrow(_TAKE, redemption_id, member_id, product_id, quantity, store_code, pickup_code)
    if taken is None:
        raise await _why_not(product_id, store_code)
    if not taken["made"]:
        pickup_code = await _make_with_another_code(redemption_id, member_id, product_id, quantity, taken)
    await points.spend(member_id, taken["points"], kind=points.Kind.REDEMPTION, key=str(redemption_id))
    return RedemptionView(
        id=redemption_id,
        status=Status.RESERVED,
        product_id=product_id,
        product_name=taken["product_name"],
        quantity=quantity,
        points=taken["points"],
        store_code=taken["store_code"],
        store_name=taken["store_name"],
        pickup_code=pickup_code,
        created_at=taken["created_at"],
    )


def new_pickup_code() -> str:
    """Eight random digits."""
    return f"{secrets.randbelow(10**8):08d}"


async def _make_with_another_code(
    redemption_id: UUID, member_id: UUID, product_id: UUID, quantity: int, taken: asyncpg.Record
) -> str:
    for _ in range(MOST_CODES):
        code = new_pickup_code()
        if await database.execute(
            _MAKE, redemption_id, member_id, product_id, quantity, taken["points"], taken["store_id"], code
        ):
            return code
    raise Unavailable


async def _why_not(product_id: UUID, store_code: str) -> Exception:
    row = await database.fetchrow(
        "SELECT (SELECT open FROM store WHERE code = $2) AS open,"
        " (SELECT on_sale FROM product WHERE id = $1) AS on_sale",
        product_id,
        store_code,
    )
    assert row is not None, "a SELECT without FROM has a row"
    if row["open"] is None:
        return StoreNotFound()
    if not row["open"]:
        return StoreClosed()
    if not row["on_sale"]:
        return ProductNotFound()
    return SoldOut()
