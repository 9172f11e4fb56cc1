"""Reads: the milk of one baby, for its guardians."""

from uuid import UUID

from membership import babies
from membership.milk import facts
from membership.milk.reckoning import Milk, milk_from


async def milk_of(guardian_id: UUID, baby_id: UUID) -> Milk | None:
    """What is reckoned for a baby; None where formula is not worth a word. Two statements, one when it is not.

    A twin whom this guardian may not see is not reckoned with. Raises as `babies.open_baby`.
    """
    seen = await babies.open_babies(guardian_id)
    baby = next((each for each in seen if each.id == baby_id), None)
    if baby is None:
        seen = [baby := await babies.open_baby(guardian_id, baby_id)]  # says why not
    return milk_from(baby, await facts.read(household(baby, seen)))


def household(baby: babies.BabyRecord, seen: list[babies.BabyRecord]) -> list[babies.BabyRecord]:
    """The babies of that mother among those whom the reader has opened; none where formula is not worth a word."""
    if not facts.drinks_formula(baby.details):
        return []
    return [each for each in seen if each.member_id == baby.member_id]


def milk_said(baby: babies.BabyRecord, seen: list[babies.BabyRecord], text: str) -> Milk | None:
    """`milk_of` from what `FACTS` said, for `asked(household(baby, seen))`, together with other things."""
    return milk_from(baby, facts.decoded(household(baby, seen), text))
