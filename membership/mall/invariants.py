"""What always holds of gifts and redemptions."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "mall.stock",
        "What was supplied to a place is in stock there, reserved or handed over.",
        "SELECT place.product_id, place.store_id, place.supplied, place.stock, gone.pieces FROM ("
        "  SELECT id AS product_id, NULL::uuid AS store_id, stock, supplied FROM product"
        "  UNION ALL SELECT product_id, store_id, stock, supplied FROM product_stock) place"
        " FULL JOIN (SELECT product_id, stock_store_id, sum(quantity) AS pieces FROM redemption"
        "  WHERE status <> 'cancelled' GROUP BY product_id, stock_store_id) gone"
        # Keys without NULL, so that the two sides are hashed and not compared each with each.
        " ON gone.product_id = place.product_id"
        " AND coalesce(gone.stock_store_id, gone.product_id) = coalesce(place.store_id, place.product_id)"
        " WHERE place.supplied - place.stock IS DISTINCT FROM coalesce(gone.pieces, 0)",
    ),
    Invariant(
        "mall.paid",
        "Every redemption took its points once.",
        "SELECT redemption.id, redemption.points, points_entry.amount FROM redemption LEFT JOIN points_entry"
        " ON points_entry.kind = 'redemption' AND points_entry.key = redemption.id::text"
        " WHERE points_entry.amount IS DISTINCT FROM -redemption.points",
    ),
    Invariant(
        "mall.given_back",
        "A cancelled redemption gave its points back, and no other did.",
        "SELECT redemption.id, redemption.status, points_entry.amount FROM redemption LEFT JOIN points_entry"
        " ON points_entry.kind = 'redemption_cancelled' AND points_entry.key = redemption.id::text"
        " WHERE points_entry.amount IS DISTINCT FROM"
        " CASE WHEN redemption.status = 'cancelled' THEN redemption.points END",
    ),
    Invariant(
        "mall.no_points_for_nothing",
        "Every entry that speaks of a redemption has one.",
        "SELECT points_entry.id, points_entry.key FROM points_entry LEFT JOIN redemption"
        " ON redemption.id::text = points_entry.key"
        " WHERE points_entry.kind IN ('redemption', 'redemption_cancelled') AND redemption.id IS NULL",
    ),
)
