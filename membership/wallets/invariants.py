"""What always holds of stored value."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="wallets.entries_make_the_wallet",
        sentence="The sum of a member's entries is what her wallet holds, principal and gift each.",
        breaks="""
            SELECT wallet.member_id, wallet.principal_fen, wallet.gift_fen, ledger.principal, ledger.gift
              FROM wallet
              FULL JOIN (SELECT member_id, sum(principal_fen) AS principal, sum(gift_fen) AS gift
                           FROM wallet_entry GROUP BY member_id) ledger USING (member_id)
             WHERE (coalesce(wallet.principal_fen, 0), coalesce(wallet.gift_fen, 0))
                   <> (coalesce(ledger.principal, 0), coalesce(ledger.gift, 0))
        """,
    ),
    Invariant(
        name="wallets.entries_follow_each_other",
        sentence="Each entry shows what the entry before it showed, changed by what it moves.",
        breaks="""
            SELECT id, member_id
              FROM (SELECT id, member_id, principal_fen, gift_fen, principal_after_fen, gift_after_fen,
                           coalesce(lag(principal_after_fen) OVER line, 0) AS principal_before,
                           coalesce(lag(gift_after_fen) OVER line, 0) AS gift_before
                      FROM wallet_entry WINDOW line AS (PARTITION BY member_id ORDER BY id)) entry
             WHERE principal_after_fen <> principal_before + principal_fen OR gift_after_fen <> gift_before + gift_fen
        """,
    ),
    Invariant(
        name="wallets.ledger_agrees",
        sentence="Every top-up, payment, reversal and paid refund is in the ledger once, and no other.",
        breaks="""
            SELECT done.kind, done.key, entry.kind AS entry_kind, entry.key AS entry_key
              FROM (SELECT 'top_up' AS kind, id::text AS key, principal_fen, gift_fen FROM wallet_top_up
                    UNION ALL SELECT 'payment', id::text, -principal_fen, -gift_fen FROM wallet_payment
                    UNION ALL SELECT 'payment_reversed', id::text, principal_fen, gift_fen FROM wallet_reversal
                    UNION ALL SELECT 'refund', id::text, -principal_fen, -gift_fen FROM wallet_refund
                               WHERE status = 'paid') done
              FULL JOIN (SELECT kind, key, principal_fen, gift_fen FROM wallet_entry
                          WHERE kind NOT IN ('merge_out', 'merge_in')) entry
                   ON entry.kind = done.kind AND entry.key = done.key
             WHERE (done.principal_fen, done.gift_fen) IS DISTINCT FROM (entry.principal_fen, entry.gift_fen)
        """,
    ),
    Invariant(
        name="wallets.reversals_make_what_came_back",
        sentence="What has come back of a payment is the sum of its reversals.",
        breaks="""
            SELECT payment.id, payment.returned_principal_fen, payment.returned_gift_fen
              FROM wallet_payment payment
              LEFT JOIN (SELECT payment_id, sum(principal_fen) AS principal, sum(gift_fen) AS gift
                           FROM wallet_reversal GROUP BY payment_id) reversed ON reversed.payment_id = payment.id
             WHERE (payment.returned_principal_fen, payment.returned_gift_fen)
                   <> (coalesce(reversed.principal, 0), coalesce(reversed.gift, 0))
        """,
    ),
    Invariant(
        name="wallets.merges_take_nothing_away",
        sentence="What leaves one wallet in a merge comes into the other.",
        breaks="""
            SELECT gone.key
              FROM (SELECT key, principal_fen, gift_fen FROM wallet_entry WHERE kind = 'merge_out') gone
              FULL JOIN (SELECT key, principal_fen, gift_fen FROM wallet_entry WHERE kind = 'merge_in') came
                   ON came.key = gone.key
             WHERE (-gone.principal_fen, -gone.gift_fen) IS DISTINCT FROM (came.principal_fen, came.gift_fen)
        """,
    ),
)
