"""What always holds of the ledger."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="points.entries_make_the_account",
        sentence="The sum of a member's entries is her balance less her debt.",
        breaks="""
            SELECT account.member_id, account.balance, account.debt, coalesce(sum(entry.amount), 0) AS entries
              FROM points_account account LEFT JOIN points_entry entry ON entry.member_id = account.member_id
             GROUP BY account.member_id, account.balance, account.debt
            HAVING account.balance - account.debt <> coalesce(sum(entry.amount), 0)
        """,
    ),
    Invariant(
        name="points.lots_make_the_balance",
        sentence="What remains in a member's lots is her balance.",
        breaks="""
            SELECT account.member_id, account.balance, coalesce(sum(lot.remaining), 0) AS lots
              FROM points_account account
              LEFT JOIN points_lot lot ON lot.member_id = account.member_id AND lot.remaining > 0
             GROUP BY account.member_id, account.balance
            HAVING account.balance <> coalesce(sum(lot.remaining), 0)
        """,
    ),
    Invariant(
        name="points.uses_make_the_lot",
        sentence="What remains in a lot is what was granted less what entries took from it.",
        breaks="""
            SELECT lot.id, lot.granted, lot.remaining, coalesce(sum(used.amount), 0) AS used
              FROM points_lot lot LEFT JOIN points_lot_use used ON used.lot_id = lot.id
             GROUP BY lot.id, lot.granted, lot.remaining
            HAVING lot.granted - coalesce(sum(used.amount), 0) <> lot.remaining
        """,
    ),
    Invariant(
        name="points.entries_follow_each_other",
        sentence="Each entry's balance and debt are those of the entry before it, changed by its amount.",
        breaks="""
            SELECT id, member_id, amount, net, net_before
              FROM (SELECT id, member_id, amount, balance_after - debt_after AS net,
                           coalesce(lag(balance_after - debt_after) OVER (PARTITION BY member_id ORDER BY id), 0)
                               AS net_before
                      FROM points_entry) line
             WHERE net <> net_before + amount
        """,
    ),
    Invariant(
        name="points.last_entry_is_the_account",
        sentence="The newest entry of a member shows the balance and debt of her account.",
        breaks="""
            SELECT account.member_id, account.balance, account.debt, entry.balance_after, entry.debt_after
              FROM points_account account
              JOIN (SELECT DISTINCT ON (member_id) member_id, balance_after, debt_after
                      FROM points_entry ORDER BY member_id, id DESC) entry USING (member_id)
             WHERE (account.balance, account.debt) <> (entry.balance_after, entry.debt_after)
        """,
    ),
)
