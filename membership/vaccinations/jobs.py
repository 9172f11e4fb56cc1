"""By the clock: reminds mothers of what can be given soon."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec
import structlog

from foundation import clock, database, jobs
from foundation.secrets import Unreadable
from foundation.transactions import transactional, within_transaction
from membership import babies, notifications
from membership.vaccinations import sheets
from membership.vaccinations.lines import PlannedDose, Status
from membership.vaccinations.queries import born_on, still_open
from membership.vaccinations.remarks import ALWAYS
from membership.vaccinations.sheets import Sheet, When

BATCH = 1000
"""Opening and planning so many takes some 60 ms, for which the worker's other jobs wait."""
AHEAD_DAYS = 7
LATE_DAYS = 3
"""A day without a run is made up for, but what has long been due is no news."""
KIND = "vaccination_reminder"
PAGE = "/pages/vaccinations/index"

# Neutral: neither which child nor which vaccine stands in the inbox, in a push or on a locked screen.
WORDS: Mapping[When, tuple[str, str]] = {
    "ahead": (
        "接种日期快到啦",
        f"接种计划里有一项还有几天就可以进行了，可以先和接种门诊约好时间。打开接种计划看看吧，{ALWAYS}",
    ),
    "due": ("可以安排接种啦", f"接种计划里有一项到时间了，方便的时候打开接种计划看看吧，{ALWAYS}"),
}

# Whoever puts a profile away waits for this, or was waited for and is seen; nobody else writes to a sheet meanwhile.
HOLD = "SELECT id FROM baby WHERE member_id = ANY($1::uuid[]) AND status = 'open' ORDER BY id FOR NO KEY UPDATE"

log = structlog.get_logger("vaccinations")


class Reminded(msgspec.Struct, frozen=True):
    """How many messages were sent."""

    messages: int


class _Batch(msgspec.Struct, frozen=True):
    told: int
    last: UUID | None
    """Whom the next batch comes after; None when this was the last."""


class _Reminders(msgspec.Struct, frozen=True):
    """What is worth a word today about one baby, and was not told."""

    baby: babies.BabyRecord
    sheet: Sheet
    lines: list[tuple[PlannedDose, When]]

    def told(self) -> Sheet:
        """The sheet that knows that it was told."""
        told = {line.series: (line.number, when) for line, when in self.lines}
        return msgspec.structs.replace(self.sheet, told={**self.sheet.told, **told})


@jobs.by_the_clock("vaccinations.reminders", "30 1 * * *")
async def remind() -> Reminded:
    """At half past nine in the morning: what can be given within a week, and what can be given now, once for each dose.

    Only about babies whose mothers allow it. Running it twice tells nothing twice.
    """
    told, after = 0, UUID(int=0)
    while True:
        batch = await remind_batch(after)
        told += batch.told
        if batch.last is None:
            return Reminded(told)
        after = batch.last


@transactional
async def remind_batch(after: UUID) -> _Batch:
    """Some babies in one transaction; two statements when nothing is to be told. Locks whom it tells about.

    Twins lie anywhere among a million babies: whoever is told about one is told about all of hers, in one message.
    """
    found = await babies.open_batch("service", after, BATCH)
    last = found[-1].id if len(found) == BATCH else None
    mothers = {reminders.baby.member_id for reminders in await _due(found)}
    return _Batch(await _tell(mothers) if mothers else 0, last)


async def _due(found: Sequence[babies.BabyRecord]) -> list[_Reminders]:
    children = [baby for baby in found if baby.details.birth_date is not None]
    sealed = await sheets.read_many(children) if children else {}
    today = clock.today()
    soon = today + timedelta(days=AHEAD_DAYS)
    due = []
    for baby in children:
        try:
            sheet = sheets.open_sheet(baby, sealed.get(baby.id))
        except Unreadable:  # one damaged row must not keep all others from what is due
            log.error("vaccination_sheet_unreadable", baby=str(baby.id))
            continue
        lines = due_soon(still_open(baby, sheet, today, next_until=soon), born_on(baby), today)
        new = [(line, when) for line, when in lines if _is_news(sheet, line, when)]
        if new:
            due.append(_Reminders(baby, sheet, new))
    return due


async def _tell(mothers: Collection[UUID]) -> int:
    """One message to a mother, however many doses and children. Everything is looked at again, now that it is held."""
    await database.fetch(HOLD, list(mothers))
    due = await _due(await babies.open_theirs("service", mothers))
    await sheets.write_many([(reminders.baby, reminders.told()) for reminders in due])
    about: dict[tuple[UUID, When], list[UUID]] = {}
    for reminders in due:
        for when in sorted({when for _, when in reminders.lines}):
            about.setdefault((reminders.baby.member_id, when), []).append(reminders.baby.id)
    messages = [
        notifications.DiscreetMessage(
            member_id=mother, about=tuple(theirs), title=WORDS[when][0], body=WORDS[when][1], link=PAGE
        )
        for (mother, when), theirs in about.items()
    ]
    return await notifications.notify_discreetly(KIND, messages) if messages else 0


def _is_news(sheet: Sheet, line: PlannedDose, when: When) -> bool:
    """What is told of a series goes on: that a dose comes, then that it can be given, then of the next one."""
    told = sheet.told.get(line.series)
    return told is None or (line.number, when == "due") > (told[0], told[1] == "due")


@babies.on_put_away
@within_transaction
async def take_back(put_away: Sequence[UUID]) -> None:
    """A step: the reminders about babies that are put away leave the inbox. What was told is not told again."""
    rows = await database.fetch("SELECT DISTINCT member_id FROM baby WHERE id = ANY($1::uuid[])", put_away)
    await notifications.take_back([row["member_id"] for row in rows], put_away)


@babies.on_destroyed
@within_transaction
async def take_back_destroyed(baby_id: UUID) -> None:
    """A step: also of one that was destroyed without having been put away."""
    await take_back([baby_id])


def due_soon(lines: list[PlannedDose], birth_date: date, today: date) -> list[tuple[PlannedDose, When]]:
    """What is worth a word today: the next dose of each series, if its day is near.

    Not what is given in the hospital at birth.
    """
    told: list[tuple[PlannedDose, When]] = []
    seen: set[str] = set()
    for line in lines:
        if not line.is_pressing or line.series in seen:
            continue
        seen.add(line.series)
        when = _when(line, birth_date, today)
        if when is not None:
            told.append((line, when))
    return told


def _when(line: PlannedDose, birth_date: date, today: date) -> When | None:
    assert line.earliest is not None, "an open dose can be given some day"
    days = (line.earliest - today).days
    if line.earliest <= birth_date or not -LATE_DAYS <= days <= AHEAD_DAYS:
        return None
    return "ahead" if line.status == Status.UPCOMING else "due"
