"""What always holds of gifts and redemptions."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "mall.stock",
        "What was supplied is in stock, reserved or handed over.",
        "SELECT product.id, product.supplied, product.stock, COALESCE(SUM(redemption.quantity), 0) AS gone FROM product"
        " LEFT JOIN redemption ON redemption.product_id = product.id AND redemption.status <> 'cancelled'"
        " GROUP BY product.id HAVING product.supplied <> product.stock + COALESCE(SUM(redemption.quantity), 0)",
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
