"""Pregnancy data a year later: void, with what was derived from it; the clock is turned."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine

from foundation import clock, database
from membership import babies
from membership.babies import BabyDetails, Newborn
from membership.babies.voiding import without_pregnancy
from membership.privacy import destructions
from membership.privacy import minors_words as words
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative

pytestmark = pytest.mark.usefixtures("world")

BIRTH = date(2025, 6, 1)
KNOWN = BabyDetails(
    nickname="小满",
    birth_date=BIRTH,
    due_date=date(2025, 6, 10),
    due_date_from="last_period",
    last_period=date(2024, 9, 3),
    cycle_days=28,
    gestation_days_at_birth=271,
    feeding="breast",
)


def test_a_year_and_not_a_day_less() -> None:
    assert without_pregnancy(KNOWN, date(2026, 5, 31)) == KNOWN
    assert without_pregnancy(KNOWN, date(2026, 6, 1)) == BabyDetails(
        nickname="小满", birth_date=BIRTH, feeding="breast"
    )


def test_how_early_a_preterm_child_came_is_kept_until_its_fifth_birthday() -> None:
    early = BabyDetails(nickname="早早", birth_date=BIRTH, due_date=date(2025, 7, 27), gestation_days_at_birth=224)
    left = without_pregnancy(early, date(2026, 6, 1))
    assert (left.due_date, left.gestation_days_at_birth) == (None, 224)
    assert without_pregnancy(early, date(2027, 7, 27)) == left  # 24 months corrected
    assert without_pregnancy(early, date(2030, 5, 31)) == left
    gone = without_pregnancy(left, date(2030, 6, 1))
    assert (gone.gestation_days_at_birth, gone.gestation_from, gone.came_early) == (None, None, True)
    assert without_pregnancy(gone, date(2031, 6, 1)) == gone
    assert without_pregnancy(KNOWN, date(2030, 6, 1)).came_early is False, "it came at term"


async def void_all() -> tuple[set[UUID], set[UUID]]:
    """In small batches, as the job does: (voided, destroyed)."""
    voided: set[UUID] = set()
    destroyed: set[UUID] = set()
    after: UUID | None = UUID(int=0)
    while after is not None:
        batch = await babies.void_pregnancies(after, 7)
        voided |= set(batch.voided)
        destroyed |= set(batch.destroyed)
        after = batch.next_after
    return voided, destroyed


async def test_each_voiding_is_proved_by_what_it_voided() -> None:
    """The pregnancy a year after the birth, and at the fifth birthday how early the child came."""
    mother = await make_mother()
    birth = clock.today() - timedelta(days=30)
    pregnancy = await make_pregnancy(mother.id, birth + timedelta(days=56))
    (early,) = await babies.born(mother.id, pregnancy, birth, [Newborn()])
    late = await make_child(mother.id, birth, gestation_days_at_birth=224, nickname="早早")
    why = destructions.WHY
    for months, hers, alone in ((12, ["pregnancy"], []), (59, [], []), (60, ["gestation"], ["gestation"])):
        before = {each: await rules(each) for each in (early.id, late)}
        with time_machine.travel(clock.start_of_day(clock.add_months(birth, months)), tick=True):
            await void_all()
            await void_all()
        for baby, said in ((early.id, hers), (late, alone)):
            assert await rules(baby) == before[baby] + [why[each] for each in said], months
    said = words.rule(why["gestation"])
    assert "5周岁" in said and "孕周" in said


async def rules(baby: UUID) -> list[str]:
    return [each.rule for each in await destructions.proofs("baby", [str(baby)])]


async def test_the_job_voids_what_is_due_and_nothing_twice() -> None:
    mother = await make_mother()
    (child,) = await babies.born(
        mother.id, await make_pregnancy(mother.id, clock.today() + timedelta(days=7)), clock.today(), [Newborn()]
    )
    expected = await make_pregnancy(mother.id, clock.today() + timedelta(days=100), "未生")
    await make_relative(mother.id, expected)
    assert not {child.id, expected} & set.union(*await void_all())
    in_a_year = clock.add_months(clock.today(), 12)
    with time_machine.travel(clock.start_of_day(in_a_year), tick=True):
        voided, destroyed = await void_all()
        assert child.id in voided and expected not in voided | destroyed
        assert not {child.id, expected} & set.union(*await void_all())
    details = (await babies.open_baby(mother.id, child.id)).details
    assert details == BabyDetails(nickname="豆豆", birth_date=clock.today(), schedule="nip-2026")
    after_due = clock.add_months(clock.today() + timedelta(days=100), 12)
    with time_machine.travel(clock.start_of_day(after_due), tick=True):
        _, destroyed = await void_all()
    assert expected in destroyed
    assert await database.fetchval("SELECT data_key FROM baby WHERE id = $1", expected) is None
    assert [each.id for each in await babies.babies_of(mother.id)] == [child.id]
