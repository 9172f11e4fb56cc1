"""The calendar: doses and visits by day, and the file for the phone."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from foundation import clock
from foundation.settings import Settings
from membership import vaccinations
from membership.vaccinations.visits import visits
from tests.makers.babies import make_child, make_mother
from tests.makers.vaccinations import a_quiet_day, catch_up, give

NICKNAME = "小石榴"


def test_visits_are_by_month_and_year_with_the_clamp() -> None:
    found = {visit.code: visit for visit in visits(date(2024, 1, 31))}
    assert list(found) == ["1m", "3m", "6m", "8m", "12m", "18m", "24m", "30m", "36m", "4y", "5y", "6y"]
    assert found["1m"].day == date(2024, 2, 29)
    assert found["1m"].name == "满月儿保"
    assert found["30m"].day == date(2026, 7, 31)
    assert found["6y"].day == date(2030, 1, 31)


today = pytest.fixture(a_quiet_day)


async def test_doses_and_visits_stand_in_one_calendar(world: Settings, today: date) -> None:
    mother, born = await make_mother(), clock.add_months(today, -2)
    baby = await make_child(mother.id, born)
    await give(mother.id, baby, born, ("HepB", 1), ("BCG", 1))
    await vaccinations.skip(mother.id, baby, [("DTaP", 1)])
    entries = await vaccinations.calendar_of(mother.id, baby)
    assert [entry.day for entry in entries] == sorted(entry.day for entry in entries)
    by_key = {entry.key: entry for entry in entries}
    assert len(by_key) == len(entries)
    assert (by_key["HepB-1"].day, by_key["HepB-1"].status) == (born, "done")
    assert (by_key["HepB-2"].day, by_key["HepB-2"].status) == (today, "due")  # for a month already
    assert (by_key["Polio-1"].day, by_key["Polio-1"].status) == (today, "due")
    assert by_key["Polio-1"].name == "脊灰灭活疫苗 第1剂"
    assert (by_key["MMR-1"].day, by_key["MMR-1"].status) == (clock.add_months(born, 8), "upcoming")
    assert (by_key["visit-1m"].status, by_key["visit-3m"].status) == ("past", "upcoming")
    assert "DTaP-1" not in by_key
    assert "HPV-1" not in by_key  # it is not said that she is a girl


async def test_the_file_holds_what_is_to_come(world: Settings, today: date) -> None:
    mother, born = await make_mother(), clock.add_months(today, -8)
    baby = await make_child(mother.id, born, nickname=NICKNAME)
    await catch_up(mother.id, baby)
    content = await vaccinations.ics_of(mother.id, baby)
    events = {str(event["uid"]): event for event in Calendar.from_ical(content).walk("VEVENT")}
    coming = [
        entry for entry in await vaccinations.calendar_of(mother.id, baby) if entry.status not in ("done", "past")
    ]
    assert {f"{entry.key}.{baby}@muying" for entry in coming} == set(events)
    mmr = events[f"MMR-1.{baby}@muying"]
    assert (mmr.decoded("dtstart"), mmr.decoded("dtend")) == (today, today + timedelta(days=1))
    assert str(mmr["description"]) == "以接种门诊安排为准。"
    assert {str(event["class"]) for event in events.values()} == {"PRIVATE"}, "a shared calendar shows it to nobody"
    assert NICKNAME.encode() not in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))

    # Given today: its event goes, what waits for it moves, and the same things keep their names.
    await give(mother.id, baby, today, ("MMR", 1))
    later = {
        str(event["uid"]): event
        for event in Calendar.from_ical(await vaccinations.ics_of(mother.id, baby)).walk("VEVENT")
    }
    assert set(events) - set(later) == {f"MMR-1.{baby}@muying"}
    assert set(later) <= set(events)
    # So does what a doctor advised against, and what is not written down is no appointment.
    await vaccinations.skip(mother.id, baby, [("JE", 1)])
    await vaccinations.record(mother.id, baby, today, [vaccinations.DoseGiven("JE", 2, "JE-L")])
    last = {
        str(event["uid"]) for event in Calendar.from_ical(await vaccinations.ics_of(mother.id, baby)).walk("VEVENT")
    }
    assert set(later) - last == {f"JE-{number}.{baby}@muying" for number in (1, 2)}
