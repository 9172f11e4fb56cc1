"""What always holds of purchases."""

from foundation.invariants import Invariant

# Net per article, as `targets.net_amount_fen` computes it.
_NET = """
SELECT receipt.id, COALESCE(sum(GREATEST(0, article.sold - article.returned)), 0) AS net
FROM purchase_receipt receipt
LEFT JOIN (
  SELECT event.receipt_id, line->>'sku' AS sku,
    COALESCE(sum((line->>'amount_fen')::bigint) FILTER (WHERE event.kind = 'sale'), 0) AS sold,
    COALESCE(sum((line->>'amount_fen')::bigint) FILTER (WHERE event.kind = 'return'), 0) AS returned
  FROM purchase_event event JOIN purchase_receipt known ON known.id = event.receipt_id
  CROSS JOIN LATERAL jsonb_array_elements(event.lines::jsonb) AS line
  WHERE event.ordinal <= known.settled_events
  GROUP BY event.receipt_id, line->>'sku'
) article ON article.receipt_id = receipt.id
WHERE receipt.settled_events > 0
GROUP BY receipt.id
"""

INVARIANTS = (
    Invariant(
        name="purchases.posted_is_what_the_events_say",
        sentence="What was posted for a receipt follows from the events it was settled with.",
        breaks=f"""
SELECT receipt.id, net.net, receipt.posted_amount_fen, receipt.posted_points
FROM purchase_receipt receipt JOIN ({_NET}) net ON net.id = receipt.id
WHERE receipt.posted_amount_fen <> net.net
  OR receipt.posted_points <> floor(net.net * receipt.rate_numerator / (100.0 * receipt.rate_denominator))
  OR receipt.posted_growth <> floor(net.net / 100.0)
  OR receipt.posted_purchases <> (net.net > 0)::int
""",  # noqa: S608  # a constant of this module
    ),
    Invariant(
        name="purchases.ledger_agrees",
        sentence="The points ledger holds for every receipt what the receipt says was posted.",
        breaks="""
SELECT receipt.id, receipt.posted_points, COALESCE(sum(entry.amount), 0) AS in_ledger
FROM purchase_receipt receipt
LEFT JOIN points_entry entry ON entry.kind IN ('purchase', 'purchase_return')
  AND split_part(entry.key, ':', 1) = receipt.id::text
GROUP BY receipt.id, receipt.posted_points
HAVING receipt.posted_points <> COALESCE(sum(entry.amount), 0)
""",
    ),
    Invariant(
        name="purchases.events_are_counted",
        sentence="A receipt counts its events, and at most one of them is a sale.",
        breaks="""
SELECT receipt.id, receipt.events, count(event.id) AS stored
FROM purchase_receipt receipt LEFT JOIN purchase_event event ON event.receipt_id = receipt.id
GROUP BY receipt.id
HAVING receipt.events <> count(event.id)
  OR (receipt.occurred_on IS NOT NULL)::int <> count(event.id) FILTER (WHERE event.kind = 'sale')
""",
    ),
    Invariant(
        name="purchases.codes_have_their_sale",
        sentence="The sale that a code was used for is there.",
        breaks="""
SELECT used.id, used.receipt
FROM card_code_use used
WHERE used.receipt IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM purchase_receipt receipt WHERE receipt.store_id = used.store_id AND receipt.number = used.receipt
)
""",
    ),
)
