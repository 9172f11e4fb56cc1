"""What always holds of the rules and what they paid."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="earning.budget_is_what_was_paid",
        sentence="What a version of a rule spent of its budget is the sum of what it paid.",
        breaks="""
            SELECT rule.id, rule.spent, coalesce(sum(award.points), 0) AS paid
              FROM earn_rule rule LEFT JOIN earn_award award ON award.rule_id = rule.id
             WHERE rule.budget IS NOT NULL
             GROUP BY rule.id
            HAVING rule.spent <> coalesce(sum(award.points), 0)
        """,
    ),
    Invariant(
        name="earning.budgets_go_on",
        sentence="What a version of a rule counts as spent before it is what the versions before it spent.",
        breaks="""
            SELECT id, spent_before, before FROM (
                SELECT id, budget, spent_before, coalesce(sum(spent) OVER (
                           PARTITION BY code ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0) AS before
                  FROM earn_rule
            ) version
             WHERE budget IS NOT NULL AND spent_before <> before
        """,
    ),
    Invariant(
        name="earning.daily_caps_hold",
        sentence="No rule paid a member more in a day than its highest daily cap, unless she was two members then.",
        breaks="""
            SELECT award.code, award.member_id, award.day, sum(award.points) AS paid
              FROM earn_award award
              JOIN (SELECT code, max(daily_cap) AS cap FROM earn_rule
                     GROUP BY code HAVING bool_and(daily_cap IS NOT NULL)) rule USING (code)
             WHERE NOT EXISTS (SELECT FROM member_merge WHERE into_member_id = award.member_id)
             GROUP BY award.code, award.member_id, award.day, rule.cap
            HAVING sum(award.points) > rule.cap
        """,
    ),
    Invariant(
        name="earning.awards_are_in_the_ledger",
        sentence="What a rule paid is in the points ledger under its key (a purchase's is under its receipt).",
        breaks="""
            SELECT award.id, award.code, award.key, award.points, entry.amount
              FROM earn_award award JOIN earn_rule rule ON rule.id = award.rule_id AND rule.way <> 'purchase'
              LEFT JOIN points_entry entry ON entry.kind = 'earned' AND entry.key = award.code || ':' || award.key
             WHERE entry.amount IS DISTINCT FROM award.points
        """,
    ),
)
