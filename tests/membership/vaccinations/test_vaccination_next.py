"""What the home screen counts and names: vaccines and not doses, and nothing that is years away."""

from datetime import date, timedelta

import pytest

from foundation import clock
from foundation.settings import Settings
from membership.vaccinations import GIVEN, Status
from tests.makers.babies import make_child, make_mother
from tests.makers.vaccinations import a_quiet_day, catch_up, lines, next_of, opened

today = pytest.fixture(autouse=True)(a_quiet_day)


@pytest.mark.parametrize("months", [13, 15, 71])
async def test_the_question_counts_vaccines_as_it_says(world: Settings, today: date, months: int) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(today, -months))
    found = await next_of(await opened(mother.id, baby))
    assert found is not None
    late = [line for line in (await lines(mother.id, baby)).values() if line.status == Status.OVERDUE]
    assert found.overdue == len({line.series for line in late}) >= 6
    assert "种疫苗" in GIVEN and "剂" not in GIVEN


async def test_what_is_years_away_is_no_next_visit(
    world: Settings, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(today, -71), sex="girl")
    record = await opened(mother.id, baby)

    def becomes(months: int) -> date:
        day = clock.add_months(record.details.birth_date or today, months)
        monkeypatch.setattr(clock, "today", lambda: day)
        return day

    day = becomes(86)
    missing = await next_of(record)
    assert missing is not None
    assert (missing.day, missing.vaccines, missing.visit) == (None, [], None)
    assert missing.overdue >= 6, "what is late is asked for, whatever comes"
    await catch_up(mother.id, baby, day)
    found = await next_of(record)
    while found is not None and found.day is not None and found.day <= day + timedelta(days=366):
        day = found.day
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        await catch_up(mother.id, baby, day)
        found = await next_of(record)
    assert found is None, "HPV at thirteen is years away"
    day = becomes(13 * 12 - 10)
    found = await next_of(record)
    assert found is not None
    assert found.vaccines == ["双价HPV疫苗"]
