"""What always holds of milk."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="milk.nothing_of_the_destroyed",
        sentence="Nothing that was said of milk is kept of a baby whose key is destroyed.",
        breaks="""
            SELECT milk_stock.baby_id FROM baby JOIN milk_stock ON milk_stock.baby_id = baby.id
             WHERE baby.status = 'destroyed'
        """,
    ),
)
