"""Every column of texts about people that is not sealed is judged here, so that a new one is judged as well.

What a person typed, or what leads to one, is sealed (`sealed` on the data map) or found by a keyed index. What may
stand in clear is named below by what it holds: then nobody's own words can be in it. `tests/last` looks whether that
is so.
"""

from collections.abc import Iterator

from foundation import database
from foundation.settings import Settings
from server import data_map

CODES = "words of our own that nobody types: kinds, codes, keys made of ids"
NUMBERS = "numbers that a till, WeChat or this program gave to a sale, a payment or an order"
SENTENCES = "our own sentences, with names of products, stores and rules, points and money"
THINGS = "what somebody of the staff typed about goods or rules; no row of it leads to a member"
JUDGED = {
    "audit_entry.action": CODES,
    "audit_entry.after": "what was changed, by name; the verbs put no value of a person there",
    "audit_entry.before": "the same",
    "audit_entry.subject": CODES,
    "audit_entry.subject_id": CODES,
    "card_code_use.receipt": NUMBERS,
    "card_code_use.terminal": NUMBERS,
    "consent.source": CODES,
    "coupon.key": CODES,
    "coupon.origin": CODES,
    "coupon_checkout.receipt": NUMBERS,
    "coupon_checkout.status": CODES,
    "coupon_checkout.terminal": NUMBERS,
    "destruction_record.rule": CODES,
    "destruction_record.what": CODES,
    "disclosure.asked_as": CODES,
    "disclosure.granted_parts": CODES,
    "disclosure.parts": CODES,
    "earn_award.code": CODES,
    "earn_award.key": CODES,
    "earn_rule.code": CODES,
    "earn_rule.levels": CODES,
    "earn_rule.name": THINGS,
    "earn_rule.parameters": THINGS,
    "earn_rule.skus": CODES,
    "earn_rule.stores": CODES,
    "growth_entry.key": CODES,
    "idempotency_key.key": "drawn by the client for one request, gone after a week",
    "key_rotation.busy": CODES,
    "key_rotation.unit": CODES,
    "member_merge.moved": "how much moved, and which levels",
    "notification.body": SENTENCES,
    "notification.key": CODES,
    "notification.kind": CODES,
    "notification.link": CODES,
    "notification.title": SENTENCES,
    "paid_level.number": NUMBERS,
    "paid_level.terminal": NUMBERS,
    "partner.name": "a company",
    "partner_key.id": CODES,
    "payment.description": SENTENCES,
    "payment.out_trade_no": NUMBERS,
    "payment.provider": CODES,
    "payment.purpose": CODES,
    "payment_incident.details": "amounts, and codes of the provider's",
    "payment_incident.kind": CODES,
    "payment_incident.reference": NUMBERS,
    "payment_notification.kind": CODES,
    "payment_notification.number": NUMBERS,
    "payment_notification.provider": CODES,
    "payment_refund.key": CODES,
    "payment_refund.out_refund_no": NUMBERS,
    "payment_refund.reason": SENTENCES,
    "pgqueuer.dedupe_key": CODES,
    "pgqueuer.entrypoint": CODES,
    "pgqueuer.headers": CODES,
    "points_entry.key": CODES,
    "points_entry.kind": CODES,
    "points_entry.note": "names of products and rules, numbers of receipts",
    "points_entry.rule": CODES,
    "product_quota.period": CODES,
    "purchase_event.number": NUMBERS,
    "purchase_event.terminal": NUMBERS,
    "purchase_receipt.bonuses": CODES,
    "purchase_receipt.level": CODES,
    "purchase_receipt.number": NUMBERS,
    "purchase_receipt.posted_bonuses": CODES,
    "redemption.cancelled_because": CODES,
    "redemption.carrier": "a company",
    "redemption.fulfilment": CODES,
    "referral_code.code": CODES,
    "session.audience": CODES,
    "session.claims": "a role and a store",
    "session.end_reason": CODES,
    "stock_movement.reason": THINGS,
    "wallet_entry.key": CODES,
    "wallet_payment.number": NUMBERS,
    "wallet_payment.terminal": NUMBERS,
    "wallet_reversal.number": NUMBERS,
    "wallet_reversal.terminal": NUMBERS,
    "wallet_top_up.number": NUMBERS,
    "wallet_top_up.terminal": NUMBERS,
    "wechat_message.kind": CODES,
    "wrapping_key.master": CODES,
}
TEXTS = """
SELECT col.table_name || '.' || col.column_name AS name FROM information_schema.columns col
 WHERE col.table_schema = 'public'
   AND col.data_type IN ('character varying', 'character', 'text', 'json', 'jsonb', 'ARRAY')
   AND NOT EXISTS (SELECT FROM pg_constraint con
                     JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = ANY(con.conkey)
                    WHERE con.conrelid = format('public.%I', col.table_name)::regclass AND att.attname = col.column_name
                      AND (con.contype = 'f' OR con.contype = 'c' AND pg_get_constraintdef(con.oid)
                           ~ format('^CHECK \\(\\(\\(%s\\)::text = ANY \\(\\(ARRAY\\[[^()]*\\]\\)', col.column_name)))
"""
"""Columns that can hold what somebody types: no references, and not those for which a CHECK lists the words."""


def in_clear() -> Iterator[str]:
    """Of tables that say something of people, the columns that the data map calls harmless."""
    for table in data_map.whole().tables.values():
        if table.is_of_people:
            for column in table.columns.values():
                if column.class_ in ("none", "pseudonym"):
                    yield f"{table.name}.{column.name}"


async def test_every_text_about_people_that_is_not_sealed_is_judged(world: Settings) -> None:
    """When this fails, a new column wants to be sealed, or to be named above with what it holds."""
    texts = {row["name"] for row in await database.fetch(TEXTS)}
    found = texts & set(in_clear())
    assert (found - JUDGED.keys(), JUDGED.keys() - found) == (set(), set())
