"""What always holds of signing in."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="sign_ins.streaks_follow_the_days",
        sentence="A member's streak is that of the last day she signed.",
        breaks="""
            SELECT streak.member_id, streak.day, streak.streak, last.day AS last_day, last.streak AS last_streak
              FROM sign_in_streak streak
              LEFT JOIN (SELECT DISTINCT ON (member_id) member_id, day, streak FROM sign_in
                          ORDER BY member_id, day DESC) last USING (member_id)
             WHERE (streak.day, streak.streak) IS DISTINCT FROM (last.day, last.streak)
        """,
    ),
)
