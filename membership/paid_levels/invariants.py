"""What always holds of paid levels."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="paid_levels.tiers_agree",
        sentence="A paid level holds in the tiers on the days that were sold; refunded, on none after the refund.",
        breaks="""
            SELECT sold.id, standing.id AS standing, sold.begins_on, sold.ends_on, sold.refunded_on
              FROM paid_level sold FULL JOIN paid_standing standing ON standing.id = sold.id
             WHERE sold.id IS NULL
                OR (sold.refunded_on IS NULL
                    AND (standing.member_id, standing.level_id, standing.begins_on, standing.ends_on)
                        IS DISTINCT FROM (sold.member_id, sold.level_id, sold.begins_on, sold.ends_on))
                OR standing.ends_on > sold.refunded_on
        """,
    ),
    Invariant(
        name="paid_levels.no_day_is_paid_twice",
        sentence="No two periods of one level that a member paid for have a day in common.",
        breaks="""
            SELECT id, member_id, begins_on, ends_before
              FROM (SELECT id, member_id, begins_on,
                           lag(ends_on) OVER (PARTITION BY member_id, level_id ORDER BY begins_on, id) AS ends_before
                      FROM paid_level WHERE refunded_on IS NULL) period
             WHERE begins_on <= ends_before
        """,
    ),
)
