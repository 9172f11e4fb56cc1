"""`python -m tests.bench.nights`: what else the clock does to a million babies, beside the walk of every night.

Plants them as `tests.bench.stages` does, with sheets of what children were given by their age; then one after the other
a morning of vaccination reminders, the first, when there is most to say, and another; the first walk, when no stage is
recorded of anybody; and the voiding of pregnancies, in a night with many more than are due in one, and another.
`python -m tests.bench.nights 200000` plants as many; what a baby costs is the same among a million.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import asyncpg

from foundation import clock, database
from foundation.settings import load_settings
from membership import babies
from membership.babies import BabyDetails, BabyRecord, entering, walking
from membership.babies.voiding import without_pregnancy
from membership.vaccinations import jobs as reminders
from membership.vaccinations import sheets
from membership.vaccinations.judging import Given
from membership.vaccinations.schedules import schedules
from server import house
from server.worker import STATEMENT_MILLISECONDS
from tests.bench import meter, stages
from tests.bench.own_house import Environment, run

MOST_SECONDS = 120.0
FIRST = UUID(int=0)
NEVER_WRITTEN = 0.2
"""Children of whom nobody ever wrote down what they were given."""
PAGE = 5_000
DUE = 0.01
"""Of the children of a year or more, those whose pregnancy is still to be voided: on a night one in thousands is."""
HEARD = 2_000
"""Of so many it is measured how long it takes to tell that they entered a stage."""


async def plant_sheets(connection: asyncpg.Connection) -> str:
    """What each was given, most of it within days of when it could be."""
    chance, today = random.Random(2026), clock.today()
    planted, after = 0, FIRST
    while page := await babies.open_batch("service", after, PAGE):
        after = page[-1].id
        rows = [(baby.id, _sheet(baby, chance, today)) for baby in page if chance.random() >= NEVER_WRITTEN]
        written = [(baby_id, sealed) for baby_id, sealed in rows if sealed is not None]
        await connection.copy_records_to_table(
            "vaccination_sheet", records=written, columns=("baby_id", "content_sealed")
        )
        planted += len(written)
    await connection.execute("VACUUM ANALYZE vaccination_sheet")
    return f"{planted:,} sheets"


def voided(details: Iterator[BabyDetails]) -> Iterator[BabyDetails]:
    """As the nights before have left them."""
    chance, today = random.Random(1), clock.today()
    for each in details:
        due = each.birth_date is not None and without_pregnancy(each, today) != each
        yield without_pregnancy(each, today) if due and chance.random() >= DUE else each


def _sheet(baby: BabyRecord, chance: random.Random, today: date) -> bytes | None:
    birth = baby.details.birth_date
    if birth is None:
        return None
    schedule = schedules()[-1]
    given = []
    for courses in schedule.courses.values():
        for rule in courses[0]:
            day = rule.min_age.after(birth) + timedelta(days=int(chance.expovariate(1 / 6)))
            if day >= today or (rule.only_sex is not None and rule.only_sex != baby.details.sex):
                break
            given.append(Given(rule.series, rule.number, rule.vaccine, day, "abcdefgh"))
    return sheets.seal_sheet(baby, sheets.Sheet(edition=schedule.code, given=tuple(given)))


async def first_walk() -> str:
    assert await walking.begin(), "tonight's walk has begun before"
    await walking.walk(walking.Walk(clock.today()))
    entered = await database.fetchval("SELECT count(*) FROM baby_stage WHERE NOT heard")
    return f"{entered:,} entered a stage"


async def hear_some() -> str:
    rows = await database.fetch("SELECT baby_id FROM baby_stage WHERE NOT heard LIMIT $1", HEARD)
    heard = [await entering.tell_entered(row["baby_id"]) for row in rows]
    return f"{sum(heard):,} told"


async def remind() -> str:
    return f"{(await reminders.remind()).messages:,} messages"


async def void() -> str:
    voided = destroyed = 0
    after: UUID | None = FIRST
    while after is not None:
        batch = await babies.void_pregnancies(after)
        voided, destroyed, after = voided + len(batch.voided), destroyed + len(batch.destroyed), batch.next_after
    return f"{voided:,} voided, {destroyed:,} destroyed"


async def nights(environment: Environment, planted: int) -> dict[str, float]:
    """Plants, measures each, prints; the seconds by what was done."""
    settings = load_settings(environment)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    try:
        began = time.perf_counter()
        connection = await database.connect_apart(settings, statement_milliseconds=0)
        stages._DETAILS = voided(stages._DETAILS)
        await stages.plant(connection, planted)
        await connection.execute(stages.QUIET)
        said = await plant_sheets(connection)
        meter.say(f"planted {planted:,} babies, {said}", began)
        took = {}
        for what in ("first reminders", "reminders"):
            took[what] = await meter.measure(what, planted, remind)
        await connection.execute("TRUNCATE baby_stage")
        took["first walk"] = await meter.measure("first walk", planted, first_walk)
        await meter.measure("heard", HEARD, hear_some)
        for what in ("many voided", "voiding"):
            took[what] = await meter.measure(what, planted, void)
        await connection.close()
        return took
    finally:
        await house.down()


def main() -> int:
    planted = int(sys.argv[1]) if len(sys.argv) > 1 else stages.BABIES

    async def measure(environment: Environment) -> dict[str, float]:
        return await nights(environment, planted)

    took = run(measure)
    at_most = MOST_SECONDS * planted / stages.BABIES
    late = [what for what in ("reminders", "voiding") if took[what] > at_most]
    sys.stdout.write(f"{'within' if not late else 'NOT within'} {at_most:.0f} s: every night's\n")
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
