"""What always holds of the tiers."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="tiers.entries_make_the_growth",
        sentence="A member's growth value is the sum of her growth entries.",
        breaks="""
            SELECT standing.member_id, standing.growth, coalesce(sum(entry.growth), 0) AS entries
              FROM tier_standing standing LEFT JOIN growth_entry entry ON entry.member_id = standing.member_id
             GROUP BY standing.member_id HAVING standing.growth <> coalesce(sum(entry.growth), 0)
        """,
    ),
    Invariant(
        name="tiers.last_change_is_the_level",
        sentence="A member's level is the one her last change led to; without a change it is everyone's.",
        breaks="""
            SELECT standing.member_id, standing.level_id, last.to_level_id
              FROM tier_standing standing
              JOIN tier_level base ON base.rank = 0
              LEFT JOIN LATERAL (SELECT to_level_id FROM tier_change WHERE member_id = standing.member_id
                                  ORDER BY id DESC LIMIT 1) last ON true
             WHERE standing.level_id <> coalesce(last.to_level_id, base.code)
        """,
    ),
    Invariant(
        name="tiers.only_everyones_level_never_ends",
        sentence="A level has an end of validity unless it is everyone's.",
        breaks="""
            SELECT standing.member_id, standing.level_id, standing.valid_until
              FROM tier_standing standing JOIN tier_level level ON level.code = standing.level_id
             WHERE (level.rank = 0) <> (standing.valid_until IS NULL)
        """,
    ),
)
