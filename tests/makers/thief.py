"""Makers: nights of reminders, and a thief who has a dump and looks for a birth date in it.

He knows the program: on which days it reminds of which dose. He takes every moment that stands in clear in any row that
leads to the mother, a time, a day or an id that counts time, and asks which births explain them.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import asyncpg
import time_machine

from foundation import clock
from membership.vaccinations import jobs
from membership.vaccinations.schedules import Schedule
from tests.makers.members import MadeMember
from tests.makers.twins import leading_to
from tests.makers.vaccinations import catch_up

YEARS = 7
"""An older child gets no reminders."""

Hours = list[tuple[datetime, datetime, date]]
"""From when to when of the real time which day it was: PostgreSQL's clock and ids that count time do not travel."""


@asynccontextmanager
async def on(connection: asyncpg.Connection, day: date, hours: Hours) -> AsyncIterator[None]:
    """Within, it is half past nine of that day."""
    began = await connection.fetchval("SELECT clock_timestamp()")
    with time_machine.travel(datetime.combine(day, time(9, 30), clock.SHANGHAI), tick=True):
        yield
    hours.append((began, await connection.fetchval("SELECT clock_timestamp()"), day))


async def live_on(
    connection: asyncpg.Connection, children: list[tuple[MadeMember, UUID]], first: date, days: int
) -> Hours:
    """They are reminded every morning, and their mothers write down what was given, the day after it could be."""
    hours: Hours = []
    for day in (first + timedelta(days=number) for number in range(days)):
        async with on(connection, day, hours):
            for mother, baby in children:
                await jobs.remind_batch(UUID(int=baby.int - 1))
                await catch_up(mother.id, baby)
    return hours


async def moments(connection: asyncpg.Connection, member_id: UUID, hours: Hours) -> set[date]:
    """The days that the dump tells, of those that were lived."""
    lived = {day for _, _, day in hours}
    rows = [row for _, row in await leading_to(connection, member_id)]
    return {day for row in rows for value in row.values() if (day := _day(value, hours)) in lived}


def _day(value: object, hours: Hours) -> date | None:
    if isinstance(value, UUID) and value.version == 7:
        return _day(datetime.fromtimestamp((value.int >> 80) / 1000, UTC), hours)
    if isinstance(value, datetime):
        # An id counts milliseconds, and may be rounded to just before its hour.
        real = (day for began, ended, day in hours if began - timedelta(milliseconds=1) <= value <= ended)
        return next(real, clock.business_day(value))
    return value if isinstance(value, date) else None


def births(told: Collection[date], today: date, schedule: Schedule) -> set[date]:
    """The birth dates that explain most of these days."""
    ages = {rule.min_age for courses in schedule.courses.values() for course in courses for rule in course}
    explained: dict[date, int] = {}
    for number in range(YEARS * 366):
        birth = today - timedelta(days=number)
        due = {age.after(birth) for age in ages if age.months or age.days}
        reminded = due | {day - timedelta(days=jobs.AHEAD_DAYS) for day in due}
        explained[birth] = len(reminded & set(told))
    return {birth for birth, days in explained.items() if days == max(explained.values())}
