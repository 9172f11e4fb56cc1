"""What always holds of gifts and redemptions."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "mall.paid",
        "Every order took its points once.",
        "SELECT redemption.id, redemption.points, points_entry.amount FROM redemption LEFT JOIN points_entry"
        " ON points_entry.kind = 'redemption' AND points_entry.key = redemption.id::text"
        " WHERE points_entry.amount IS DISTINCT FROM -redemption.points",
    ),
    Invariant(
        "mall.given_back",
        "A cancelled order gave its points back, and no other did.",
        "SELECT redemption.id, redemption.status, points_entry.amount FROM redemption LEFT JOIN points_entry"
        " ON points_entry.kind = 'redemption_cancelled' AND points_entry.key = redemption.id::text"
        " WHERE points_entry.amount IS DISTINCT FROM"
        " CASE WHEN redemption.status = 'cancelled' THEN redemption.points END",
    ),
    Invariant(
        "mall.returned",
        "A returned order gave its points back, and no other did.",
        "SELECT redemption.id, redemption.status, points_entry.amount FROM redemption LEFT JOIN points_entry"
        " ON points_entry.kind = 'order_returned' AND points_entry.key = redemption.id::text"
        " WHERE points_entry.amount IS DISTINCT FROM"
        " CASE WHEN redemption.status = 'returned' THEN redemption.points END",
    ),
    Invariant(
        "mall.no_points_for_nothing",
        "Every entry that speaks of an order has one.",
        "SELECT points_entry.id, points_entry.key FROM points_entry LEFT JOIN redemption"
        " ON redemption.id::text = points_entry.key"
        " WHERE points_entry.kind IN ('redemption', 'redemption_cancelled', 'order_returned')"
        " AND redemption.id IS NULL",
    ),
    Invariant(
        "mall.money",
        "What went on was paid in full, what was given up asked for its money back, and nothing waits for ever.",
        "SELECT redemption.id, redemption.status, payment.status AS payment, refund.amount_fen AS refund_fen"
        " FROM redemption JOIN payment ON payment.id = redemption.payment_id"
        " LEFT JOIN payment_refund refund ON refund.payment_id = payment.id AND refund.key = redemption.id::text"
        " WHERE payment.amount_fen <> redemption.money_fen OR payment.subject_id <> redemption.id"
        " OR (redemption.paid_at IS NOT NULL AND payment.status NOT IN ('paid', 'disputed'))"
        " OR refund.amount_fen IS DISTINCT FROM CASE WHEN payment.status = 'paid'"
        "  AND redemption.status IN ('cancelled', 'returned') THEN payment.amount_fen END"
        " OR (redemption.status = 'awaiting_payment' AND redemption.pay_by < now() - interval '1 hour')",
    ),
    Invariant(
        "mall.goods",
        "Codes are held by orders of their product that were not given up, as many as pieces.",
        "SELECT redemption.id, redemption.status, redemption.quantity, held.codes FROM"
        " (SELECT order_id, product_id, count(*) AS codes FROM virtual_good WHERE order_id IS NOT NULL"
        "  GROUP BY order_id, product_id) held JOIN redemption ON redemption.id = held.order_id"
        " WHERE redemption.status = 'cancelled' OR redemption.fulfilment <> 'virtual'"
        " OR redemption.product_id <> held.product_id OR redemption.quantity <> held.codes",
    ),
)
