"""By the clock: reminds mothers of what can be given soon."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from foundation import clock, database, jobs
from foundation.secrets import vault
from foundation.transactions import transactional, within_transaction
from membership import authorizations, babies, notifications
from membership.vaccinations import sheets
from membership.vaccinations.planning import OPEN, PlannedDose, Status
from membership.vaccinations.queries import born_on, planned
from membership.vaccinations.remarks import ALWAYS, Remark

BATCH = 200
"""Planning so many takes a tenth of a second, for which the worker's other jobs wait."""
AHEAD_DAYS = 7
LATE_DAYS = 3
"""A day without a run is made up for, but what has long been due is no news."""
KIND = "vaccination_reminder"
PAGE = "/pages/vaccinations/index"

When = Literal["ahead", "due"]

# Neutral: neither which child nor which vaccine stands in the inbox, in a push or on a locked screen.
WORDS: Mapping[When, tuple[str, str]] = {
    "ahead": (
        "接种日期快到啦",
        f"接种计划里有一项还有几天就可以进行了，可以先和接种门诊约好时间。打开接种计划看看吧，{ALWAYS}",
    ),
    "due": ("可以安排接种啦", f"接种计划里有一项到时间了，方便的时候打开接种计划看看吧，{ALWAYS}"),
}

# Planning takes a while, and a profile may be put away meanwhile: the lock makes that wait, or has waited and sees it.
NEW_MARKS = f"""
WITH held AS (
  SELECT reminder.* FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS reminder (id, baby_id, mark)
    JOIN baby ON baby.id = reminder.baby_id AND baby.status = 'open'
     AND {authorizations.STANDING.format(member="baby.member_id", purpose="'service'")}
   ORDER BY baby.id FOR SHARE OF baby)
INSERT INTO vaccination_reminder (id, baby_id, mark) SELECT * FROM held
ON CONFLICT (baby_id, mark) DO NOTHING RETURNING id
"""  # noqa: S608  # our own constant


class Reminded(msgspec.Struct, frozen=True):
    """How many messages were sent."""

    messages: int


class _Batch(msgspec.Struct, frozen=True):
    told: int
    last: UUID | None
    """Whom the next batch comes after; None when this was the last."""


class _Reminder(msgspec.Struct, frozen=True):
    id: UUID
    baby: babies.BabyRecord
    key: str
    when: When

    @property
    def mark(self) -> bytes:
        return vault().index("vaccination_reminder", f"{self.baby.id}:{self.key}:{self.when}")


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
    """Some babies in one transaction; a few statements, or two when nothing is to be told. Locks whom it tells about.

    Twins lie anywhere among a million babies: whoever is told about one is told about all of hers, in one message.
    """
    found = await babies.open_batch("service", after, BATCH)
    last = found[-1].id if len(found) == BATCH else None
    reminders = await _due(found)
    if not reminders:
        return _Batch(0, last)
    seen, mothers = {baby.id for baby in found}, {reminder.baby.member_id for reminder in reminders}
    siblings = [baby for baby in await babies.open_theirs("service", mothers) if baby.id not in seen]
    return _Batch(await _tell(reminders + await _due(siblings)), last)


async def _due(found: Sequence[babies.BabyRecord]) -> list[_Reminder]:
    sealed = await sheets.read_many(found) if found else {}
    today = clock.today()
    return [
        _Reminder(uuid4(), baby, f"{line.series}-{line.number}", when)
        for baby in found
        if baby.details.birth_date is not None
        for line, when in due_soon(
            planned(baby, sheets.open_sheet(baby, sealed.get(baby.id), today), today), born_on(baby), today
        )
    ]


@babies.on_put_away
@within_transaction
async def take_back(put_away: Sequence[UUID]) -> None:
    """A step: the reminders about babies that are put away leave the inbox. The marks stay: nothing is told again."""
    rows = await database.fetch("SELECT id FROM vaccination_reminder WHERE baby_id = ANY($1::uuid[])", put_away)
    if rows:
        await notifications.take_back(KIND, [str(row["id"]) for row in rows])


def due_soon(lines: list[PlannedDose], birth_date: date, today: date) -> list[tuple[PlannedDose, When]]:
    """What is worth a word today: the next dose of each series, if its day is near.

    Not what is given in the hospital at birth, and not what waits for a dose that she has not written down.
    """
    told: list[tuple[PlannedDose, When]] = []
    seen: set[str] = set()
    for line in lines:
        if line.status not in OPEN or line.series in seen:
            continue
        seen.add(line.series)
        when = _when(line, birth_date, today)
        if when is not None and Remark.LATER_RECORDED not in line.remarks:
            told.append((line, when))
    return told


def _when(line: PlannedDose, birth_date: date, today: date) -> When | None:
    assert line.earliest is not None, "an open dose can be given some day"
    days = (line.earliest - today).days
    if line.earliest <= birth_date or not -LATE_DAYS <= days <= AHEAD_DAYS:
        return None
    return "ahead" if line.status == Status.UPCOMING else "due"


async def _tell(reminders: list[_Reminder]) -> int:
    """One message to a mother, however many doses and children: the doses are marked one by one."""
    rows = await database.fetch(
        NEW_MARKS,
        [reminder.id for reminder in reminders],
        [reminder.baby.id for reminder in reminders],
        [reminder.mark for reminder in reminders],
    )
    new = {row["id"] for row in rows}
    messages = {
        (reminder.baby.member_id, reminder.when): notifications.Message(
            reminder.baby.member_id, str(reminder.id), *WORDS[reminder.when], link=PAGE
        )
        for reminder in reminders
        if reminder.id in new
    }
    return await notifications.notify_all(KIND, list(messages.values())) if messages else 0
