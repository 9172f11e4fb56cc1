"""Entering a stage: recorded once, in the transaction that brings it about, heard once, and never about what ended."""

from datetime import datetime, time, timedelta
from uuid import UUID

import msgspec
import pytest
import time_machine

from foundation import clock, database, jobs
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import authorizations, babies, members
from membership.babies import BabyChanges, BabyDetails, Entered, Newborn, entering, voiding
from membership.babies.entering import mark, tell_entered
from membership.babies.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.babies import authorize, make_child, make_mother, make_pregnancy
from tests.makers.stages import drop_jobs_of, entered, hearing, jobs_of, queued

pytestmark = pytest.mark.usefixtures("world")


async def test_adding_records_the_stage_and_has_it_told_once() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=140))
    assert await entered(pregnancy) == {mark(pregnancy, "middle"): False}
    assert await jobs_of(pregnancy) == 1
    with hearing() as heard:
        assert await tell_entered(pregnancy)
        assert not await tell_entered(pregnancy), "a job may run twice"
    assert heard == [(pregnancy, "middle", clock.today() - timedelta(days=42))]
    assert await entered(pregnancy) == {mark(pregnancy, "middle"): True}


async def test_the_job_names_nobody_in_clear() -> None:
    """That something of this baby began tonight is its birth date."""
    baby = await make_pregnancy((await make_mother()).id)
    (job,) = [job for job in (await queued()).values() if baby in job.opened()]
    payload = msgspec.json.encode(job)
    assert not [part for part in (str(baby), baby.hex, "middle") if part.encode() in payload]
    (definition,) = [each for each in jobs.definitions() if each.name == entering.STAGES_ENTERED]
    with hearing() as heard:
        await definition.handler(msgspec.json.decode(payload, type=definition.payload_type))
    assert [each[0] for each in heard] == [baby]


async def test_one_that_fails_keeps_no_other_from_being_told() -> None:
    made = [await make_pregnancy((await make_mother()).id) for _ in range(3)]
    with hearing() as heard:

        async def failing(entered: Entered) -> None:
            if entered.baby.id == made[0]:
                raise RuntimeError("later")

        entering.on_stage_entered("service")(failing)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await entering.hear(entering.StagesEntered.of(made))
    assert [await entered(baby) for baby in made] == [{mark(baby, "middle"): baby != made[0]} for baby in made]
    assert [baby for baby, _, _ in heard if baby != made[0]] == made[1:]


async def test_many_are_told_in_few_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "MOST_IN_A_JOB", 2)
    made = [await make_pregnancy((await make_mother()).id) for _ in range(5)]
    await database.execute("DELETE FROM baby_stage WHERE baby_id = ANY($1)", made)
    for baby in made:
        await drop_jobs_of(baby)

    @transactional
    async def enter_all() -> int:
        return await entering.enter(await babies.open_theirs("service", await owners(made)))

    assert await enter_all() == 5
    queued_now = [job.opened() for job in (await queued()).values()]
    assert sorted(len(job) for job in queued_now if set(job) & set(made)) == [1, 2, 2]


async def owners(of: list[UUID]) -> list[UUID]:
    rows = await database.fetch("SELECT member_id FROM baby WHERE id = ANY($1)", of)
    return [row["member_id"] for row in rows]


async def test_a_change_within_a_stage_is_no_entering() -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await babies.change(mother.id, baby, BabyChanges(nickname="新名"))
    assert len(await entered(baby)) == await jobs_of(baby) == 1


async def test_a_change_into_another_stage_and_back_again() -> None:
    mother = await make_mother()
    today = clock.today()
    baby = await make_child(mother.id, today - timedelta(days=100))
    await babies.change(mother.id, baby, BabyChanges(birth_date=today - timedelta(days=300)))
    assert set(await entered(baby)) == {mark(baby, "m0_6"), mark(baby, "m6_12")}
    await babies.change(mother.id, baby, BabyChanges(birth_date=today - timedelta(days=100)))
    assert len(await entered(baby)) == await jobs_of(baby) == 2, "each once, whatever is corrected"


async def test_what_is_told_is_the_stage_of_that_moment() -> None:
    """The queue stood still meanwhile: nobody hears of a stage that is over."""
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    await babies.born(mother.id, baby, clock.today(), [Newborn()], 266)
    with hearing() as heard:
        assert await tell_entered(baby)
        assert not await tell_entered(baby)
    assert heard == [(baby, "m0_6", clock.today())]
    assert await entered(baby) == {mark(baby, "middle"): False, mark(baby, "m0_6"): True}


async def test_twins_enter_one_by_one() -> None:
    mother = await make_mother()
    pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=7))
    twins = await babies.born(mother.id, pregnancy, clock.today(), [Newborn(nickname="早"), Newborn(nickname="晚")])
    with hearing() as heard:
        for twin in twins:
            await tell_entered(twin.id)
    assert {(baby, stage) for baby, stage, _ in heard} == {(twin.id, "m0_6") for twin in twins} and len(heard) == 2


@keeps(INVARIANTS)
async def test_a_pregnancy_that_ended_is_told_nobody_and_enters_nothing() -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id, clock.today() + timedelta(days=85))
    record = await babies.open_baby(mother.id, baby)
    await babies.put_away(mother.id, baby)
    with hearing() as heard:
        assert not await tell_entered(baby), "the job was in the queue already"
    assert heard == []
    assert await enter_as_if(record, 85 - 28) == 0, "whoever opened it before is told so"
    assert len(await entered(baby)) == 1


@transactional
async def enter_as_if(record: babies.BabyRecord, days_left: int) -> int:
    """Enters the stage of another due date."""
    details = msgspec.structs.replace(record.details, due_date=clock.today() + timedelta(days=days_left))
    return await entering.enter([msgspec.structs.replace(record, details=details)])


async def test_control_of_the_above_it_enters_while_it_is_open() -> None:
    mother = await make_mother()
    record = await babies.open_baby(mother.id, await make_pregnancy(mother.id, clock.today() + timedelta(days=85)))
    assert await enter_as_if(record, 85 - 28) == 1


async def test_nothing_for_a_mother_who_is_banned_and_again_when_she_is_not() -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id, clock.today() + timedelta(days=85))
    record = await babies.open_baby(mother.id, baby)
    await members.ban(mother.id, "测试", by=new_id())
    with hearing() as heard:
        assert await enter_as_if(record, 50) == 0
        assert not await tell_entered(baby)
        await members.lift_ban(mother.id, by=new_id())
        assert await enter_as_if(record, 50) == 1
        assert await tell_entered(baby)
    assert len(heard) == 1


async def test_nothing_without_the_authorization_and_again_with_it() -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id, clock.today() + timedelta(days=85))
    record = await babies.open_baby(mother.id, baby)
    await authorizations.withdraw(mother.id)
    with hearing() as heard:
        assert await enter_as_if(record, 50) == 0
        assert not await tell_entered(baby)
        await authorize(mother.id)
        assert await enter_as_if(record, 50) == 1
        assert await tell_entered(baby)
    assert len(heard) == 1


async def test_a_hearer_hears_only_for_what_she_allows() -> None:
    mother = await make_mother("service", "marketing")
    other = await make_mother("service")
    with hearing("marketing") as heard, hearing() as all_heard:
        for each in (mother, other):
            assert await tell_entered(await make_child(each.id))
    assert (len(heard), len(all_heard)) == (1, 2)


async def test_a_hearer_that_fails_has_it_told_again() -> None:
    baby = await make_child((await make_mother()).id)
    with hearing() as heard:

        async def failing(_entered: Entered) -> None:
            raise RuntimeError("later")

        entering.on_stage_entered("service")(failing)
        with pytest.raises(RuntimeError):
            await tell_entered(baby)
    assert await entered(baby) == {mark(baby, "m0_6"): False}
    with hearing() as heard:
        assert await tell_entered(baby)
    assert len(heard) == 1


async def test_a_damaged_baby_is_told_nobody() -> None:
    baby = await make_child((await make_mother()).id)
    await database.execute("UPDATE baby SET details_sealed = decode('00', 'hex') WHERE id = $1", baby)
    with hearing() as heard:
        assert not await tell_entered(baby)
    assert heard == []


async def test_what_was_brought_back_is_not_told_anew() -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    await tell_entered(baby)
    await babies.put_away(mother.id, baby)
    await babies.bring_back(mother.id, baby)
    assert await entered(baby) == {mark(baby, "middle"): True}


async def test_a_destroyed_baby_entered_nothing() -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    await babies.put_away(mother.id, baby)
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 7 WHERE id = $1", baby)
    await babies.destroy_due()
    assert await entered(baby) == {}


async def test_a_year_after_the_birth_nothing_says_that_there_was_a_pregnancy() -> None:
    mother = await make_mother()
    born = clock.today()
    baby = await make_pregnancy(mother.id, born)
    await babies.born(mother.id, baby, born, [Newborn()])
    assert set(await entered(baby)) == {mark(baby, "late"), mark(baby, "m0_6")}
    with time_machine.travel(datetime.combine(clock.add_months(born, 12), time(12), clock.SHANGHAI), tick=True):
        assert await voiding._void(baby) == "voided"
    assert set(await entered(baby)) == {mark(baby, "m0_6")}


async def test_no_row_tells_which_stage_it_is() -> None:
    """Equal stages of two babies are no equal rows, and there is nothing else in them."""
    mother = await make_mother()
    twins = await babies.add(mother.id, [BabyDetails(nickname=name, birth_date=clock.today()) for name in "早晚"])
    rows = await database.fetch("SELECT * FROM baby_stage WHERE baby_id = ANY($1)", [twin.id for twin in twins])
    assert {key for row in rows for key in dict(row)} == {"id", "baby_id", "heard"}
    assert len({row["id"] for row in rows}) == 2


async def test_what_breaks_the_invariant() -> None:
    baby = await make_child((await make_mother()).id)
    (invariant,) = [each for each in INVARIANTS if each.name == "babies.no_stage_of_the_destroyed"]
    damage = "UPDATE baby SET status = 'destroyed', place = NULL, data_key = NULL, details_sealed = NULL WHERE id = $1"
    assert len(await broken_by(damage, invariant, baby)) == 1
