"""One mother and many taps at once, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

from foundation import clock, database
from foundation.transactions import transactional, within_transaction
from membership import babies, members
from membership.babies import BabyChanges, BabyDetails, Newborn, doors, putting_away
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.family_races import at_once

UNLOCKED_BABY = doors.LOCK.replace(" FOR NO KEY UPDATE", "")

PAUSE_SECONDS = 0.2
"""How long an ending waits for the change that it holds up; without the safeguard the change comes first."""
LONG_SECONDS = 10.0
"""For the controls: the change needs no more than its own time, however busy the machine is."""


@within_transaction
async def unlocked_member(member_id: UUID) -> members.MemberRecord:
    """`members.hold_one` without its lock."""
    found = await members.find(member_id)
    assert found is not None
    return found


async def rows_of(mother_id: UUID) -> int:
    count: int = await database.fetchval("SELECT count(*) FROM baby WHERE member_id = $1", mother_id)
    return count


async def add_the_tenth(times: int) -> tuple[Counter[str], int]:
    """Nine are there and many come, each another one: (results, rows afterwards)."""
    mother = await make_mother()
    for number in range(9):
        await make_child(mother.id, nickname=f"宝宝{number}")
    details = [BabyDetails(nickname=f"新{number}", birth_date=clock.today()) for number in range(times)]
    results = await at_once([lambda each=each: babies.add(mother.id, [each]) for each in details])  # type: ignore[misc]  # mypy: defaults of a lambda
    return results, await rows_of(mother.id)


def expect_ten(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"list": 1, "TooManyBabies": times - 1}, 10)


async def add_one_with_many_taps(times: int) -> tuple[Counter[str], int]:
    """The same child again and again: (results, rows afterwards)."""
    mother = await make_mother()
    child = BabyDetails(nickname="小满", birth_date=clock.today())
    return await at_once([lambda: babies.add(mother.id, [child])] * times), await rows_of(mother.id)


def expect_one(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"list": times}, 1)


async def born_with_many_taps(times: int) -> tuple[Counter[str], int]:
    """Twins are born, and somebody taps again and again: (results, rows afterwards)."""
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=10))
    twins = [Newborn(nickname="早早"), Newborn(nickname="晚晚")]
    results = await at_once([lambda: babies.born(mother.id, pregnancy, clock.today(), twins)] * times)
    return results, await rows_of(mother.id)


def expect_one_birth_of_twins(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"list": times}, 2)


async def born_in_other_words(times: int) -> tuple[Counter[str], int]:
    """Everybody in the family tells the birth in his own words: (results, rows afterwards)."""
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=10))
    told = [[Newborn(nickname=f"早{number}"), Newborn(nickname=f"晚{number}")] for number in range(times)]
    results = await at_once(
        [lambda each=each: babies.born(mother.id, pregnancy, clock.today(), each) for each in told]  # type: ignore[misc]  # as above
    )
    return results, await rows_of(mother.id)


def expect_one_telling(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"list": 1, "AlreadyBorn": times - 1}, 2)


async def plan_with_many_names(times: int) -> tuple[Counter[str], int]:
    """She begins a plan on many phones at once, each time by another name: (results, rows afterwards)."""
    mother = await make_mother()
    plans = [BabyDetails(nickname=f"计划{number}", trying=True) for number in range(times)]
    results = await at_once([lambda each=each: babies.add(mother.id, [each]) for each in plans])  # type: ignore[misc]  # as above
    return results, await rows_of(mother.id)


def expect_one_plan(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"list": 1, "AlreadyTrying": times - 1}, 1)


async def change_while_it_ends(seconds: float = PAUSE_SECONDS) -> str:
    """A pregnancy is being put away when somebody changes it: how the change ended."""
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    began = asyncio.Event()

    async def change() -> object:
        await began.wait()
        return await babies.change(mother.id, pregnancy, BabyChanges(nickname="新名"))

    changing = asyncio.create_task(change())

    @transactional
    async def end() -> None:
        await database.execute(putting_away.HIDE_ONE, mother.id, pregnancy)
        began.set()
        await asyncio.wait({changing}, timeout=seconds)

    _, result = await asyncio.gather(end(), changing, return_exceptions=True)
    return type(result).__name__


def expect_nothing_written(result: str) -> None:
    assert result == "BabyNotFound"
