"""Combined vaccines of which nobody knows which dose they were of a series: it is asked, and nobody is pressed. What
she wrote herself stays when another line of the injection is corrected."""

from datetime import date, timedelta

import pytest

from foundation import clock
from foundation.settings import Settings
from membership import vaccinations
from membership.vaccinations import Correction, DoseGiven, Remark, Status
from membership.vaccinations.jobs import due_soon
from membership.vaccinations.judging import Given
from membership.vaccinations.lines import OPEN, PlannedDose
from membership.vaccinations.planning import open_doses, plan
from membership.vaccinations.schedules import schedules, span
from tests.makers.babies import make_child, make_mother
from tests.makers.vaccinations import a_quiet_day, give, lines, next_of, opened

SIX = "DTaP-IPV-HepB-Hib"
BORN = date(2025, 1, 10)
today = pytest.fixture(autouse=True)(a_quiet_day)

STORIES = {
    "plain, then six in one": [("DTaP", 1, "DTaP", "2m"), ("DTaP", 2, SIX, "4m")],
    "nothing but the third": [("DTaP", 3, SIX, "4m")],
    "the first of polio of a later day": [("DTaP", 1, "DTaP-IPV-Hib", "2m"), ("Polio", 1, "IPV", "5m")],
}


def made(*doses: tuple[str, int, str, str], age: str) -> list[PlannedDose]:
    return plan(schedules()[-1], BORN, None, given=_given(*doses), skipped=[], today=span(age).after(BORN))


def _given(*doses: tuple[str, int, str, str]) -> list[Given]:
    return [Given(series, number, vaccine, span(age).after(BORN), "r") for series, number, vaccine, age in doses]


def _keys(found: list[PlannedDose], remark: Remark) -> set[tuple[str, int]]:
    return {(line.series, line.number) for line in found if remark in line.remarks}


@pytest.mark.parametrize("story", STORIES)
def test_what_may_have_been_given_is_asked_for_and_not_pressed(story: str) -> None:
    found = made(*STORIES[story], age="5m")
    asked = {"Polio"} if "polio" in story else {"Polio", "HepB"}
    still = [line for line in found if line.series in asked and line.status != Status.DONE]
    assert {line.series for line in still} == asked
    assert all(Remark.IN_COMBINED in line.remarks for line in still)
    assert {line.status for line in still} == {Status.UNRECORDED, Status.UPCOMING}
    assert all(line.earliest == span("4y").after(BORN) for line in still if (line.series, line.number) == ("Polio", 4))
    others = [line for line in found if line.series not in asked]
    assert not _keys(others, Remark.IN_COMBINED)
    assert any(line.status in OPEN for line in others)


def test_nobody_is_reminded_of_them_whatever_way_is_taken() -> None:
    """HepB-3 at six months and polio at four years: not by the long way and not by the quick one."""
    for age in ("6m", "4y"):
        day = span(age).after(BORN) - timedelta(days=2)
        given = _given(*STORIES["nothing but the third"])
        soon = open_doses(
            schedules()[-1], BORN, None, given=given, skipped=[], today=day, next_until=day + timedelta(days=7)
        )
        whole = plan(schedules()[-1], BORN, None, given=given, skipped=[], today=day)
        for way in (soon, whole):
            assert not {line.series for line, _ in due_soon(way, BORN, day)} & {"Polio", "HepB"}


def test_what_one_place_is_left_for_is_concluded() -> None:
    """Two injections before a third polio that she wrote down: they were the first and the second."""
    found = made(("DTaP", 2, SIX, "3m"), ("DTaP", 3, SIX, "4m"), ("Polio", 3, "bOPV", "6m"), age="7m")
    polio = {line.number: line for line in found if line.series == "Polio"}
    assert [(polio[n].vaccine, polio[n].status) for n in (1, 2, 3)] == [
        (SIX, Status.DONE),
        (SIX, Status.DONE),
        ("bOPV", Status.DONE),
    ]
    assert not _keys([*polio.values()], Remark.IN_COMBINED)
    # With a place too many nobody knows.
    found = made(("DTaP", 3, SIX, "4m"), ("Polio", 3, "bOPV", "6m"), age="7m")
    assert [line.number for line in found if line.series == "Polio" and line.status == Status.DONE] == [3]
    assert not _keys([line for line in found if line.series == "Polio"], Remark.IN_COMBINED), "it was before the third"


@pytest.mark.parametrize("months", [3, 4])
async def test_the_screens_neither_count_nor_name_them(world: Settings, today: date, months: int) -> None:
    mother, born = await make_mother(), clock.add_months(today, -5)
    baby = await make_child(mother.id, born)
    await give(mother.id, baby, born, ("BCG", 1))
    await give(mother.id, baby, clock.add_months(born, 2), ("DTaP", 1))
    await vaccinations.record(mother.id, baby, clock.add_months(born, months), [DoseGiven("DTaP", 2, SIX)])
    coming = await next_of(await opened(mother.id, baby))
    assert coming is not None
    assert coming.overdue == 0
    assert not {"乙肝疫苗", "脊灰灭活疫苗"} & set(coming.vaccines)
    calendar = await vaccinations.calendar_of(mother.id, baby)
    assert not [entry.key for entry in calendar if entry.status in ("due", "overdue")]
    # She says which one it was, and everything goes on from there.
    await vaccinations.record(
        mother.id, baby, clock.add_months(born, months), [DoseGiven("Polio", 2, SIX), DoseGiven("HepB", 2, SIX)]
    )
    found = await lines(mother.id, baby)
    assert not _keys([*found.values()], Remark.IN_COMBINED)
    assert (found["Polio", 1].status, found["Polio", 3].status) == (Status.UNRECORDED, Status.DUE)


async def test_correcting_one_line_keeps_the_others_that_she_wrote(world: Settings, today: date) -> None:
    mother, born = await make_mother(), clock.add_months(today, -5)
    baby = await make_child(mother.id, born)
    first, third = clock.add_months(born, 2), clock.add_months(born, 4)
    await vaccinations.record(mother.id, baby, first, [DoseGiven("DTaP", 1, SIX), DoseGiven("Polio", 1, SIX)])
    await vaccinations.record(mother.id, baby, third, [DoseGiven("DTaP", 3, SIX)])
    counted = {key for key, line in (await lines(mother.id, baby)).items() if line.status == Status.DONE}
    assert {("Polio", 2), ("HepB", 1), ("HepB", 2)} <= counted
    record = (await lines(mother.id, baby))["DTaP", 1].record
    assert record is not None
    later = first + timedelta(days=1)
    await vaccinations.correct(mother.id, baby, record, Correction(vaccine="DTaP", given_on=later))
    found = await lines(mother.id, baby)
    assert {key for key, line in found.items() if line.status == Status.DONE} == counted
    assert (found["DTaP", 1].vaccine, found["Polio", 1].vaccine) == ("DTaP", SIX)
    assert found["Polio", 1].given_on == found["DTaP", 1].given_on == later
    assert found["Polio", 1].record != record, "they are two records now"
    # And back: one injection, one record.
    await vaccinations.correct(mother.id, baby, record, Correction(vaccine=SIX))
    found = await lines(mother.id, baby)
    assert found["Polio", 1].record == found["DTaP", 1].record == record
