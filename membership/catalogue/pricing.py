"""Writes: what a level pays. A higher level never pays more, so that what a member can afford is one comparison."""

from collections.abc import Sequence
from uuid import UUID

from foundation import audit, database
from foundation.transactions import transactional
from membership.catalogue.errors import ProductNotFound
from membership.catalogue.shapes import LevelPrice
from membership.catalogue.terms import contradiction, judged
from membership.catalogue.wishes import look_at_product

PRICES = """
SELECT level_id AS level, points, money_fen FROM product_price JOIN tier_level ON tier_level.code = level_id
WHERE product_id = $1 ORDER BY tier_level.rank
"""
# The price of everybody first, then level by level: each beside the one below it.
RISING = """
SELECT EXISTS (
  SELECT FROM (
    SELECT points, money_fen, lag(points) OVER upward AS points_below, lag(money_fen) OVER upward AS money_below FROM (
      SELECT -1 AS rank, points, money_fen FROM product WHERE id = $1
      UNION ALL
      SELECT tier_level.rank, points, money_fen FROM product_price JOIN tier_level ON tier_level.code = level_id
      WHERE product_id = $1
    ) price WINDOW upward AS (ORDER BY rank)
  ) step WHERE points > points_below OR money_fen > money_below
)
"""


@transactional
async def set_prices(by: UUID, product_id: UUID, prices: Sequence[LevelPrice]) -> None:
    """Replaces the prices by level; with none, everybody pays the same.

    Raises `ProductNotFound`; `Invalid` for an unknown level, and when a higher level would pay more.
    """
    if not await database.fetchval("SELECT true FROM product WHERE id = $1 FOR UPDATE", product_id):
        raise ProductNotFound
    before = [dict(row) for row in await database.fetch(PRICES, product_id)]
    await database.execute("DELETE FROM product_price WHERE product_id = $1", product_id)
    with judged():
        await database.execute(
            "INSERT INTO product_price (product_id, level_id, points, money_fen)"
            " SELECT $1, * FROM unnest($2::varchar[], $3::int[], $4::int[])",
            product_id,
            [price.level for price in prices],
            [price.points for price in prices],
            [price.money_fen for price in prices],
        )
    await refuse_rising_prices(product_id)
    await look_at_product(product_id)
    after = [dict(row) for row in await database.fetch(PRICES, product_id)]
    await audit.record(by, "product.priced", "product", product_id, before={"prices": before}, after={"prices": after})


async def refuse_rising_prices(product_id: UUID) -> None:
    """In the transaction that wrote prices. Raises `Invalid` when a level would pay more than the one below it."""
    if await database.fetchval(RISING, product_id):
        raise contradiction("prices", "高等级的价格不能高于低等级，积分和金额都是如此")
