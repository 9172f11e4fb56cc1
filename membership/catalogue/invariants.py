"""What always holds of the catalogue. That orders hold what is not in stock is said above the sales (`flash.stock`)."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "catalogue.supplied",
        "What was supplied to a place is the sum of its movements.",
        # Keys without NULL, so that the two sides are hashed and not compared each with each.
        "SELECT product_id, place, supplied, pieces FROM ("
        "  SELECT id AS product_id, id AS place, supplied FROM product"
        "  UNION ALL SELECT product_id, store_id, supplied FROM product_stock) there"
        " FULL JOIN (SELECT product_id, coalesce(store_id, product_id) AS place, sum(pieces) AS pieces"
        "  FROM stock_movement GROUP BY 1, 2) moved USING (product_id, place)"
        " WHERE coalesce(supplied, 0) <> coalesce(pieces, 0)",
    ),
    Invariant(
        "catalogue.no_level_pays_more",
        "A level pays no more than everybody, nor than a level below it.",
        "SELECT product_id, rank, points, points_below FROM ("
        "  SELECT product_id, rank, points, money_fen,"
        "    lag(points) OVER upward AS points_below, lag(money_fen) OVER upward AS money_below FROM ("
        "    SELECT id AS product_id, -1 AS rank, points, money_fen FROM product"
        "     WHERE id IN (SELECT product_id FROM product_price)"
        "    UNION ALL SELECT product_id, tier_level.rank, points, money_fen FROM product_price"
        "     JOIN tier_level ON tier_level.code = level_id) price"
        "  WINDOW upward AS (PARTITION BY product_id ORDER BY rank)) step"
        " WHERE points > points_below OR money_fen > money_below",
    ),
    Invariant(
        "catalogue.cover",
        "The cover of a product is the first of its pictures.",
        "SELECT product.id, product.cover, picture.id AS first FROM product"
        " FULL JOIN (SELECT id, product_id FROM product_picture WHERE place = 0) picture"
        " ON picture.product_id = product.id WHERE product.cover IS DISTINCT FROM picture.id",
    ),
    Invariant(
        "catalogue.findable",
        "Every product can be searched for.",
        "SELECT product.id FROM product LEFT JOIN product_search ON product_search.product_id = product.id"
        " WHERE product_search.product_id IS NULL",
    ),
)
