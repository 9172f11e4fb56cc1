"""Pregnancy data is void a year after the birth; without a birth, a year after the due date nothing is left at all.

How early a preterm child came is the child's own health data: its growth is read by it until the fifth birthday."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock, database
from foundation.transactions import transactional
from membership.babies import ages, entering, hearers
from membership.babies.checks import PREGNANCY
from membership.babies.details import BabyDetails
from membership.babies.doors import FIRST, readable
from membership.babies.hearers import Destruction
from membership.babies.putting_away import destroy
from membership.babies.records import COLUMNS, BabyRecord, seal_details

VOID_AFTER_MONTHS = 12
PRETERM_VOID_AFTER_MONTHS = 60
"""How early a child came belongs to its growth: as long as that is read by a curve, the points of its first two years
lie by the corrected age."""

ALL_OPEN = f"SELECT {COLUMNS} FROM baby WHERE status = 'open' AND id > $1 ORDER BY id LIMIT $2"  # noqa: S608  # our own
HELD = f"SELECT {COLUMNS} FROM baby WHERE status = 'open' AND id = $1 FOR NO KEY UPDATE"  # noqa: S608  # as above


class Voided(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch did: whose pregnancy data went, whose profile went as a whole, and where the next batch begins
    (None: that was the last)."""

    voided: list[UUID]
    destroyed: list[UUID]
    next_after: UUID | None


async def void_pregnancies(after_id: UUID = FIRST, limit: int = 1000) -> Voided:
    """Voids what is due among the next `limit` babies by id, each in a transaction of its own. Running it again, or
    two at once, does nothing more.

    Which are due stands in the sealed days, so every baby is opened; nothing in clear tells a birth.
    """
    rows = await database.fetch(ALL_OPEN, after_id, limit)
    done: dict[str, list[UUID]] = {"voided": [], "destroyed": []}
    for baby in readable(rows):
        if _due(baby.details, clock.today()) and (what := await _void(baby.id)):
            done[what].append(baby.id)
    return Voided(**done, next_after=rows[-1]["id"] if len(rows) == limit else None)


def without_pregnancy(details: BabyDetails, day: date) -> BabyDetails:
    """What is left of the details of a child on a day: of the pregnancy nothing after a year; how early a preterm child
    came until its fifth birthday, and then only that it came early."""
    assert details.birth_date is not None
    if clock.add_months(details.birth_date, VOID_AFTER_MONTHS) > day:
        return details
    left = msgspec.structs.replace(details, due_date=None, due_date_from=None, last_period=None, cycle_days=None)
    weeks = details.gestation_days_at_birth
    is_preterm = weeks is not None and ages.is_preterm(weeks)
    if is_preterm and day < clock.add_months(details.birth_date, PRETERM_VOID_AFTER_MONTHS):
        return left
    is_early = left.came_early if weeks is None else is_preterm
    return msgspec.structs.replace(left, gestation_days_at_birth=None, gestation_from=None, came_early=is_early)


@transactional
async def _void(baby_id: UUID) -> Literal["voided", "destroyed"] | None:
    for baby in readable(await database.fetch(HELD, baby_id)):
        today = clock.today()
        if not _due(baby.details, today):
            continue
        if baby.status == "born":
            left = without_pregnancy(baby.details, today)
            await _write(baby, left)
            await entering.forget_pregnancy(baby_id)
            for what in _destroyed(baby.details, left):
                await hearers.tell_recorders(baby_id, what)
            return "voided"
        await destroy(baby_id, "never_born")
        return "destroyed"
    return None


def _destroyed(before: BabyDetails, left: BabyDetails) -> list[Destruction]:
    """What the record calls it."""
    is_void = before.gestation_days_at_birth is not None and left.gestation_days_at_birth is None
    of_child: list[Destruction] = ["gestation"] if is_void and left.came_early else []
    is_of_pregnancy = any(getattr(before, name) != getattr(left, name) for name in PREGNANCY)
    return ["pregnancy", *of_child] if is_of_pregnancy or not of_child else of_child


def _due(details: BabyDetails, day: date) -> bool:
    if details.birth_date is not None:
        return without_pregnancy(details, day) != details
    return details.due_date is not None and clock.add_months(details.due_date, VOID_AFTER_MONTHS) <= day


async def _write(baby: BabyRecord, details: BabyDetails) -> None:
    sealed = seal_details(baby.keyring, baby.id, details)
    await database.execute("UPDATE baby SET details_sealed = $2 WHERE id = $1", baby.id, sealed)
