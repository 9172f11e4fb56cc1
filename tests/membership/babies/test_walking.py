"""The walk after midnight: every baby in its turn, once a day, resumable, and two workers share it."""

import asyncio
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine

from foundation import clock, database, jobs
from foundation.job_worker import drain
from membership import babies
from membership.babies import walking
from membership.babies.entering import mark
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.stages import entered, hearing, jobs_of, walk_anew

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def three() -> list[UUID]:
    """Three babies in the order of the walk; nothing of theirs is recorded."""
    mother = await make_mother()
    made = [await make_pregnancy(mother.id, clock.today() + timedelta(days=85), str(number)) for number in range(3)]
    found = sorted(made)
    await database.execute("DELETE FROM baby_stage WHERE baby_id = ANY($1)", found)
    return found


def before(baby_id: UUID) -> UUID:
    return UUID(int=baby_id.int - 1)


def morning(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(0, 1), clock.SHANGHAI), tick=True)


async def test_the_night_in_which_a_stage_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await make_mother()
    today = clock.today()
    child = await make_child(mother.id, today - timedelta(days=170))
    begins = clock.add_months(today - timedelta(days=170), 6)
    monkeypatch.setattr(walking, "BATCH", 1)
    for day, stages in ((begins - timedelta(days=1), 1), (begins, 2), (begins + timedelta(days=1), 2)):
        with morning(day):
            await walk_anew(day, after_id=before(child))
            await walking.walk_batch(day)
        assert len(await entered(child)) == await jobs_of(child) == stages
    assert mark(child, "m6_12") in await entered(child)


async def test_it_goes_over_all_and_stops(three: list[UUID]) -> None:
    day = await walk_anew()
    await walking.walk(walking.Walk(day))
    for baby in three:
        assert await entered(baby) == {mark(baby, "middle"): False} and await jobs_of(baby) == 2
    after = await walking.walk_batch(day)
    assert (after.babies, after.entered, after.finished) == (0, 0, True)


async def test_it_goes_on_where_a_killed_worker_stopped(three: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written with a batch stays; the batch under way is done again."""
    monkeypatch.setattr(walking, "BATCH", 1)
    day = await walk_anew(after_id=before(three[0]))
    assert (await walking.walk_batch(day)).entered == 1
    came_to = await _came_to(day)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(walking, "Walked", _killed)
        await walking.walk_batch(day)
    assert await _came_to(day) == came_to == three[0], "the batch went with its transaction"
    monkeypatch.undo()
    await walking.walk(walking.Walk(day))
    for baby in three:
        assert len(await entered(baby)) == 1 and await jobs_of(baby) == 2, "none left out, none twice"


class Killed(Exception):
    """At the end of a batch, before its commit."""


def _killed(*_arguments: object, **_named: object) -> None:
    raise Killed


async def _came_to(day: date) -> UUID:
    found: UUID = await database.fetchval("SELECT after_id FROM stage_walk WHERE day = $1", day)
    return found


async def test_workers_at_once_take_turns(three: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 1)
    start = before(three[0])
    day = await walk_anew(after_id=start)
    batches = await asyncio.gather(*(walking.walk_batch(day) for _ in range(3)))
    assert not any(batch.finished for batch in batches)
    # Other tests leave babies whom nobody can read: whoever comes upon one has taken its turn.
    pages = await database.fetch("SELECT id FROM baby WHERE status = 'open' AND id > $1 ORDER BY id LIMIT 3", start)
    assert await _came_to(day) == pages[-1]["id"], "each took another one"


async def test_a_damaged_baby_stops_nobody(three: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 2)
    await database.execute("UPDATE baby SET details_sealed = decode('00', 'hex') WHERE id = $1", three[0])
    day = await walk_anew(after_id=before(three[0]))
    await walking.walk(walking.Walk(day))
    assert [len(await entered(baby)) for baby in three] == [0, 1, 1]


async def test_it_begins_once_a_day_and_forgets_the_days_before() -> None:
    await database.execute("DELETE FROM stage_walk")
    await walk_anew(date(2026, 1, 1))
    assert await walking.begin()
    assert not await walking.begin()
    assert [row["day"] for row in await database.fetch("SELECT day FROM stage_walk")] == [clock.today()]


async def test_who_was_put_away_or_withdrew_is_passed_by(three: list[UUID]) -> None:
    hidden = three[1]
    mother = await database.fetchval("SELECT member_id FROM baby WHERE id = $1", hidden)
    await babies.put_away(mother, hidden)
    await walking.walk(walking.Walk(await walk_anew()))
    assert [len(await entered(baby)) for baby in three] == [1, 0, 1]


def test_it_is_called_a_minute_past_midnight_in_shanghai() -> None:
    (appointment,) = [each for each in jobs.timetable() if each.name == "babies.stages"]
    minute, hour, *rest = appointment.cron.split()
    assert rest == ["*", "*", "*"]
    at = datetime(2026, 3, 1, int(hour), int(minute), tzinfo=clock.UTC).astimezone(clock.SHANGHAI)
    assert (at.day, at.hour, at.minute) == (2, 0, 1)


async def test_a_worker_does_all_of_it(three: list[UUID]) -> None:
    """From the clock to whoever hears, by the worker's own queue."""
    await database.execute("DELETE FROM stage_walk")
    with hearing() as heard:
        assert await walking.begin()
        await drain(database.pool())
    assert {(baby, stage) for baby, stage, _ in heard} >= {(baby, "middle") for baby in three}
    assert await database.fetchval("SELECT finished FROM stage_walk WHERE day = $1", clock.today())
