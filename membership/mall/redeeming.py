"""The hot verb: stock and points move together, in as few round trips as that takes.

Six statements between BEGIN and COMMIT at most: what the catalogue needs, one here, what the points need, and the
idempotency key.
"""

import secrets
from datetime import datetime
from uuid import UUID

from foundation import database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import catalogue, points, stores
from membership.mall.views import RedemptionView, Status
from membership.stores import StoreClosed, StoreNotFound

MOST_CODES = 8
"""With 1,000 gifts waiting in a store, eight collisions in a row happen once in 10^40."""

# A code that is waiting in this store already gives no row instead of an error, which would end the transaction; the
# pieces stay taken, and only the insert is tried again.
MAKE = """
INSERT INTO redemption (id, member_id, product_id, quantity, points, store_id, stock_store_id, status, pickup_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'reserved', $8)
ON CONFLICT (store_id, pickup_code) WHERE status = 'reserved' DO NOTHING
RETURNING created_at
"""


@transactional
async def redeem(member_id: UUID, product_id: UUID, quantity: int, store_code: str) -> RedemptionView:
    """Reserves `quantity` (1 to 99) pieces of a gift, to be picked up in a store, and spends their points.

    Raises `QuantityOutOfRange`, `StoreNotFound`, `StoreClosed`, `ProductNotFound`, `SoldOut`, `NotEnoughPoints`, and
    what else `catalogue.take` refuses.
    """
    if not 1 <= quantity <= catalogue.MOST_PIECES:
        raise catalogue.QuantityOutOfRange
    store = await stores.find(store_code)
    if store is None:
        raise StoreNotFound
    if not store.open:
        raise StoreClosed
    taken = await catalogue.take(
        product_id,
        quantity,
        member_id=member_id,
        level_rank=0,
        store_id=store.id,
        fulfilment=catalogue.Fulfilment.PICKUP,
    )
    redemption_id = new_id()
    pickup_code, created_at = await _make(redemption_id, member_id, taken, store.id)
    await points.spend(member_id, taken.points, kind=points.Kind.REDEMPTION, key=str(redemption_id))
    return RedemptionView(
        id=redemption_id,
        status=Status.RESERVED,
        product_id=product_id,
        product_name=taken.name,
        quantity=quantity,
        points=taken.points,
        store_code=store.code,
        store_name=store.name,
        pickup_code=pickup_code,
        created_at=created_at,
    )


def new_pickup_code() -> str:
    """Eight random digits."""
    return f"{secrets.randbelow(10**8):08d}"


async def _make(redemption_id: UUID, member_id: UUID, taken: catalogue.Taken, store_id: UUID) -> tuple[str, datetime]:
    """Its pick-up code, and when it was made."""
    for _ in range(MOST_CODES):
        code = new_pickup_code()
        created_at = await database.fetchval(
            MAKE,
            redemption_id,
            member_id,
            taken.product_id,
            taken.quantity,
            taken.points,
            store_id,
            taken.stock_store_id,
            code,
        )
        if created_at is not None:
            return code, created_at
    raise Unavailable
