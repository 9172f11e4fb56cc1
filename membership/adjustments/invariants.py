"""What always holds of adjustments by hand."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="adjustments.ledger_agrees",
        sentence="Every posted adjustment is in the points ledger once with its amount, and no other is.",
        breaks="""
            SELECT adjustment.id, adjustment.status, adjustment.amount, entry.key, entry.amount AS posted
              FROM (SELECT id::text AS id, status, amount FROM points_adjustment WHERE status = 'posted') adjustment
              FULL JOIN (SELECT key, amount FROM points_entry
                          WHERE kind IN ('adjustment_up', 'adjustment_down')) entry ON entry.key = adjustment.id
             WHERE adjustment.amount IS DISTINCT FROM entry.amount
        """,
    ),
    Invariant(
        name="adjustments.days_add_up",
        sentence="What a person has used of a day's limit is what she posted alone on that day.",
        breaks="""
            SELECT staff_id, day, used.points, posted.points AS posted
              FROM (SELECT staff_id, day, points FROM adjustment_day) used
              FULL JOIN (SELECT requested_by_id AS staff_id, day, sum(abs(amount))::bigint AS points
                           FROM points_adjustment WHERE NOT needs_second GROUP BY 1, 2) posted USING (staff_id, day)
             WHERE used.points IS DISTINCT FROM posted.points
        """,
    ),
)
