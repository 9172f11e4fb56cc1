"""A later edition comes into force: plans that have begun stay as they are, written to or not."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
import pytest
import time_machine

from foundation import clock, database
from foundation.settings import Settings
from membership import babies, vaccinations
from membership.babies.records import seal_details
from membership.vaccinations import schedules
from tests.makers.babies import make_child, make_mother, make_pregnancy
from tests.makers.members import MadeMember
from tests.makers.vaccinations import a_quiet_day, give, opened

today = pytest.fixture(a_quiet_day)
NEWEST, LATER = "nip-2026", "nip-2028"


@pytest.fixture(autouse=True)
def later(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in force from tomorrow, and the release that knows it comes a week later."""
    newest = schedules.schedules()[-1]
    assert newest.code == NEWEST
    courses = {series: those for series, those in newest.courses.items() if series != "HPV"}
    edition = msgspec.structs.replace(
        newest, code=LATER, in_force_from=today + timedelta(days=1), courses=courses, title="2028年版"
    )
    known = (*schedules.schedules(), edition)
    released = today + timedelta(days=8)
    monkeypatch.setattr(schedules, "schedules", lambda: known if clock.today() >= released else known[:-1])


def after(today: date, days: int) -> time_machine.travel:
    return time_machine.travel(datetime.combine(today + timedelta(days=days), time(9, 30), clock.SHANGHAI), tick=True)


async def edition(mother: MadeMember, baby: UUID) -> tuple[str, str | None]:
    plan = await vaccinations.plan_of(mother.id, baby)
    return plan.edition, plan.newer_edition


async def test_an_untouched_plan_does_not_move(world: Settings, today: date) -> None:
    mother = await make_mother()
    baby, written = await make_child(mother.id), await make_child(mother.id, nickname="小雪")
    await give(mother.id, written, today, ("HepB", 1))
    doses = (await vaccinations.plan_of(mother.id, baby)).doses
    pregnancy = await make_pregnancy(mother.id, today + timedelta(days=20))
    with after(today, 3):
        # In force, though this release does not know it yet.
        meanwhile = await make_child(mother.id, nickname="小鹿")
    with after(today, 10):
        for each in (baby, written, meanwhile):
            assert await edition(mother, each) == (NEWEST, LATER)
        assert len((await vaccinations.plan_of(mother.id, baby)).doses) == len(doses)
        await babies.change(mother.id, baby, babies.BabyChanges(nickname="小豆", birth_date=today - timedelta(days=9)))
        assert await edition(mother, baby) == (NEWEST, LATER)
        await give(mother.id, meanwhile, today, ("HepB", 1))
        assert await edition(mother, meanwhile) == (NEWEST, LATER)
        assert await edition(mother, await make_child(mother.id, nickname="小雨")) == (LATER, None)
        # The plan of who was expected before begins with the birth.
        twins = [babies.Newborn(nickname=name) for name in ("早早", "晚晚")]
        born = await babies.born(mother.id, pregnancy, clock.today(), twins)
        assert [await edition(mother, each.id) for each in born] == [(LATER, None)] * 2
    # Whoever returns to the release before goes on with what that one knows.
    assert await edition(mother, born[0].id) == (NEWEST, None)
    assert not await database.fetchval("SELECT count(*) FROM vaccination_sheet WHERE baby_id = $1", baby)


async def test_profiles_from_before_keep_the_edition_that_was_newest_then(world: Settings, today: date) -> None:
    mother = await make_mother()
    baby = await opened(mother.id, await make_child(mother.id))
    details = msgspec.structs.replace(baby.details, schedule=None)
    sealed = seal_details(baby.keyring, baby.id, details)
    await database.execute("UPDATE baby SET details_sealed = $2 WHERE id = $1", baby.id, sealed)
    with after(today, 10):
        assert await edition(mother, baby.id) == (NEWEST, LATER)


async def test_nobody_chooses_for_who_is_not_born(world: Settings) -> None:
    """Nor does a row beside the profile tell who is."""
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    with pytest.raises(babies.NotBornYet):
        await vaccinations.choose(mother.id, baby, edition=None, courses={"JE": "JE-I"})
    assert (await opened(mother.id, baby)).details.schedule is None
