"""One baby, and everybody at once: who enters its stage, who tells of it, and whether it has ended meanwhile.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID, uuid4

from foundation import clock, database
from foundation.transactions import transactional
from membership import babies
from membership.babies import Stage, entering, putting_away, walking
from tests.makers.babies import make_mother, make_pregnancy
from tests.makers.baby_races import PAUSE_SECONDS
from tests.makers.members import MadeMember
from tests.makers.stages import drop_jobs_of, entered, hearing, jobs_of, walk_anew

T = TypeVar("T")

UNLOCKED_ENTER = entering.ENTER.replace("FOR SHARE OF baby", "")
HEARD_AGAIN = entering.HEARD_FIRST.replace(" AND NOT heard", "")


def random_mark(_baby_id: UUID, _stage: Stage) -> UUID:
    """`entering.mark` without what makes the same stage the same row."""
    return uuid4()


async def _pregnancy() -> tuple[MadeMember, babies.BabyRecord]:
    """Of whom no stage is recorded, and no job is queued."""
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    await database.execute("DELETE FROM baby_stage WHERE baby_id = $1", baby)
    await drop_jobs_of(baby)
    return mother, await babies.open_baby(mother.id, baby)


@transactional
async def _enter(baby: babies.BabyRecord) -> int:
    return await entering.enter([baby])


async def enter_many_times(times: int) -> tuple[int, int, int]:
    """Changes and walks that all find it in its stage: (enterings, rows, jobs)."""
    _, baby = await _pregnancy()
    counts = await asyncio.gather(*(_enter(baby) for _ in range(times)))
    return sum(counts), len(await entered(baby.id)), await jobs_of(baby.id)


def expect_one_entering(outcome: tuple[int, int, int]) -> None:
    assert outcome == (1, 1, 1)


async def walk_many_times(times: int) -> tuple[int, int]:
    """As many workers walk one night: (rows, jobs) of a baby on their way."""
    _, baby = await _pregnancy()
    day = await walk_anew(clock.today(), after_id=UUID(int=baby.id.int - 1))
    await asyncio.gather(*(walking.walk(walking.Walk(day)) for _ in range(times)))
    return len(await entered(baby.id)), await jobs_of(baby.id)


async def tell_many_times(times: int) -> tuple[int, int]:
    """A job that runs again and again: (times it was told, times it was heard)."""
    _, baby = await _pregnancy()
    await _enter(baby)
    with hearing() as heard:
        told = await asyncio.gather(*(entering.tell_entered(baby.id) for _ in range(times)))
    return sum(told), len(heard)


def expect_one_telling(outcome: tuple[int, int]) -> None:
    assert outcome == (1, 1)


async def _while_it_ends(mother_id: UUID, baby_id: UUID, act: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Acts when the ending is written and not yet committed; the ending waits so long for the act."""
    began = asyncio.Event()

    async def acting() -> T:
        await began.wait()
        return await act()

    task = asyncio.create_task(acting())

    @transactional
    async def end() -> None:
        await database.execute(putting_away.HIDE_ONE, mother_id, baby_id)
        began.set()
        await asyncio.wait({task}, timeout=seconds)

    await end()
    return await task


async def enter_while_it_ends(seconds: float = PAUSE_SECONDS) -> tuple[int, int]:
    """A pregnancy ends when the walk comes by, which has read it before: (enterings, jobs)."""
    mother, baby = await _pregnancy()
    count = await _while_it_ends(mother.id, baby.id, lambda: _enter(baby), seconds)
    return count, await jobs_of(baby.id)


def expect_nothing_entered(outcome: tuple[int, int]) -> None:
    assert outcome == (0, 0)


async def tell_while_it_ends(seconds: float = PAUSE_SECONDS) -> int:
    """A pregnancy ends when its job has just been taken up: how many heard."""
    mother, baby = await _pregnancy()
    await _enter(baby)
    with hearing() as heard:
        await _while_it_ends(mother.id, baby.id, lambda: entering.tell_entered(baby.id), seconds)
    return len(heard)


def expect_silence(heard: int) -> None:
    assert heard == 0
