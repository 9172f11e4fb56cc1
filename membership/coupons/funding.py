"""Who pays for what coupons took off: by month, for the settlement between brand and stores."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import clock, database

FUNDING = """
WITH moves AS (
    SELECT coupon_id, checkout_id, 1 AS sign, discount_fen, store_fen, brand_fen FROM coupon_use
     WHERE used_at >= $1 AND used_at < $2
    UNION ALL
    SELECT coupon_id, checkout_id, -1, discount_fen, store_fen, brand_fen FROM coupon_use
     WHERE returned_at >= $1 AND returned_at < $2
)
SELECT checkout.store_id, store.code AS store_code, template.id AS template_id, template.title,
       count(*) FILTER (WHERE sign = 1) AS uses, count(*) FILTER (WHERE sign = -1) AS returns,
       sum(sign * moves.discount_fen)::bigint AS discount_fen, sum(sign * moves.store_fen)::bigint AS store_fen,
       sum(sign * moves.brand_fen)::bigint AS brand_fen
  FROM moves JOIN coupon_checkout checkout ON checkout.id = moves.checkout_id
  JOIN coupon ON coupon.id = moves.coupon_id JOIN coupon_template template ON template.id = coupon.template_id
  LEFT JOIN store ON store.id = checkout.store_id
 GROUP BY checkout.store_id, store.code, template.id, template.title
 ORDER BY store.code NULLS FIRST, template.title, template.id
"""


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """One template in one store (None: the mall) in a month: what its uses took off, less what came back in it."""

    store_id: UUID | None
    store_code: str | None
    template_id: UUID
    title: str
    uses: int
    returns: int
    discount_fen: int
    store_fen: int
    brand_fen: int


async def funding(month: date) -> list[Funding]:
    """What the coupons of a business month cost, and whom. `month` is any day of it.

    A return counts in the month in which it happened, so a month that is over never changes.
    """
    first = month.replace(day=1)
    rows = await database.fetch(FUNDING, clock.start_of_day(first), clock.start_of_day(clock.add_months(first, 1)))
    return [Funding(**dict(row)) for row in rows]
