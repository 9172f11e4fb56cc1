"""Makers: a whole consistent world by SQL, as large as one likes, for measuring what only size shows.

Every member lives the same ten entries over two years: a gift for joining, three purchases, one of them partly
returned, a gift picked up, one cancelled, a sign-in, an expiry. Constraints hold; triggers and foreign keys are not
asked while it is written, which is why nothing but a bench may do this.
"""

import asyncpg

ENTRIES_PER_MEMBER = 10

PREPARE = """
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '64MB';
CREATE FUNCTION pg_temp.an_id(what text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT md5(what || number)::uuid $$;
INSERT INTO partner (id, name, data_key) VALUES (pg_temp.an_id('partner', 0), 'bench', 'x');
INSERT INTO store (id, code, name, address, open, partner_id)
SELECT pg_temp.an_id('store', n), 'B' || lpad(n::text, 4, '0'), '门店' || n, '地址', true, pg_temp.an_id('partner', 0)
  FROM generate_series(0, 49) n;
INSERT INTO staff_user (id, name, password_hash, data_key, totp_sealed, last_totp_step, role, store_id, active)
VALUES (pg_temp.an_id('clerk', 0), 'bench', 'x', 'x', 'x', 0, 'clerk', pg_temp.an_id('store', 0), true);
INSERT INTO earn_rule (id, code, version, way, name, parameters, valid_from, valid_months, active)
VALUES (pg_temp.an_id('rule', 0), 'bench_sign_in', 1, 'sign_in', '签到', '{}', '2020-01-01', 12, true);
CREATE TEMP TABLE line (k int, amount bigint, balance bigint, kind text);
INSERT INTO line VALUES
    (1, 100, 100, 'welcome_gift'), (2, 200, 300, 'purchase'), (3, 300, 600, 'purchase'), (4, -100, 500, 'redemption'),
    (5, 150, 650, 'purchase'), (6, -50, 600, 'purchase_return'), (7, -120, 480, 'redemption'),
    (8, 120, 600, 'redemption_cancelled'), (9, 5, 605, 'earned'), (10, -80, 525, 'expiry');
"""

# $1: members. Entry k of member m has the id (k − 1) · members + m; a lot has the id of the entry that granted it. The
# whole lies in the two years before this month, a share of a second between one entry and the next.
WRITE = (
    """
INSERT INTO member (id, number, status, origin, data_key)
SELECT pg_temp.an_id('member', m), (100000000000 + m)::text, 'active', 'store', 'x'
  FROM generate_series(1, $1::bigint) m
""",
    """
INSERT INTO points_account (member_id, balance, debt)
SELECT pg_temp.an_id('member', m), 525, 0 FROM generate_series(1, $1::bigint) m
""",
    """
INSERT INTO tier_standing (member_id, level_id, level_after_id, growth)
SELECT pg_temp.an_id('member', m), base.code, base.code, 600
  FROM generate_series(1, $1::bigint) m, tier_level base WHERE base.rank = 0
""",
    """
INSERT INTO points_entry (id, member_id, kind, key, amount, balance_after, debt_after, rule, store_id, reverses_id,
                          created_at)
SELECT (k - 1) * $1::bigint + m, pg_temp.an_id('member', m), kind,
       CASE k WHEN 1 THEN pg_temp.an_id('gift', m)::text
              WHEN 4 THEN pg_temp.an_id('order4', m)::text
              WHEN 6 THEN pg_temp.an_id('receipt5', m) || ':2'
              WHEN 7 THEN pg_temp.an_id('order7', m)::text
              WHEN 8 THEN pg_temp.an_id('order7', m)::text
              WHEN 9 THEN 'bench_sign_in:' || m
              WHEN 10 THEN pg_temp.an_id('expiry', m)::text
              ELSE pg_temp.an_id('receipt' || k, m) || ':1' END,
       amount, balance, 0, CASE k WHEN 9 THEN 'bench_sign_in' END,
       CASE WHEN k IN (2, 3, 4, 5, 6, 7, 8) THEN pg_temp.an_id('store', m % 50) END,
       CASE k WHEN 8 THEN 6 * $1::bigint + m END,
       date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai' - interval '720 days'
           + interval '720 days' * (((k - 1) * $1::bigint + m) / (10.0 * $1::bigint + 1))
  FROM line, generate_series(1, $1::bigint) m ORDER BY k, m
""",
    """
INSERT INTO points_lot (id, member_id, entry_id, granted, remaining, expires_on, spendable_from)
SELECT id, member_id, id, amount,
       CASE (id - 1) / $1::bigint + 1 WHEN 1 THEN 0 WHEN 2 THEN 120 WHEN 5 THEN 100 ELSE amount END,
       (date_trunc('month', now()) + interval '3 months' + ((id % 12) || ' months')::interval - interval '1 day')::date,
       created_at
  FROM points_entry WHERE kind IN ('welcome_gift', 'purchase', 'earned')
""",
    """
INSERT INTO points_lot_use (entry_id, lot_id, amount)
SELECT (k - 1) * $1::bigint + m, (lot - 1) * $1::bigint + m, amount
  FROM (VALUES (4, 1, 100), (6, 5, 50), (7, 2, 120), (8, 2, -120), (10, 2, 80)) AS used (k, lot, amount),
       generate_series(1, $1::bigint) m
""",
    """
INSERT INTO gift_claim (id, gift_id, member_id, points)
SELECT pg_temp.an_id('gift', m), 'welcome', pg_temp.an_id('member', m), 100 FROM generate_series(1, $1::bigint) m
""",
    """
INSERT INTO earn_award (code, key, points, day, member_id, rule_id)
SELECT 'bench_sign_in', m::text, 5, current_date - 90, pg_temp.an_id('member', m), pg_temp.an_id('rule', 0)
  FROM generate_series(1, $1::bigint) m
""",
    """
INSERT INTO purchase_receipt (id, number, events, settled_events, occurred_on, level, rate_numerator, rate_denominator,
                              posted_points, posted_growth, posted_amount_fen, posted_purchases, postings, member_id,
                              partner_id, store_id)
SELECT pg_temp.an_id('receipt' || k, m), k || '-' || m, events, events, current_date - 400, base.code, 1, 1,
       points, points, points * 100, 1, events, pg_temp.an_id('member', m), pg_temp.an_id('partner', 0),
       pg_temp.an_id('store', m % 50)
  FROM (VALUES (2, 1, 200), (3, 1, 300), (5, 2, 100)) AS receipt (k, events, points),
       generate_series(1, $1::bigint) m, tier_level base WHERE base.rank = 0
""",
    """
INSERT INTO purchase_event (id, ordinal, kind, number, terminal, occurred_at, fingerprint, lines, amount_fen,
                            first_status, partner_id, receipt_id, store_id)
SELECT pg_temp.an_id('event' || k || kind, m), ordinal, kind, kind || k || '-' || m, 'POS-1',
       now() - interval '400 days', 'x',
       jsonb_build_array(jsonb_build_object('sku', 'A1', 'name', '奶粉', 'quantity', 1, 'amount_fen', fen)), fen,
       'received', pg_temp.an_id('partner', 0), pg_temp.an_id('receipt' || k, m), pg_temp.an_id('store', m % 50)
  FROM (VALUES (2, 1, 'sale', 20000), (3, 1, 'sale', 30000), (5, 1, 'sale', 15000), (5, 2, 'return', 5000))
           AS event (k, ordinal, kind, fen),
       generate_series(1, $1::bigint) m
""",
    """
INSERT INTO growth_entry (member_id, key, occurred_on, growth, amount_fen, purchases)
SELECT pg_temp.an_id('member', m), pg_temp.an_id('receipt' || k, m) || ':' || turn, current_date - 400, growth,
       growth * 100, bought
  FROM (VALUES (2, 1, 200, 1), (3, 1, 300, 1), (5, 1, 150, 1), (5, 2, -50, 0)) AS grown (k, turn, growth, bought),
       generate_series(1, $1::bigint) m
""",
    """
INSERT INTO product (id, name, description, points, stock, supplied, promotion_refused, on_sale, sort)
SELECT pg_temp.an_id('product', p), '商品' || p, '', 100, 1000, 1000 + count(m), false, true, p
  FROM generate_series(0, 199) p LEFT JOIN generate_series(1, $1::bigint) m ON m % 200 = p GROUP BY p
""",
    """
INSERT INTO product_search (product_id, text, grams) SELECT id, name, '{}' FROM product WHERE $1::bigint > 0
""",
    """
INSERT INTO stock_movement (product_id, kind, pieces)
SELECT id, 'supplied', supplied FROM product WHERE $1::bigint > 0
""",
    """
INSERT INTO redemption (id, quantity, points, status, pickup_code, created_at, handed_over_at, handed_over_by_id,
                        cancelled_at, member_id, product_id, store_id)
SELECT pg_temp.an_id('order' || k, m), 1, points, status, lpad((m % 100000000)::text, 8, '0'),
       now() - interval '300 days',
       CASE status WHEN 'handed_over' THEN now() - interval '299 days' END,
       CASE status WHEN 'handed_over' THEN pg_temp.an_id('clerk', 0) END,
       CASE status WHEN 'cancelled' THEN now() - interval '299 days' END,
       pg_temp.an_id('member', m), pg_temp.an_id('product', m % 200), pg_temp.an_id('store', m % 50)
  FROM (VALUES (4, 100, 'handed_over'), (7, 120, 'cancelled')) AS made (k, points, status),
       generate_series(1, $1::bigint) m
""",
)

FINISH = """
SELECT setval('points_entry_id_seq', (SELECT max(id) FROM points_entry)),
       setval('points_lot_id_seq', (SELECT max(id) FROM points_lot));
"""


async def plant(connection: asyncpg.Connection, members: int) -> None:
    """Writes the world of so many members into an empty, migrated database; as its superuser."""
    await connection.execute(PREPARE)
    for statement in WRITE:
        await connection.execute(statement, members)
    await connection.execute(FINISH)
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE")
