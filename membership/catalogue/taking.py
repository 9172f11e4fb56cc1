"""The hot steps: pieces leave the stock for an order, and return to it.

One statement each. It sees whether she may have the product, counts her limits, and takes from the one stock row last,
where everybody meets: that row is locked and checked by the same `UPDATE`, and not before. Limits are counted first
and in one order, by rows that only she meets. What is refused rolls the whole transaction back, so it matters only
that no row is taken beyond its bounds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from foundation import database
from foundation.clock import SHANGHAI
from foundation.transactions import within_transaction
from membership.catalogue.errors import (
    FulfilmentNotOffered,
    LevelTooLow,
    LimitReached,
    NotYetOnSale,
    ProductNotFound,
    QuantityOutOfRange,
    SoldOut,
)
from membership.catalogue.shapes import Fulfilment, Taken

MOST_PIECES = 99
LIMITS = {
    "per_order": ("most_per_order", "每单限兑{}件"),
    "per_day": ("most_per_day", "每天限兑{}件"),
    "ever": ("most_ever", "每人限兑{}件"),
}
"""The refusals of `TAKE` that are limits: the column, and the limit in words."""

# By now(), the beginning of the transaction: an order made in it says the same instant in its created_at, and so
# `put_back` finds the business day that was counted.
TAKE = """
WITH wanted AS MATERIALIZED (
  SELECT product.id, product.name, product.coupon_template, product.on_sale_from,
    product.most_per_order, product.most_per_day, product.most_ever,
    coalesce(price.points, product.points) * $2::bigint AS points,
    coalesce(price.money_fen, product.money_fen) * $2::bigint AS money_fen,
    product.stock_per_store AND $6::text = 'pickup' AS in_store,
    CASE WHEN product.counted_since <= now() THEN 2 ELSE 0 END AS counts,
    CASE
      WHEN NOT product.on_sale OR product.on_sale_until <= now() THEN 'gone'
      WHEN now() < product.on_sale_from - make_interval(hours => product.early_hours) THEN 'not_yet'
      WHEN $4::int IS NULL AND (now() < product.on_sale_from
        OR EXISTS (SELECT FROM product_price any_price WHERE any_price.product_id = product.id)) THEN 'ask'
      WHEN now() < product.on_sale_from AND $4 < product.early_rank THEN 'level'
      WHEN $6 <> CASE product.kind WHEN 'goods' THEN CASE WHEN product.pickup AND $6 = 'pickup' THEN 'pickup'
        WHEN product.delivery THEN 'delivery' ELSE '' END ELSE product.kind END THEN 'fulfilment'
      WHEN $2 > product.most_per_order THEN 'per_order'
      WHEN $2 > product.most_per_day THEN 'per_day'
      WHEN $2 > product.most_ever THEN 'ever'
    END AS refusal
  FROM product LEFT JOIN LATERAL (
    SELECT each.points, each.money_fen FROM product_price each JOIN tier_level ON tier_level.code = each.level_id
    WHERE each.product_id = product.id AND tier_level.rank <= $4 ORDER BY tier_level.rank DESC LIMIT 1
  ) price ON true
  WHERE product.id = $1::uuid
), counted AS (
  INSERT INTO product_quota (member_id, product_id, period, taken)
  SELECT $3::uuid, wanted.id, period, $2
  FROM wanted, unnest(ARRAY[(now() AT TIME ZONE 'Asia/Shanghai')::date::text, 'ever']) AS period
  WHERE refusal IS NULL AND counts > 0
  ON CONFLICT (member_id, product_id, period) DO UPDATE SET taken = product_quota.taken + excluded.taken
  WHERE product_quota.taken + excluded.taken
    <= coalesce((SELECT CASE excluded.period WHEN 'ever' THEN most_ever ELSE most_per_day END FROM wanted), 2147483647)
  RETURNING period
), allowed AS MATERIALIZED (
  SELECT wanted.id, wanted.in_store FROM wanted
  WHERE refusal IS NULL AND counts = (SELECT count(*) FROM counted)
), from_centre AS (
  UPDATE product SET stock = stock - $2 FROM allowed
  WHERE product.id = allowed.id AND NOT allowed.in_store AND on_sale AND stock >= $2
  RETURNING product.id
), from_store AS (
  UPDATE product_stock SET stock = stock - $2 FROM allowed
  WHERE product_id = allowed.id AND store_id = $5::uuid AND allowed.in_store AND stock >= $2
  RETURNING product_id
)
SELECT wanted.*, EXISTS (SELECT FROM allowed) AS allowed,
  ARRAY(SELECT period FROM counted) AS within,
  EXISTS (SELECT FROM from_centre) OR EXISTS (SELECT FROM from_store) AS taken
FROM wanted
"""

PUT_BACK = """
WITH mine AS (
  SELECT product_quota.id FROM product_quota JOIN product ON product.id = product_id
  WHERE $6::bool AND product_id = $1::uuid AND member_id = $3::uuid AND counted_since <= $5::timestamptz
    AND period IN ('ever', ($5 AT TIME ZONE 'Asia/Shanghai')::date::text)
  ORDER BY period FOR UPDATE OF product_quota
), counted AS (
  UPDATE product_quota SET taken = greatest(taken - $2::int, 0) FROM mine WHERE product_quota.id = mine.id
  RETURNING period
), to_centre AS (
  UPDATE product SET stock = stock + $2
  WHERE id = $1 AND $4::uuid IS NULL AND (SELECT count(*) FROM counted) IS NOT NULL
  RETURNING id
), to_store AS (
  UPDATE product_stock SET stock = stock + $2
  WHERE product_id = $1 AND store_id = $4 AND (SELECT count(*) FROM counted) IS NOT NULL
  RETURNING product_id
)
SELECT EXISTS (SELECT FROM to_centre) OR EXISTS (SELECT FROM to_store)
"""


class LevelMatters(Exception):  # not a refusal: the caller asks again
    """The product's price or date depends on the level; nothing was taken. Never leaves the house."""


@within_transaction
async def take(
    product_id: UUID,
    quantity: int,
    *,
    member_id: UUID,
    level_rank: int | None,
    store_id: UUID | None,
    fulfilment: Fulfilment,
) -> Taken:
    """Takes 1 to 99 pieces for an order of hers, at the price of her level. One round trip.

    Her level need not be known (None): where it matters, nothing is taken and `LevelMatters` says so. `store_id` is
    where she picks them up; only for `pickup` it matters. Raises `QuantityOutOfRange`,
    `ProductNotFound`, `NotYetOnSale`, `LevelTooLow`, `FulfilmentNotOffered`, `LimitReached`, `SoldOut`.
    """
    if not 1 <= quantity <= MOST_PIECES:
        raise QuantityOutOfRange
    row = await database.fetchrow(TAKE, product_id, quantity, member_id, level_rank, store_id, fulfilment)
    if row is None:
        raise ProductNotFound
    if row["refusal"] == "ask":
        raise LevelMatters
    if not row["taken"]:
        raise await _refusal(row)
    return Taken(
        product_id=product_id,
        name=row["name"],
        fulfilment=fulfilment,
        quantity=quantity,
        points=row["points"],
        money_fen=row["money_fen"],
        coupon_template=row["coupon_template"],
        stock_store_id=store_id if row["in_store"] else None,
    )


@within_transaction
async def put_back(
    product_id: UUID,
    quantity: int,
    *,
    member_id: UUID,
    stock_store_id: UUID | None,
    taken_at: datetime,
    counted: bool = True,
) -> None:
    """Undoes a `take`: the pieces return to the stock they came from, and no longer count against her limits.

    `member_id` is who owns the order now, `taken_at` the now() of the transaction that took (an order's created_at).
    Not `counted`: they were withheld before, and never counted. The caller sees to it that it happens once.
    """
    found = await database.fetchval(PUT_BACK, product_id, quantity, member_id, stock_store_id, taken_at, counted)
    assert found, "what was taken came from somewhere"


async def _refusal(row: Mapping[str, Any]) -> Exception:
    refusal = row["refusal"]
    if refusal is None and row["allowed"]:
        return SoldOut()
    if refusal is None:
        refusal = "per_day" if "ever" in row["within"] else "ever"
    if refusal in LIMITS:
        column, words = LIMITS[refusal]
        return LimitReached(limit=words.format(row[column]))
    if refusal == "level":
        return LevelTooLow(level=await _early_levels(row["id"]), begins=_said(row["on_sale_from"]))
    if refusal == "not_yet":
        return NotYetOnSale(begins=_said(row["on_sale_from"]))
    return FulfilmentNotOffered() if refusal == "fulfilment" else ProductNotFound()


async def _early_levels(product_id: UUID) -> str:
    """In words: `金卡及以上`."""
    name = await database.fetchval(
        "SELECT tier_level.name FROM tier_level JOIN product ON tier_level.rank >= product.early_rank"
        " WHERE product.id = $1 ORDER BY tier_level.rank LIMIT 1",
        product_id,
    )
    return f"{name}及以上" if name else "更高等级"


def _said(instant: datetime) -> str:
    """An instant in words: `11月11日10:00`."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
