"""What always holds of referrals."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="referrals.paid_as_noted",
        sentence="What a referral says it paid is in the ledger, once per side.",
        breaks="""
            SELECT referral.id, side.name, side.points, coalesce(award.points, 0) AS paid
              FROM referral
             CROSS JOIN LATERAL (VALUES ('referrer', referrer_points), ('friend', friend_points)) AS side (name, points)
              LEFT JOIN (SELECT key, sum(points) AS points FROM earn_award
                          WHERE rule_id IN (SELECT id FROM earn_rule WHERE way = 'referral') GROUP BY key) award
                ON award.key = referral.id || ':' || side.name
             WHERE side.points <> coalesce(award.points, 0)
        """,
    ),
    Invariant(
        name="referrals.one_level",
        sentence="Nobody was brought by somebody whom she had brought.",
        breaks="""
            SELECT referral.id, referral.referrer_id, referral.friend_id
              FROM referral JOIN referral back
                ON back.referrer_id = referral.friend_id AND back.friend_id = referral.referrer_id
             WHERE referral.status <> 'void' AND back.status <> 'void'
        """,
    ),
)
