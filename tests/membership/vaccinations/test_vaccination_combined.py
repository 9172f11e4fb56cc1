"""Combined vaccines: written down once, they count for everything that is in them, and go together."""

from datetime import date, timedelta

import pytest

from foundation import clock
from foundation.settings import Settings
from membership import vaccinations
from membership.vaccinations import Correction, DoseAlreadyRecorded, DoseGiven, Status
from membership.vaccinations.judging import Given
from membership.vaccinations.planning import plan
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import schedules, span
from tests.makers.babies import make_child, make_mother
from tests.makers.vaccinations import a_quiet_day, give, lines

SIX, FIVE = "DTaP-IPV-HepB-Hib", "DTaP-IPV-Hib"
BORN = date(2025, 1, 10)
today = pytest.fixture(autouse=True)(a_quiet_day)


def planned(today: date, *given: Given) -> dict[tuple[str, int], vaccinations.PlannedDose]:
    made = plan(schedules()[-1], BORN, None, given=given, skipped=[], today=today)
    return {(line.series, line.number): line for line in made}


def dose(series: str, number: int, vaccine: str, age: str) -> Given:
    return Given(series, number, vaccine, span(age).after(BORN), f"{series}{number}")


async def test_written_down_once_it_counts_for_all_and_is_removed_as_one(world: Settings, today: date) -> None:
    mother, born = await make_mother(), clock.add_months(today, -3)
    baby = await make_child(mother.id, born)
    await give(mother.id, baby, born, ("HepB", 1))
    day = today - timedelta(days=20)
    await vaccinations.record(mother.id, baby, day, [DoseGiven("DTaP", 1, SIX)])
    made = await lines(mother.id, baby)
    filled = [made[key] for key in (("DTaP", 1), ("Polio", 1), ("HepB", 2), ("Hib", 1))]
    assert {(line.status, line.vaccine, line.given_on) for line in filled} == {(Status.DONE, SIX, day)}
    assert [line.remarks for line in filled] == [(), *[(Remark.COUNTED_TOGETHER,)] * 2, ()]
    assert made["Polio", 2].earliest == max(clock.add_months(born, 3), day + timedelta(days=28))
    (record,) = {line.record for line in filled}
    assert record is not None
    with pytest.raises(DoseAlreadyRecorded):
        await vaccinations.skip(mother.id, baby, [("Polio", 1)])
    await vaccinations.correct(mother.id, baby, record, Correction(given_on=day + timedelta(days=1)))
    made = await lines(mother.id, baby)
    assert {made[key].given_on for key in (("DTaP", 1), ("Polio", 1), ("HepB", 2))} == {day + timedelta(days=1)}
    await vaccinations.correct(mother.id, baby, record, Correction(vaccine="DTaP"))
    made = await lines(mother.id, baby)
    assert (made["DTaP", 1].status, made["Polio", 1].status) == (Status.DONE, Status.DUE)
    await vaccinations.correct(mother.id, baby, record, Correction(vaccine=FIVE))
    await vaccinations.remove(mother.id, baby, record)
    made = await lines(mother.id, baby)
    assert made["HepB", 1].status == Status.DONE
    assert {made[key].status for key in (("DTaP", 1), ("Polio", 1), ("HepB", 2))} == {Status.DUE}
    assert ("Hib", 1) not in made


async def test_a_client_that_sends_the_parts_by_itself_changes_nothing(world: Settings, today: date) -> None:
    mother, born = await make_mother(), clock.add_months(today, -3)
    one, other = await make_child(mother.id, born), await make_child(mother.id, born, nickname="小雪")
    parts = [DoseGiven("Polio", 1, SIX), DoseGiven("HepB", 1, SIX)]
    await vaccinations.record(mother.id, one, today, [DoseGiven("DTaP", 1, SIX)])
    await vaccinations.record(mother.id, one, today, parts)
    await vaccinations.record(mother.id, other, today, [DoseGiven("DTaP", 1, SIX), *parts])
    for baby in (one, other):
        made = await lines(mother.id, baby)
        keys = [key for key, line in made.items() if line.status == Status.DONE]
        assert sorted(keys) == [("DTaP", 1), ("HepB", 1), ("Hib", 1), ("Polio", 1)]
        (record,) = {made[key].record for key in keys}
        assert record is not None
        await vaccinations.remove(mother.id, baby, record)
        assert not [line for line in (await lines(mother.id, baby)).values() if line.status == Status.DONE]


async def test_what_she_says_goes_before_what_is_concluded(world: Settings, today: date) -> None:
    """The first dose in the ward, written down after the combined one: it is the first, and the other the second."""
    mother, born = await make_mother(), clock.add_months(today, -3)
    baby = await make_child(mother.id, born)
    await vaccinations.record(mother.id, baby, today, [DoseGiven("DTaP", 1, SIX)])
    assert (await lines(mother.id, baby))["HepB", 1].vaccine == SIX
    await give(mother.id, baby, born, ("HepB", 1))
    made = await lines(mother.id, baby)
    assert [(made["HepB", n].vaccine, made["HepB", n].status) for n in (1, 2)] == [
        ("HepB", Status.DONE),
        (SIX, Status.DONE),
    ]
    # She knows better than we which number it was.
    await vaccinations.record(mother.id, baby, today, [DoseGiven("HepB", 3, SIX)])
    made = await lines(mother.id, baby)
    assert (made["HepB", 2].status, made["HepB", 3].status) == (Status.UNRECORDED, Status.DONE)


def test_five_in_one_each_time_completes_both_series() -> None:
    shots = [dose("Polio", number, FIVE, age) for number, age in enumerate(("2m", "3m", "4m", "18m"), 1)]
    made = planned(span("19m").after(BORN), *shots)
    assert [made["DTaP", n].given_on for n in (1, 2, 3, 4)] == [shot.given_on for shot in shots]
    assert {made[series, n].status for series in ("DTaP", "Polio", "Hib") for n in (1, 2, 3, 4)} == {Status.DONE}


def test_measles_with_varicella_counts_for_both() -> None:
    made = planned(span("13m").after(BORN), dose("MMR", 1, "MMRV", "12m"))
    assert (made["MMR", 1].status, made["Varicella", 1].status) == (Status.DONE, Status.DONE)
    assert made["MMR", 1].remarks == ()


def test_a_part_whose_number_nobody_knows_is_asked_for() -> None:
    made = planned(span("7m").after(BORN), dose("DTaP", 3, SIX, "6m"))
    assert made["DTaP", 3].remarks == (Remark.PART_UNCLEAR,)
    assert not [key for key, line in made.items() if key[0] in ("Polio", "HepB") and line.status == Status.DONE]
    # The first of polio stands there of a later day: which of them was the first?
    made = planned(span("7m").after(BORN), dose("DTaP", 1, FIVE, "2m"), dose("Polio", 1, "IPV", "5m"))
    assert made["DTaP", 1].remarks == (Remark.PART_UNCLEAR,)
    assert made["Polio", 1].vaccine == "IPV"
    # On the very day, whatever she called it, it is the same.
    made = planned(span("7m").after(BORN), dose("DTaP", 1, FIVE, "2m"), dose("Polio", 1, "IPV", "2m"))
    assert made["DTaP", 1].remarks == ()
    assert made["Polio", 2].status == Status.DUE
