"""Reminders: a week before and when it can be given, once for each dose, in words that tell nobody anything."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextvars import Context
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from foundation import clock, database
from foundation.clock import SHANGHAI
from foundation.pages import PageQuery
from foundation.settings import Settings
from membership import authorizations, babies, notifications, vaccinations
from membership.vaccinations import sheets
from membership.vaccinations.jobs import AHEAD_DAYS, KIND, LATE_DAYS, due_soon
from membership.vaccinations.planning import plan
from membership.vaccinations.schedules import schedules
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.vaccinations import a_quiet_day, catch_up, give
from tests.statements import statements

BORN = date(2026, 1, 31)
NOW = schedules()[-1]


def told_on(today: date, born: date = BORN) -> set[tuple[str, int, str]]:
    lines = plan(NOW, born, None, given=[], skipped=[], today=today)
    return {(line.series, line.number, when) for line, when in due_soon(lines, born, today)}


def test_the_days_of_a_reminder() -> None:
    two_months = clock.add_months(BORN, 2)
    assert ("Polio", 1, "ahead") not in told_on(two_months - timedelta(days=AHEAD_DAYS + 1))
    assert ("Polio", 1, "ahead") in told_on(two_months - timedelta(days=AHEAD_DAYS))
    assert ("Polio", 1, "ahead") in told_on(two_months - timedelta(days=1))
    assert ("Polio", 1, "due") in told_on(two_months)
    assert ("Polio", 1, "due") in told_on(two_months + timedelta(days=LATE_DAYS))
    assert told_on(two_months + timedelta(days=LATE_DAYS + 1)) == set()


def test_what_is_given_in_the_hospital_is_not_asked_for() -> None:
    assert told_on(BORN) == set()
    assert told_on(BORN + timedelta(days=1)) == set()


def test_what_waits_for_a_dose_that_is_not_written_down_is_not_asked_for() -> None:
    # MMR 2 could be given 28 days after MMR 1, which is open; every day anew.
    assert {key[:2] for key in told_on(clock.add_months(BORN, 18))} == {("HepA", 1)}


async def inbox(member_id: UUID) -> list[notifications.NotificationView]:
    page = await notifications.inbox(member_id, PageQuery(limit=100))
    return [item for item in page.items if item.kind == KIND]


today = pytest.fixture(a_quiet_day)


async def test_a_mother_hears_of_a_dose_ahead_and_when_it_is_due_once(world: Settings, today: date) -> None:
    mother, born = await make_mother(), today - timedelta(days=20)
    baby = await make_child(mother.id, born, nickname="小核桃")
    await give(mother.id, baby, born, ("HepB", 1), ("BCG", 1))
    due = clock.add_months(born, 1)
    for days_before, messages in [(8, 0), (7, 1), (6, 1), (0, 2), (-1, 2)]:
        morning = datetime.combine(due - timedelta(days=days_before), time(9, 30), SHANGHAI)
        with time_machine.travel(morning, tick=True):
            await vaccinations.jobs.remind()
            await vaccinations.jobs.remind()
            assert len(await inbox(mother.id)) == messages, days_before
    for message in await inbox(mother.id):
        assert "以接种门诊安排为准" in message.body
        assert all(word not in message.title + message.body for word in ("小核桃", "乙肝", "疫苗", str(due.day)))


async def test_twins_are_one_message(world: Settings, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaccinations.jobs, "BATCH", 1)  # so that they never lie in one batch
    mother, born = await make_mother(), clock.add_months(today, -4)
    for nickname in ("大宝", "小宝"):
        baby = await make_child(mother.id, born, nickname=nickname)
        await catch_up(mother.id, baby)
    for twin in await database.fetch("SELECT id FROM baby WHERE member_id = $1", mother.id):
        await vaccinations.jobs.remind_batch(UUID(int=twin["id"].int - 1))
    assert len(await inbox(mother.id)) == 1  # DTaP 2 and bOPV of two children


async def test_nobody_hears_who_did_not_allow_it(world: Settings, today: date) -> None:
    born = clock.add_months(today, -4)
    withdrew, other_purpose, put_away = (
        await make_mother(),
        await make_mother("service", "marketing"),
        await make_mother(),
    )
    listening = await make_mother()
    made: dict[UUID, UUID] = {}
    for mother in (withdrew, other_purpose, put_away, listening):
        made[mother.id] = await make_child(mother.id, born)
        await catch_up(mother.id, made[mother.id])
    await authorizations.withdraw(withdrew.id)
    await authorizations.withdraw(other_purpose.id, ["service"])
    await babies.put_away(put_away.id, made[put_away.id])
    expecting = await make_mother()
    await make_pregnancy(expecting.id)
    await vaccinations.jobs.remind()
    assert len(await inbox(listening.id)) == 1
    for mother in (withdrew, other_purpose, put_away, expecting):
        assert await inbox(mother.id) == []


@pytest.mark.parametrize("read", [False, True])
async def test_what_was_told_leaves_the_inbox_with_the_baby(world: Settings, today: date, *, read: bool) -> None:
    mother, other = await make_mother(), await make_mother()
    born = clock.add_months(today, -2)
    baby, _ = await make_child(mother.id, born), await make_child(other.id, born)
    await vaccinations.jobs.remind()
    (message,) = await inbox(mother.id)
    if read:
        await notifications.mark_read(mother.id, message.id)
    await babies.put_away(mother.id, baby)
    assert await inbox(mother.id) == []
    assert len(await inbox(other.id)) == 1
    await babies.bring_back(mother.id, baby)
    await vaccinations.jobs.remind()
    assert await inbox(mother.id) == [], "told once"


@pytest.mark.parametrize("end", ["put_away", "withdraw"])
async def test_nobody_hears_who_ended_it_while_it_was_planned(
    world: Settings, today: date, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(today, -2))
    read_many = sheets.read_many

    async def read_and_wait(of: Iterable[babies.BabyRecord]) -> Mapping[UUID, bytes]:
        ending: Coroutine[Any, Any, object]
        ending = babies.put_away(mother.id, baby) if end == "put_away" else authorizations.withdraw(mother.id)
        await asyncio.create_task(ending, context=Context())  # somebody else's request
        return await read_many(of)

    monkeypatch.setattr(sheets, "read_many", read_and_wait)
    await vaccinations.jobs.remind_batch(UUID(int=baby.int - 1))
    assert await inbox(mother.id) == []
    assert not await database.fetchval("SELECT count(*) FROM vaccination_sheet WHERE baby_id = $1", baby)


async def test_a_batch_is_a_few_statements(world: Settings, today: date) -> None:
    mother = await make_mother()
    for number in range(3):
        await make_child(mother.id, clock.add_months(today, -2), nickname=f"宝{number}")
    first = await database.fetchval("SELECT id FROM baby WHERE member_id = $1 ORDER BY id LIMIT 1", mother.id)
    with statements() as seen:
        await vaccinations.jobs.remind_batch(UUID(int=first.int - 1))
    # Other tests leave babies whom nobody can read; for each page with some of them another page is read.
    others = [statement for statement in seen if "LIMIT" not in statement]
    # BEGIN, sheets; those to be told about held and read again with their sheets, sheets written; boxes held, made,
    # held and written; COMMIT
    assert len(others) == 11, seen
    assert len(seen) - len(others) <= 4, seen
    with statements() as seen:
        await vaccinations.jobs.remind_batch(UUID(int=2**128 - 1))
    assert len(seen) == 3, seen


async def test_a_damaged_sheet_keeps_nobody_else_from_hearing(world: Settings, today: date) -> None:
    mother, other = await make_mother(), await make_mother()
    born = clock.add_months(today, -2)
    baby, _ = await make_child(mother.id, born), await make_child(other.id, born)
    await give(mother.id, baby, born, ("HepB", 1))
    await database.execute("UPDATE vaccination_sheet SET content_sealed = '\\x00' WHERE baby_id = $1", baby)
    await vaccinations.jobs.remind()
    assert (len(await inbox(mother.id)), len(await inbox(other.id))) == (0, 1)
    await database.execute("DELETE FROM vaccination_sheet WHERE baby_id = $1", baby)


async def test_two_at_once_tell_once(world: Settings, today: date) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(today, -2))
    batch = UUID(int=baby.int - 1)
    told = await asyncio.gather(*(vaccinations.jobs.remind_batch(batch) for _ in range(4)))
    assert len(await inbox(mother.id)) == 1
    assert sum(each.told for each in told) >= 1


async def test_a_reminder_keeps_no_trace_in_clear(world: Settings, today: date) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(today, -2))
    await vaccinations.jobs.remind()
    assert not await database.fetchval("SELECT count(*) FROM notification WHERE member_id = $1", mother.id)
    box = await database.fetchrow("SELECT * FROM discreet_inbox WHERE member_id = $1", mother.id)
    assert box is not None and set(box.keys()) == {"id", "member_id", "data_key", "content_sealed"}
    assert box["id"].version == 4
    (message,) = await inbox(mother.id)
    assert str(baby) not in str(message)
