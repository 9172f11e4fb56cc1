"""What always holds of purchases."""

from foundation.invariants import Invariant

# What was kept of each article, as `targets.kept_fen` computes it.
_KEPT = """
SELECT event.receipt_id, line->>'sku' AS sku, GREATEST(0,
    COALESCE(sum((line->>'amount_fen')::bigint) FILTER (WHERE event.kind = 'sale'), 0)
    - COALESCE(sum((line->>'amount_fen')::bigint) FILTER (WHERE event.kind = 'return'), 0)) AS kept
FROM purchase_event event JOIN purchase_receipt known ON known.id = event.receipt_id
CROSS JOIN LATERAL jsonb_array_elements(event.lines::jsonb) AS line
WHERE event.ordinal <= known.settled_events %s
GROUP BY event.receipt_id, line->>'sku'
"""

_NET = f"""
SELECT receipt.id, COALESCE(sum(article.kept), 0) AS net,
  COALESCE((SELECT sum(value::bigint) FROM jsonb_each_text(receipt.posted_bonuses::jsonb)), 0) AS bonuses
FROM purchase_receipt receipt LEFT JOIN ({_KEPT % ""}) article ON article.receipt_id = receipt.id
WHERE receipt.settled_events > 0
GROUP BY receipt.id
"""  # noqa: S608  # a constant of this module

# What the promises are worth for what was kept, as `earning.Bonus.points` computes it.
_BONUSES = f"""
SELECT receipt.id, bonus->>'code' AS code, LEAST((bonus->>'most')::bigint, floor(
    sum(article.kept) * receipt.rate_numerator * ((bonus->>'numerator')::int - (bonus->>'denominator')::int)
    / (100.0 * receipt.rate_denominator * (bonus->>'denominator')::int))) AS points
FROM purchase_receipt receipt CROSS JOIN LATERAL jsonb_array_elements(receipt.bonuses::jsonb) AS bonus
JOIN ({_KEPT % "AND known.bonuses IS NOT NULL"}) article ON article.receipt_id = receipt.id
  AND (bonus->'skus' IS NULL OR bonus->'skus' ? article.sku)
WHERE receipt.settled_events > 0 AND receipt.bonuses IS NOT NULL
GROUP BY receipt.id, bonus
"""  # noqa: S608  # a constant of this module

INVARIANTS = (
    Invariant(
        name="purchases.posted_is_what_the_events_say",
        sentence="What was posted for a receipt follows from the events it was settled with.",
        breaks=f"""
SELECT receipt.id, net.net, receipt.posted_amount_fen, receipt.posted_points
FROM purchase_receipt receipt JOIN ({_NET}) net ON net.id = receipt.id
WHERE receipt.posted_amount_fen <> net.net
  OR receipt.posted_points - net.bonuses
    <> floor(net.net * receipt.rate_numerator / (100.0 * receipt.rate_denominator))
  OR receipt.posted_growth <> floor(net.net / 100.0)
  OR receipt.posted_purchases <> (net.net > 0)::int
""",  # noqa: S608  # a constant of this module
    ),
    Invariant(
        name="purchases.bonuses_are_what_was_promised",
        sentence="The bonuses that were posted follow from what was promised when the sale came and what was kept.",
        breaks=f"""
SELECT wanted.id, wanted.code, wanted.points, receipt.posted_bonuses
FROM ({_BONUSES}) wanted JOIN purchase_receipt receipt ON receipt.id = wanted.id
WHERE COALESCE((receipt.posted_bonuses::jsonb->>wanted.code)::bigint, 0) <> wanted.points
""",  # noqa: S608  # a constant of this module
    ),
    Invariant(
        name="purchases.ledger_agrees",
        sentence="The points ledger holds for every receipt what the receipt says was posted.",
        breaks="""
SELECT receipt.id, receipt.posted_points, COALESCE(sum(entry.amount), 0) AS in_ledger
FROM purchase_receipt receipt
LEFT JOIN points_entry entry ON entry.kind IN ('purchase', 'purchase_return', 'earned')
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
        sentence="What a code was used for is there: a sale, a top-up, a payment from a wallet, or a bought level.",
        breaks="""
SELECT used.id, used.receipt
FROM card_code_use used
LEFT JOIN (
  SELECT store_id, number FROM purchase_receipt UNION SELECT store_id, number FROM wallet_top_up
  UNION SELECT store_id, number FROM wallet_payment
  UNION SELECT store_id, number FROM paid_level WHERE number IS NOT NULL
) receipt ON receipt.store_id = used.store_id AND receipt.number = used.receipt
WHERE used.receipt IS NOT NULL AND receipt.number IS NULL
""",
    ),
)
