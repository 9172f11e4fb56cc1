"""A plan (备孕): neither expected nor born, one at a time, and what becomes of it."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from foundation import clock, database
from foundation.errors import Invalid
from foundation.transactions import transactional
from membership import babies, growth, milk, vaccinations
from membership.babies import BabyChanges, BabyDetails, Newborn, Pregnancy, putting_away, walking
from membership.babies.entering import forget_pregnancy, mark
from membership.babies.invariants import INVARIANTS
from membership.babies.lapsing import EXPIRED_DAYS, put_away_lapsed
from tests.breakers import keeps
from tests.controls import CHANCES
from tests.makers import baby_races as races
from tests.makers.authorizations import ends_in
from tests.makers.babies import make_child, make_mother, make_plan, make_pregnancy, make_relative
from tests.makers.growth import measure
from tests.makers.stages import entered, walk_anew
from tests.makers.vaccinations import next_of

pytestmark = pytest.mark.usefixtures("world")


def complained(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return sorted(error.field for error in refused.value.errors)


async def test_a_plan_needs_no_name_and_no_day() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    (seen,) = await babies.babies_of(mother.id)
    assert (seen.id, seen.status, seen.nickname, seen.stage.stage) == (plan, "trying", "宝宝", "trying")
    assert (seen.age, seen.gestation, seen.details) == (None, None, BabyDetails(nickname="宝宝", trying=True))
    assert seen.stage.next == babies.NextStage("early", None)
    assert await make_plan(mother.id) == plan, "a second tap"
    renamed = await babies.change(mother.id, plan, BabyChanges(nickname="小星星"))
    assert (renamed.nickname, renamed.status) == ("小星星", "trying")


async def test_one_plan_at_a_time() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id, "一号")
    await make_child(mother.id)
    with pytest.raises(babies.AlreadyTrying):
        await make_plan(mother.id, "二号")
    with pytest.raises(babies.AlreadyTrying):
        await babies.add((await make_mother()).id, [BabyDetails(nickname=name, trying=True) for name in ("一", "二")])
    await babies.put_away(mother.id, plan)
    second = await make_plan(mother.id, "二号")
    with pytest.raises(babies.AlreadyTrying):
        await babies.bring_back(mother.id, plan)
    assert {each.id for each in await babies.open_babies(mother.id)} >= {second}
    assert await database.fetchval("SELECT status FROM baby WHERE id = $1", plan) == "hidden", "it rolled back"
    await babies.put_away(mother.id, second)
    await babies.bring_back(mother.id, plan)


async def test_many_taps_make_one_plan() -> None:
    races.expect_one_plan(await races.plan_with_many_names(6), 6)


async def test_control_without_the_mothers_lock_there_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("membership.members.hold_one", races.unlocked_member)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_plan(await races.plan_with_many_names(6), 6)


async def test_of_a_plan_nothing_else_is_known() -> None:
    mother = await make_mother()
    day = clock.today()
    with pytest.raises(Invalid) as refused:
        await babies.add(
            mother.id,
            [BabyDetails(nickname="", trying=True, sex="girl", birth_date=day, due_date=day, feeding="breast")],
        )
    assert complained(refused) == [f"babies[0].{name}" for name in ("birth_date", "due_date", "feeding", "sex")]
    with pytest.raises(Invalid) as refused:
        await babies.add(mother.id, [BabyDetails(nickname="")])
    assert "babies[0].nickname" in complained(refused), "only a plan may be nameless"
    with pytest.raises(Invalid):
        await babies.add(mother.id, [BabyDetails(nickname="   ", trying=True)])
    plan = await make_plan(mother.id)
    for changes, field in (
        (BabyChanges(birth_date=day), "birth_date"),
        (BabyChanges(due_date=day), "due_date"),
        (BabyChanges(last_period=day), "last_period"),
        (BabyChanges(cycle_days=28), "cycle_days"),
        (BabyChanges(sex="boy"), "sex"),
        (BabyChanges(allergies=("egg",)), "allergies"),
        (BabyChanges(gestation_days_at_birth=270), "gestation_days_at_birth"),
    ):
        with pytest.raises(Invalid) as refused:
            await babies.change(mother.id, plan, changes)
        assert complained(refused) == [field]


@pytest.mark.parametrize(
    ("told", "due_in", "origin"),
    [
        (Pregnancy(last_period=clock.today() - timedelta(days=40), cycle_days=30), 242, "last_period"),
        (Pregnancy(due_date=clock.today() + timedelta(days=230), due_date_from="ultrasound"), 230, "ultrasound"),
        (Pregnancy(due_date=clock.today() + timedelta(days=231)), 231, "said"),
    ],
)
async def test_it_becomes_a_pregnancy_in_one_step(told: Pregnancy, due_in: int, origin: str) -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    father, _ = await make_relative(mother.id, plan, "guardian")
    seen = await babies.pregnant(father.id, plan, told)
    assert (seen.id, seen.status, seen.stage.stage, seen.role) == (plan, "expected", "early", "guardian")
    assert seen.details is not None and seen.details.due_date == clock.today() + timedelta(days=due_in)
    assert (seen.details.due_date_from, seen.details.trying) == (origin, False)
    again = await babies.pregnant(mother.id, plan, told)
    assert again.details == seen.details
    with pytest.raises(babies.AlreadyExpected):
        await babies.pregnant(mother.id, plan, Pregnancy(due_date=clock.today() + timedelta(days=100)))
    assert await entered(plan) == {mark(plan, "trying"): False, mark(plan, "early"): False}
    await make_plan(mother.id, "下一个")


async def test_what_can_not_be_a_pregnancy() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    today = clock.today()
    for told, field in (
        (Pregnancy(), "due_date"),
        (Pregnancy(due_date=today + timedelta(days=730)), "due_date"),
        (Pregnancy(due_date=today - timedelta(days=30)), "due_date"),
        (Pregnancy(last_period=today + timedelta(days=1)), "last_period"),
        (Pregnancy(last_period=today - timedelta(days=40), cycle_days=90), "cycle_days"),
        (Pregnancy(cycle_days=28), "due_date"),
    ):
        with pytest.raises(Invalid) as refused:
            await babies.pregnant(mother.id, plan, told)
        assert complained(refused) == [field]
    with pytest.raises(babies.BabyNotFound):
        await babies.pregnant((await make_mother()).id, plan, Pregnancy(due_date=today + timedelta(days=200)))
    relative, _ = await make_relative(mother.id, plan)
    with pytest.raises(babies.GuardianOnly):
        await babies.pregnant(relative.id, plan, Pregnancy(due_date=today + timedelta(days=200)))
    with pytest.raises(babies.AlreadyBorn):
        await babies.pregnant(mother.id, await make_child(mother.id), Pregnancy(due_date=today))
    assert (await babies.open_baby(mother.id, plan)).status == "trying"


async def test_who_adopts_has_a_child_at_once() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    birth = clock.today() - timedelta(days=200)
    (child,) = await babies.born(mother.id, plan, birth, [Newborn(nickname="小鹿", sex="girl")])
    assert (child.id, child.status, child.nickname) == (plan, "born", "小鹿")
    assert child.details == BabyDetails(nickname="小鹿", sex="girl", birth_date=birth, schedule="nip-2026")
    assert await babies.born(mother.id, plan, birth, [Newborn(nickname="小鹿")]) == [child]
    other = await make_plan(mother.id)
    with pytest.raises(Invalid):
        await babies.born(mother.id, other, clock.today() + timedelta(days=1), [Newborn()])


@keeps(INVARIANTS)
async def test_it_is_put_away_as_any_other() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    await make_relative(mother.id, plan)
    await babies.put_away(mother.id, plan)
    assert await babies.babies_of(mother.id) == []
    row = await database.fetchrow("SELECT status, place FROM baby WHERE id = $1", plan)
    assert row is not None and tuple(row) == ("hidden", None)
    await database.execute("UPDATE baby SET hidden_on = hidden_on - 7 WHERE id = $1", plan)
    await putting_away.destroy_due()
    assert await database.fetchval("SELECT data_key FROM baby WHERE id = $1", plan) is None


async def test_a_relative_sees_that_there_is_a_plan_and_nothing_else() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id, "小星星")
    relative, _ = await make_relative(mother.id, plan)
    (seen,) = await babies.babies_of(relative.id)
    assert (seen.nickname, seen.status, seen.details) == ("小星星", "trying", None)
    assert seen.stage == babies.StageView(stage="trying")
    with pytest.raises(babies.GuardianOnly):
        await babies.open_baby(relative.id, plan)


async def test_nothing_that_needs_a_birth_speaks_of_it() -> None:
    mother = await make_mother("service", "store_reminders")
    plan = await make_plan(mother.id)
    with pytest.raises(babies.NotBornYet):
        await measure(mother.id, plan)
    for read in (growth.curve(mother.id, plan, "weight"), vaccinations.plan_of(mother.id, plan)):
        with pytest.raises(babies.NotBornYet):
            await read
    with pytest.raises(babies.NotBornYet):
        await milk.say_stock(mother.id, plan, full_cans=1, open_percent=None)
    assert await milk.milk_of(mother.id, plan) is None
    baby = await babies.open_baby(mother.id, plan)
    assert await next_of(baby) is None


async def test_a_dump_does_not_tell_it_from_others() -> None:
    mother = await make_mother()
    made = {
        await make_plan(mother.id),
        await make_pregnancy(mother.id, nickname="豆" * 20),
        await make_child(mother.id, feeding="mixed", formula_share_percent=30, allergies=("egg",)),
    }
    rows = [await database.fetchrow("SELECT * FROM baby WHERE id = $1", each) for each in made]
    shown = [dict(row) for row in rows if row is not None]
    assert len({len(row["details_sealed"]) for row in shown}) == len({len(row["data_key"]) for row in shown}) == 1
    assert {(row["status"], row["hidden_on"]) for row in shown} == {("open", None)}
    assert "trying" not in str(shown) and not any(b"trying" in bytes(row["details_sealed"]) for row in shown)
    assert {len(await entered(each)) for each in made} == {1}


async def test_the_walk_enters_it_once_and_voiding_leaves_it_alone() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    await database.execute("DELETE FROM baby_stage WHERE baby_id = $1", plan)
    day = await walk_anew(after_id=UUID(int=plan.int - 1))
    for _ in range(2):
        await walking.walk_batch(day)
        await walk_anew(after_id=UUID(int=plan.int - 1))
    assert list(await entered(plan)) == [mark(plan, "trying")]
    with time_machine.travel(clock.start_of_day(clock.add_months(clock.today(), 60)), tick=True):
        done = await babies.void_pregnancies(UUID(int=plan.int - 1), 1)
    assert plan not in done.voided + done.destroyed
    assert (await babies.open_baby(mother.id, plan)).status == "trying"


async def test_it_lasts_as_long_as_the_authorization() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    await ends_in(mother.id, days=1 - EXPIRED_DAYS)
    await put_away_lapsed()
    assert await status_of(plan) == "open"
    await ends_in(mother.id, days=-1 - EXPIRED_DAYS)
    await put_away_lapsed()
    assert await status_of(plan) == "hidden"


async def test_a_year_after_the_birth_no_row_says_that_it_began_as_a_plan() -> None:
    mother = await make_mother()
    plan = await make_plan(mother.id)
    await babies.pregnant(mother.id, plan, Pregnancy(due_date=clock.today() + timedelta(days=7)))
    await babies.born(mother.id, plan, clock.today(), [Newborn()])
    assert len(await entered(plan)) == 3

    @transactional
    async def forget() -> None:
        await forget_pregnancy(plan)

    await forget()
    assert list(await entered(plan)) == [mark(plan, "m0_6")]


@keeps(INVARIANTS)
async def test_two_who_turn_out_to_be_one_keep_both_plans() -> None:
    gone, stays = await make_mother(), await make_mother()
    plans = {await make_plan(gone.id, "一"), await make_plan(stays.id, "二")}

    @transactional
    async def merge() -> int:
        return await babies.move_all(gone.id, stays.id)

    assert await merge() == 1
    assert {each.id for each in await babies.babies_of(stays.id)} == plans
    with pytest.raises(babies.AlreadyTrying):
        await make_plan(stays.id, "三")
    assert await make_plan(stays.id, "一") in plans, "a second tap of what is there"


async def status_of(baby_id: UUID) -> str:
    status: str = await database.fetchval("SELECT status FROM baby WHERE id = $1", baby_id)
    return status
