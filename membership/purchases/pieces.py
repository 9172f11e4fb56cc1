"""How many pieces of an article somebody kept, for the statements of features above."""

PIECES = """
SELECT line.sku, max(event.occurred_at) FILTER (WHERE event.kind = 'sale') AS bought_at,
       COALESCE(sum(line.quantity) FILTER (WHERE event.kind = 'sale'), 0)
       - COALESCE(sum(line.quantity) FILTER (WHERE event.kind = 'return'), 0) AS pieces
  FROM purchase_receipt receipt JOIN purchase_event event ON event.receipt_id = receipt.id
 CROSS JOIN LATERAL jsonb_to_recordset(event.lines::jsonb) AS line (sku text, quantity int)
 WHERE receipt.member_id = {member} AND receipt.occurred_on >= {since} AND line.sku = ANY({skus})
 GROUP BY receipt.id, line.sku
"""
"""Pieces of each article by receipt, those of a price of nothing among them: sold less what came back, which is 0 or
less when all of it did. For `{member}`, sold from the day `{since}` on, of the articles `{skus}` (text[])."""
