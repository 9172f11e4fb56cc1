"""From a stolen dump nobody reckons a birth date by reminders: neither by when they came nor by how many they are."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
import time_machine

from foundation import clock
from foundation.pages import PageQuery
from foundation.settings import Settings
from membership import notifications
from membership.notifications import DiscreetMessage, Message
from membership.vaccinations import jobs
from membership.vaccinations.schedules import schedules
from tests.makers import thief, twins
from tests.makers.babies import make_child, make_mother

BORN = date(2027, 3, 8)
DAYS = 200
"""To half a year and more: at one, two, three, four and six months something is due."""
MONTH = 28
APART = 35
"""Days from one look at the dump to the next."""


@pytest_asyncio.fixture
async def connection(world: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Connection]:
    monkeypatch.setattr(jobs, "BATCH", 1)
    connection = await asyncpg.connect(world.database_url)
    yield connection
    await connection.close()


async def reminded(connection: asyncpg.Connection) -> set[date]:
    """The births that a thief holds possible of one who was reminded of everything for half a year."""
    joined: thief.Hours = []
    async with thief.on(connection, BORN + timedelta(days=5), joined):
        mother = await make_mother()
        baby = await make_child(mother.id, BORN)
    hours = await thief.live_on(connection, [(mother, baby)], BORN + timedelta(days=6), DAYS)
    with time_machine.travel(datetime.combine(hours[-1][2], time(12), clock.SHANGHAI)):
        assert len((await notifications.inbox(mother.id, PageQuery())).items) >= 3, "she finds them"
    told = await thief.moments(connection, mother.id, hours)
    return thief.births(told, BORN + timedelta(days=6 + DAYS), schedules()[-1])


async def test_the_dump_does_not_narrow_it(connection: asyncpg.Connection) -> None:
    possible = await reminded(connection)
    assert BORN in possible
    assert len(possible) > MONTH and max(possible) - min(possible) > timedelta(days=MONTH)


async def test_control_with_messages_in_clear_he_has_it(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_before(kind: str, messages: Sequence[DiscreetMessage]) -> int:
        return await notifications.notify_all(
            kind, [Message(said.member_id, str(uuid4()), said.title, said.body) for said in messages]
        )

    monkeypatch.setattr(notifications, "notify_discreetly", as_before)
    possible = await reminded(connection)
    assert BORN in possible
    assert max(possible) - min(possible) <= timedelta(days=3)


async def test_children_a_month_apart_look_alike(connection: asyncpg.Connection) -> None:
    """Who was told something at all, and nothing more: at no time does the one's dump differ from the other's."""
    joined: thief.Hours = []
    births = [BORN - timedelta(days=apart) for apart in (0, 3, 10, 17, MONTH)]
    async with thief.on(connection, BORN, joined):
        mothers = [await make_mother() for _ in births]
        children = [(mother, await make_child(mother.id, born)) for mother, born in zip(mothers, births, strict=True)]
    first, told = BORN, 24  # a week before she is a month old, the youngest hears of the first dose
    await thief.live_on(connection, children, first, told)
    for day in range(told, DAYS, APART):
        await thief.live_on(connection, children, first + timedelta(days=day), APART)
        seen = [await twins.sight(connection, mother.id) for mother in mothers]
        assert [sorted(each - seen[0]) + sorted(seen[0] - each) for each in seen[1:]] == [[]] * 4, day
    assert {"discreet_inbox", "vaccination_sheet"} <= {table for table, _ in seen[0]}
