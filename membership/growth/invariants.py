"""What always holds of growth."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="growth.nothing_of_the_destroyed",
        sentence="No measurement is kept of a baby whose key is destroyed.",
        breaks="""
            SELECT growth_record.id FROM baby JOIN growth_record ON growth_record.baby_id = baby.id
             WHERE baby.status = 'destroyed'
        """,
    ),
)
