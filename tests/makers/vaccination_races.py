"""Two guardians with the booklet in hand: the races for one sheet, shared by the short test and the long one."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from foundation import clock
from membership import vaccinations
from membership.vaccinations import DoseAlreadyRecorded, DoseGiven
from tests.makers.babies import make_child, make_mother
from tests.makers.vaccinations import lines

SERIES = tuple(vaccinations.SERIES)
BY_SERIES = {series: code for code, vaccine in vaccinations.VACCINES.items() for series in vaccine.series}


async def everybody_writes_another(number: int) -> int:
    """`number` doses are recorded at once, each by a request of its own; how many are in the plan then."""
    mother = await make_mother()
    baby = await make_child(mother.id)
    doses = [DoseGiven(series, dose, BY_SERIES[series]) for dose in range(1, 7) for series in SERIES][:number]
    await asyncio.gather(*(vaccinations.record(mother.id, baby, clock.today(), [dose]) for dose in doses))
    made = await lines(mother.id, baby)
    return sum(line.given_on is not None for line in made.values())


async def everybody_writes_the_same(number: int) -> Sequence[object]:
    """One dose is recorded `number` times at once, on different days; what each was answered."""
    mother = await make_mother()
    baby = await make_child(mother.id)
    days = [clock.today() - timedelta(days=day) for day in range(number)]
    return await asyncio.gather(
        *(vaccinations.record(mother.id, baby, day, [DoseGiven("HepB", 1)]) for day in days), return_exceptions=True
    )


def expect_all(found: int, number: int) -> None:
    assert found == number, "somebody's dose was overwritten"


def expect_one(answers: Sequence[object]) -> None:
    refused = [answer for answer in answers if isinstance(answer, DoseAlreadyRecorded)]
    assert len(refused) == len(answers) - 1, answers
