"""Recording, changing and removing what was measured; who reads it, and what a stolen row tells."""

from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from foundation import clock, database
from foundation.errors import Invalid
from foundation.pages import PageQuery
from foundation.secrets import Unreadable
from foundation.transactions import transactional
from membership import authorizations, babies, growth
from membership.growth import recording
from membership.growth.invariants import INVARIANTS
from membership.growth.models import MOST_RECORDS, SEALED_BYTES
from membership.growth.recording import _ADD
from tests.breakers import broken_by, keeps
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.growth import measure
from tests.makers.members import make_member
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

ALL = PageQuery(limit=100)


async def make_measured() -> tuple[UUID, UUID]:
    """(mother, her girl of a hundred days)"""
    mother = await make_mother()
    return mother.id, await make_child(mother.id, sex="girl")


async def records_of(guardian_id: UUID, baby_id: UUID) -> list[growth.RecordView]:
    return (await growth.records(guardian_id, baby_id, ALL)).items


@keeps(INVARIANTS)
async def test_recorded_read_changed_and_removed() -> None:
    mother, baby = await make_measured()
    made = await measure(mother, baby, weight_g=5900, length_mm=607, head_mm=399, posture="lying")
    assert made.assessed.check is False
    assert [figure.indicator for figure in made.assessed.figures] == ["weight", "length", "head", "bmi"]
    assert "WHO 2006" in made.standard
    assert await records_of(mother, baby) == [made]
    assert await growth.record_of(mother, baby, made.id) == made
    changed = await growth.change(mother, baby, made.id, growth.MeasurementChanges(weight_g=6100, head_mm=None))
    assert (changed.measurement.weight_g, changed.measurement.head_mm, changed.measurement.length_mm) == (
        6100,
        None,
        607,
    )
    assert await records_of(mother, baby) == [changed]
    await growth.remove(mother, baby, made.id)
    assert await records_of(mother, baby) == []
    for gone in (
        growth.remove(mother, baby, made.id),
        growth.record_of(mother, baby, made.id),
        growth.change(mother, baby, made.id, growth.MeasurementChanges(weight_g=6100)),
    ):
        with pytest.raises(growth.GrowthRecordNotFound):
            await gone


async def test_the_last_day_first_and_by_pages() -> None:
    mother, baby = await make_measured()
    for days_ago in (30, 10, 20, 0):
        await measure(mother, baby, days_ago)
    days = [view.measurement.measured_on for view in await records_of(mother, baby)]
    assert days == [clock.today() - timedelta(days=days_ago) for days_ago in (0, 10, 20, 30)]
    first = await growth.records(mother, baby, PageQuery(limit=3))
    rest = await growth.records(mother, baby, PageQuery(limit=3, cursor=first.next_cursor))
    assert [view.measurement.measured_on for view in first.items + rest.items] == days
    assert rest.next_cursor is None
    with pytest.raises(Invalid):
        await growth.records(mother, baby, PageQuery(cursor="nonsense"))


async def test_implausible_numbers_are_kept_and_asked_about_until_she_confirms() -> None:
    mother, baby = await make_measured()
    made = await measure(mother, baby, weight_g=16_000)
    assert made.assessed.check is True
    assert (await records_of(mother, baby))[0].assessed.check is True
    await growth.change(mother, baby, made.id, growth.MeasurementChanges(confirmed=True))
    (kept,) = await records_of(mother, baby)
    assert (kept.assessed.check, kept.measurement.weight_g) == (False, 16_000)


async def test_what_no_child_is_is_refused_and_not_kept() -> None:
    mother, baby = await make_measured()
    for days_ago, values in (
        (0, {"weight_g": 900_000}),
        (-1, {"weight_g": 6000}),
        (101, {"weight_g": 6000}),
        (0, {"head_mm": 5}),
    ):
        with pytest.raises(Invalid):
            await measure(mother, baby, days_ago, **values)
    made = await measure(mother, baby)
    with pytest.raises(Invalid):
        await growth.change(mother, baby, made.id, growth.MeasurementChanges(weight_g=900_000))
    with pytest.raises(Invalid):
        await growth.change(mother, baby, made.id, growth.MeasurementChanges(weight_g=None))
    assert await records_of(mother, baby) == [made]


async def test_a_pregnancy_is_not_measured() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id)
    with pytest.raises(babies.NotBornYet):
        await measure(mother.id, pregnancy)
    with pytest.raises(babies.NotBornYet):
        await growth.curve(mother.id, pregnancy, "weight")
    assert await records_of(mother.id, pregnancy) == []


async def test_guardians_only() -> None:
    """A relative sees nothing of it, a guardian she made sees and writes, a stranger finds no baby."""
    mother, baby = await make_measured()
    made = await measure(mother, baby)
    relative, _ = await make_relative(mother, baby)
    guardian, _ = await make_relative(mother, baby, "guardian")
    stranger = await make_member()
    for reader, refusal in ((relative.id, babies.GuardianOnly), (stranger.id, babies.BabyNotFound)):
        for attempt in (
            growth.records(reader, baby, ALL),
            growth.record_of(reader, baby, made.id),
            growth.curve(reader, baby, "weight"),
            measure(reader, baby, weight_g=6200),
            growth.change(reader, baby, made.id, growth.MeasurementChanges(weight_g=6200)),
            growth.remove(reader, baby, made.id),
        ):
            with pytest.raises(refusal):
                await attempt
    assert await records_of(guardian.id, baby) == [made]
    his = await measure(guardian.id, baby, 1)
    assert await records_of(mother, baby) == [made, his]


async def test_another_baby_of_hers_does_not_have_it() -> None:
    mother, baby = await make_measured()
    made = await measure(mother, baby)
    twin = await make_child(mother, sex="boy", nickname="小雪")
    for attempt in (
        growth.record_of(mother, twin, made.id),
        growth.change(mother, twin, made.id, growth.MeasurementChanges(weight_g=6200)),
        growth.remove(mother, twin, made.id),
    ):
        with pytest.raises(growth.GrowthRecordNotFound):
            await attempt
    assert await records_of(mother, baby) == [made]


async def test_taking_back_the_authorization_acts_on_the_next_read() -> None:
    mother, baby = await make_measured()
    await measure(mother, baby)
    guardian, _ = await make_relative(mother, baby, "guardian")
    await authorizations.withdraw(mother)
    with pytest.raises((babies.AuthorizationRequired, babies.BabyNotFound)):
        await growth.records(mother, baby, ALL)
    with pytest.raises((babies.AuthorizationRequired, babies.BabyNotFound)):
        await measure(mother, baby, weight_g=6200)
    with pytest.raises(babies.BabyNotFound):
        await growth.curve(guardian.id, baby, "weight")


async def test_the_very_same_again_is_the_same_record() -> None:
    mother, baby = await make_measured()
    made = await measure(mother, baby, weight_g=6100)
    assert await measure(mother, baby, weight_g=6100) == made
    another = await measure(mother, baby, weight_g=6110)
    assert another.id != made.id
    assert len(await records_of(mother, baby)) == 2


async def test_no_baby_has_more_than_there_is_room_for() -> None:
    mother, baby = await make_measured()
    first = await measure(mother, baby)
    await database.execute(
        "INSERT INTO growth_record (id, baby_id, place, content_sealed)"
        " SELECT gen_random_uuid(), baby_id, place.place, content_sealed FROM growth_record,"
        " generate_series(2, $2::int) place (place) WHERE id = $1",
        first.id,
        MOST_RECORDS - 1,
    )
    # What was copied can't be opened in its new place, so only the statement that finds a place is asked.
    sealed = await database.fetchval("SELECT content_sealed FROM growth_record WHERE id = $1", first.id)
    found = [await database.execute(_ADD, uuid4(), baby, sealed, MOST_RECORDS) for _ in range(2)]
    assert found == [1, 0]
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(_ADD, uuid4(), baby, sealed, MOST_RECORDS + 1)


async def test_a_full_baby_is_refused_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    mother, baby = await make_measured()
    monkeypatch.setattr(recording, "MOST_RECORDS", 2)
    for days_ago in (2, 1):
        await measure(mother, baby, days_ago)
    with pytest.raises(growth.TooManyGrowthRecords):
        await measure(mother, baby, 0)
    assert (await measure(mother, baby, 1)).measurement.weight_g == 6000, "what is there is no more"


async def test_a_row_tells_nothing_and_opens_nowhere_else() -> None:
    """All are of one length, whatever was measured; a value copied into another row does not open."""
    mother, baby = await make_measured()
    small = await measure(mother, baby, 90, head_mm=350)
    large = await measure(
        mother, baby, 0, weight_g=80_000, length_mm=1500, posture="standing", head_mm=700, confirmed=True
    )
    rows = {row["id"]: row for row in await database.fetch("SELECT * FROM growth_record WHERE baby_id = $1", baby)}
    assert {len(row["content_sealed"]) for row in rows.values()} == {SEALED_BYTES}
    assert {key.version for key in rows} == {4}, "an id that sorts by time would tell when"
    assert set(rows[small.id].keys()) == {"id", "baby_id", "place", "content_sealed"}
    await database.execute(
        "UPDATE growth_record SET content_sealed = $2 WHERE id = $1", small.id, rows[large.id]["content_sealed"]
    )
    with pytest.raises(Unreadable):
        await records_of(mother, baby)


async def test_an_unsealed_text_is_refused_by_the_table() -> None:
    _mother, baby = await make_measured()
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(_ADD, uuid4(), baby, b'{"weight_g":6000}', MOST_RECORDS)


@keeps(INVARIANTS)
async def test_what_is_destroyed_is_gone() -> None:
    mother, baby = await make_measured()
    await measure(mother, baby)
    sister = await make_child(mother, nickname="小雪")

    @transactional
    async def erase() -> int:
        return await babies.destroy_all(mother)

    await erase()
    assert await database.fetch("SELECT FROM growth_record WHERE baby_id = ANY($1)", [baby, sister]) == []


async def test_the_invariant_sees_what_is_kept_of_the_destroyed() -> None:
    mother, baby = await make_measured()
    await measure(mother, baby)
    damage = "UPDATE baby SET status = 'destroyed', place = NULL, data_key = NULL, details_sealed = NULL WHERE id = $1"
    assert len(await broken_by(damage, INVARIANTS[0], baby)) == 1


async def test_the_last_of_each_within_a_statement_that_reads_more() -> None:
    mother, baby = await make_measured()
    statement = f"SELECT place, {growth.MEASUREMENTS.format(baby='baby.id')} AS growth FROM baby WHERE id = $1"  # noqa: S608  # our own
    opened = await babies.open_baby(mother, baby)
    nothing = await database.fetchrow(statement, baby)
    assert nothing is not None
    assert growth.latest_from(opened, nothing["growth"]) is None
    await measure(mother, baby, 20, weight_g=5500, length_mm=590)
    await measure(mother, baby, 1, head_mm=400)
    await measure(mother, baby, 5, weight_g=5800)
    row = await database.fetchrow(statement, baby)
    assert row is not None
    assert growth.latest_from(opened, row["growth"]) == growth.Latest(
        measured_on=clock.today() - timedelta(days=1), weight_g=5800, length_mm=590, head_mm=400
    )


async def test_statements() -> None:
    """However much was measured, a read is two: the baby with who may see it, and its measurements."""
    mother, baby = await make_measured()
    for days_ago in range(12):
        await measure(mother, baby, days_ago)
    for read in (growth.records(mother, baby, ALL), growth.curve(mother, baby, "weight")):
        with statements() as seen:
            await read
        assert len(seen) == 2, seen
    with statements() as seen:
        await measure(mother, baby, 20)
    assert len(seen) == 6, seen  # BEGIN, the lock, the baby, its measurements, the new one, COMMIT
