"""Measurements of one baby written down by everybody at once, shared by the short tests and the long ones.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter

import pytest

from foundation import database
from membership.babies import doors
from membership.growth import RecordView, recording
from tests.makers.babies import make_child, make_mother
from tests.makers.growth import measure

UNLOCKED = doors.LOCK.replace("FOR NO KEY UPDATE", "")
"""`doors.LOCK` without the lock."""

ROOM = 3


async def tap_at_once(times: int) -> tuple[int, int]:
    """The very same measurement, sent so many times: (records that were answered, records that are there)."""
    mother = await make_mother()
    baby = await make_child(mother.id, sex="girl")
    taps = await asyncio.gather(*(measure(mother.id, baby, weight_g=6100) for _ in range(times)))
    return len({tap.id for tap in taps}), await _count(baby)


def expect_one_record(outcome: tuple[int, int]) -> None:
    assert outcome == (1, 1)


async def fill_at_once(times: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], int]:
    """So many measurements where there is room for three: (what became of them, records that are there)."""
    mother = await make_mother()
    baby = await make_child(mother.id, sex="girl")
    with monkeypatch.context() as small:
        small.setattr(recording, "MOST_RECORDS", ROOM)
        results = await asyncio.gather(
            *(measure(mother.id, baby, days_ago) for days_ago in range(times)), return_exceptions=True
        )
    return Counter(type(result).__name__ for result in results), await _count(baby)


def expect_three(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == (Counter({RecordView.__name__: ROOM, "TooManyGrowthRecords": times - ROOM}), ROOM)


async def _count(baby_id: object) -> int:
    count: int = await database.fetchval("SELECT count(*) FROM growth_record WHERE baby_id = $1", baby_id)
    return count
