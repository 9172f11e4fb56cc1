"""What always holds of payments and refunds."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "payments.refund_sums",
        "What a payment says of its refunds is their sum, and never more than what was paid.",
        "SELECT payment.id, payment.amount_fen, payment.refund_fen, payment.refunded_fen,"
        " COALESCE(refunds.claimed, 0) AS claimed, COALESCE(refunds.arrived, 0) AS arrived FROM payment"
        " LEFT JOIN (SELECT payment_id, SUM(amount_fen) FILTER (WHERE status <> 'closed') AS claimed,"
        " SUM(amount_fen) FILTER (WHERE status = 'succeeded') AS arrived FROM payment_refund GROUP BY payment_id)"
        " refunds ON refunds.payment_id = payment.id"
        " WHERE payment.refund_fen <> COALESCE(refunds.claimed, 0)"
        " OR payment.refunded_fen <> COALESCE(refunds.arrived, 0)"
        " OR payment.refund_fen > payment.amount_fen",
    ),
    Invariant(
        "payments.late_money_goes_back",
        "Money that came after the close has a refund of all of it, or an incident says why not.",
        "SELECT payment.id, payment.amount_fen, payment.refund_fen FROM payment"
        " LEFT JOIN payment_incident ON payment_incident.payment_id = payment.id"
        " WHERE payment.status = 'late' AND payment.refund_fen <> payment.amount_fen"
        " AND payment_incident.id IS NULL",
    ),
    Invariant(
        "payments.disputes_are_known",
        "Every disputed payment has an incident.",
        "SELECT payment.id FROM payment LEFT JOIN payment_incident ON payment_incident.payment_id = payment.id"
        " WHERE payment.status = 'disputed' AND payment_incident.id IS NULL",
    ),
    Invariant(
        "payments.somebody_asks",
        "Nothing open has waited for an hour without the provider being asked.",
        "SELECT id, next_ask_at FROM payment WHERE next_ask_at < now() - interval '1 hour'"
        " UNION ALL SELECT id, next_ask_at FROM payment_refund WHERE next_ask_at < now() - interval '1 hour'",
    ),
    Invariant(
        "payments.notifications_are_acted_on",
        "Every notification was acted on within an hour.",
        "SELECT id, number, kind FROM payment_notification WHERE acted_at IS NULL"
        " AND received_at < now() - interval '1 hour'",
    ),
)
