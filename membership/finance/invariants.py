"""The proof of the books: closed months are what the ledger says, and follow from each other."""

from foundation.invariants import Invariant
from membership.finance.closing import OUTSTANDING
from membership.finance.movements import movements

END = "((SELECT max(month) FROM finance_close) + interval '1 month') AT TIME ZONE 'Asia/Shanghai'"
"""When the last closed month ended; null before the first."""

INVARIANTS = (
    Invariant(
        name="finance.closed_months_are_the_ledger",
        sentence="What was written down of closed months is what the ledger says of them today.",
        breaks=f"""
            SELECT month, kind, store_id, rule, written.entries, written.points,
                   posted.entries AS posted_entries, posted.points AS posted_points
              FROM (SELECT month, kind, coalesce(store_id::text, '') AS store_id, rule, entries, points
                      FROM finance_month) written
              FULL JOIN (SELECT month, kind, coalesce(store_id::text, '') AS store_id, rule, entries, points
                           FROM ({movements("'-infinity'", END)}) movement) posted
             USING (month, kind, store_id, rule)
             WHERE (written.entries, written.points) IS DISTINCT FROM (posted.entries, posted.points)
        """,  # noqa: S608  # our own statement
    ),
    Invariant(
        name="finance.closings_follow_each_other",
        sentence="Months are closed without a gap, and each one's net is that of the month before and what it moved.",
        breaks="""
            SELECT month, net, before, moved FROM (
                SELECT month, net, coalesce(moved, 0) AS moved, coalesce(lag(net) OVER in_order, 0) AS before,
                       lag(month) OVER in_order AS month_before
                  FROM finance_close
                  LEFT JOIN (SELECT month, sum(points) AS moved FROM finance_month GROUP BY month) sums USING (month)
                WINDOW in_order AS (ORDER BY month)) line
             WHERE net <> before + moved OR month_before + interval '1 month' <> month
        """,
    ),
    Invariant(
        name="finance.liability_is_in_the_lots",
        sentence="What was outstanding when the last closed month ended is what the lots held then.",
        breaks=f"""
            SELECT coalesce(written.expires_on, held.expires_on) AS expires_on, written.points, held.points AS held
              FROM (SELECT expires_on, pending, points FROM finance_expiry
                     WHERE month = (SELECT max(month) FROM finance_close)) written
              FULL JOIN (SELECT * FROM ({OUTSTANDING.format(at=END)}) lots) held
                ON coalesce(written.expires_on, 'infinity') = coalesce(held.expires_on, 'infinity')
               AND written.pending = held.pending
             WHERE written.points IS DISTINCT FROM held.points
        """,  # noqa: S608  # our own statement
    ),
)
