"""What always holds of coupons."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        "coupons.issued",
        "As many coupons of a template exist as it says were issued.",
        "SELECT template.id, template.issued, COALESCE(made.coupons, 0) AS coupons FROM coupon_template template"
        " LEFT JOIN (SELECT template_id, count(*) AS coupons FROM coupon GROUP BY template_id) made"
        " ON made.template_id = template.id WHERE template.issued <> COALESCE(made.coupons, 0)",
    ),
    Invariant(
        "coupons.ordinals",
        "Of every template a member's coupons are counted without a gap.",
        "SELECT issued_to_id, template_id, count(*), max(ordinal) FROM coupon GROUP BY issued_to_id, template_id"
        " HAVING count(*) <> max(ordinal)",
    ),
    Invariant(
        "coupons.used_once",
        "A used coupon has its use, in the checkout that it names, and no other coupon has one that counts.",
        "SELECT coupon.id, coupon.checkout_id, coupon_use.checkout_id AS used_in FROM coupon FULL JOIN"
        " (SELECT * FROM coupon_use WHERE used_at IS NOT NULL AND NOT given_back) coupon_use"
        " ON coupon_use.coupon_id = coupon.id"
        " WHERE (coupon.used_at IS NOT NULL) <> (coupon_use.id IS NOT NULL)"
        " OR (coupon.used_at IS NOT NULL AND coupon_use.checkout_id <> coupon.checkout_id)",
    ),
    Invariant(
        "coupons.uses_follow_checkouts",
        "The coupons of a checkout take off what it says, were used when it was, and returned when it was.",
        "SELECT checkout.id, checkout.status, checkout.discount_fen, COALESCE(applied.discount_fen, 0) AS applied"
        " FROM coupon_checkout checkout LEFT JOIN (SELECT checkout_id, sum(discount_fen) AS discount_fen,"
        "  bool_and(used_at IS NOT NULL) AS used, bool_or(used_at IS NOT NULL) AS any_used,"
        "  bool_and(returned_at IS NOT NULL) AS returned, bool_or(returned_at IS NOT NULL) AS any_returned"
        "  FROM coupon_use GROUP BY checkout_id) applied ON applied.checkout_id = checkout.id"
        " WHERE checkout.discount_fen <> COALESCE(applied.discount_fen, 0)"
        " OR (checkout.status IN ('used', 'returned')) IS DISTINCT FROM applied.used"
        " OR applied.used <> applied.any_used OR (checkout.status = 'returned') IS DISTINCT FROM applied.returned"
        " OR applied.returned <> applied.any_returned",
    ),
    Invariant(
        "coupons.never_below_nothing",
        "No line of a checkout costs less than nothing, and the lines' discounts are those of the whole.",
        "SELECT checkout.id, checkout.discount_fen, sum((line->>'discount_fen')::bigint) AS on_lines"
        " FROM coupon_checkout checkout CROSS JOIN LATERAL jsonb_array_elements(checkout.lines::jsonb) line"
        " GROUP BY checkout.id, checkout.discount_fen"
        " HAVING checkout.discount_fen <> sum((line->>'discount_fen')::bigint)"
        " OR bool_or((line->>'discount_fen')::bigint NOT BETWEEN 0 AND (line->>'amount_fen')::bigint)",
    ),
    Invariant(
        "coupons.nothing_off_the_unpromoted",
        "Since an article may not be promoted, no coupon has taken anything off its price.",
        "SELECT checkout.id, forbidden.sku FROM coupon_unpromoted_sku forbidden JOIN coupon_checkout checkout"
        " ON checkout.created_at > forbidden.created_at"
        " CROSS JOIN LATERAL jsonb_array_elements(checkout.lines::jsonb) line"
        " WHERE line->>'sku' = forbidden.sku AND (line->>'discount_fen')::bigint > 0",
    ),
)
