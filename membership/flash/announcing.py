"""Writes of the staff and the clock: announcing a sale, calling it off, closing what is over."""

from datetime import datetime, timedelta
from uuid import UUID

from foundation import audit, clock, database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import catalogue
from membership.flash import queries
from membership.flash.errors import FlashSaleInvalid, FlashSaleNotFound, FlashSaleStarted
from membership.flash.views import FlashSaleView

LONGEST = timedelta(days=7)
FURTHEST = timedelta(days=90)


@transactional
async def announce(
    product_id: UUID,
    *,
    points: int,
    units: int,
    starts_at: datetime,
    ends_at: datetime,
    min_account_hours: int,
    by: UUID,
) -> FlashSaleView:
    """Announces a sale of `units` pieces, which leave the gift's stock now. `points` is for one piece.

    A gift that the law forbids to promote is not on offer, and so can't be announced.
    Raises `FlashSaleInvalid` (times), `catalogue.ProductNotFound`, `catalogue.SoldOut`.
    """
    if not clock.now() < starts_at < ends_at <= starts_at + LONGEST or starts_at > clock.now() + FURTHEST:
        raise FlashSaleInvalid
    sale_id = new_id()
    await catalogue.withhold(product_id, units)
    await database.execute(
        "INSERT INTO flash_sale (id, product_id, points, units, starts_at, ends_at, min_account_hours)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        sale_id,
        product_id,
        points,
        units,
        starts_at,
        ends_at,
        min_account_hours,
    )
    announced = {"product": product_id, "points": points, "units": units, "starts_at": starts_at, "ends_at": ends_at}
    await audit.record(by, "flash_sale.announced", "flash_sale", sale_id, after=announced)
    return await queries.sale(sale_id)


@transactional
async def call_off(sale_id: UUID, *, by: UUID) -> FlashSaleView:
    """Calls off a sale that has not started; its units return to the shelf. Again: nothing happens.

    Raises `FlashSaleNotFound`, `FlashSaleStarted`.
    """
    product_id = await database.fetchval("SELECT product_id FROM flash_sale WHERE id = $1", sale_id)
    if product_id is None:
        raise FlashSaleNotFound
    await catalogue.hold_shelf(product_id)
    units = await database.fetchval(
        "UPDATE flash_sale SET closed_at = statement_timestamp()"
        " WHERE id = $1 AND closed_at IS NULL AND starts_at > statement_timestamp() RETURNING units",
        sale_id,
    )
    if units is not None:
        await catalogue.release_withheld(product_id, units, unsold=units)
        await audit.record(by, "flash_sale.called_off", "flash_sale", sale_id)
    elif not await database.fetchval("SELECT closed_at < starts_at FROM flash_sale WHERE id = $1", sale_id):
        raise FlashSaleStarted
    return await queries.sale(sale_id)


@transactional
async def close_next() -> bool:
    """Returns what one sale that is over did not sell to the shelf; False when there is none."""
    over = await database.fetchrow(
        "SELECT id, product_id FROM flash_sale"
        " WHERE closed_at IS NULL AND ends_at <= statement_timestamp() ORDER BY ends_at LIMIT 1"
    )
    if over is None:
        return False
    await catalogue.hold_shelf(over["product_id"])
    row = await database.fetchrow(
        "UPDATE flash_sale SET closed_at = statement_timestamp()"
        " WHERE id = $1 AND closed_at IS NULL RETURNING units, units - sold AS unsold",
        over["id"],
    )
    if row is not None:  # else another worker closed it while the shelf was waited for
        await catalogue.release_withheld(over["product_id"], row["units"], unsold=row["unsold"])
    return True
