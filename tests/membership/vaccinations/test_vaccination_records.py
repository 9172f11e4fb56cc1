"""What is kept of a child's vaccinations: written, corrected, removed, skipped; sealed; for guardians only."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from foundation import clock, database
from foundation.errors import Invalid
from foundation.secrets import Unreadable
from foundation.settings import Settings
from membership import authorizations, babies, vaccinations
from membership.vaccinations import Correction, DoseGiven, Status, sheets
from membership.vaccinations.judging import Given
from tests.makers.babies import make_child, make_mother, make_pregnancy, make_relative
from tests.makers.vaccinations import QUIET_DAY, a_quiet_day, catch_up, give, lines, next_of, opened
from tests.statements import statements

TODAY = QUIET_DAY
today = pytest.fixture(autouse=True)(a_quiet_day)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


async def sealed(baby_id: UUID) -> bytes | None:
    row: bytes | None = await database.fetchval(sheets.READ, baby_id)
    return row


async def test_recording_moves_the_plan(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, ago(100))
    before = await lines(mother.id, baby)
    assert before["HepB", 1].status == Status.OVERDUE
    await give(mother.id, baby, ago(100), ("HepB", 1), ("BCG", 1))
    await give(mother.id, baby, ago(10), ("HepB", 2))
    after = await lines(mother.id, baby)
    assert after["HepB", 1].status == after["HepB", 2].status == Status.DONE
    assert after["HepB", 1].vaccine == "HepB"
    assert after["HepB", 3].earliest == max(clock.add_months(ago(100), 6), ago(10) + timedelta(days=60))


async def test_the_same_dose_is_recorded_once(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await give(mother.id, baby, ago(100), ("HepB", 1))
    with pytest.raises(vaccinations.DoseAlreadyRecorded):
        await give(mother.id, baby, ago(90), ("HepB", 1))
    with pytest.raises(vaccinations.DoseAlreadyRecorded):
        await give(mother.id, baby, ago(60), ("HepB", 2), ("HepB", 2))
    made = await lines(mother.id, baby)
    assert made["HepB", 1].given_on == ago(100)
    assert made["HepB", 2].status != Status.DONE  # all of a request or nothing


async def test_a_record_is_corrected_and_removed(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await give(mother.id, baby, ago(90), ("HepB", 1), ("HepB", 2))
    record = (await lines(mother.id, baby))["HepB", 2].record
    assert record is not None
    await vaccinations.correct(mother.id, baby, record, Correction(given_on=ago(60)))
    assert (await lines(mother.id, baby))["HepB", 2].given_on == ago(60)
    with pytest.raises(vaccinations.DoseAlreadyRecorded):
        await vaccinations.correct(mother.id, baby, record, Correction(number=1))
    for wrong in (Correction(given_on=ago(101)), Correction(given_on=ago(-1)), Correction(vaccine="MMR")):
        with pytest.raises(Invalid):
            await vaccinations.correct(mother.id, baby, record, wrong)
    await vaccinations.correct(mother.id, baby, record, Correction(number=3, vaccine="DTaP-IPV-HepB-Hib"))
    made = await lines(mother.id, baby)
    assert (made["HepB", 3].vaccine, made["HepB", 3].record) == ("DTaP-IPV-HepB-Hib", record)
    await vaccinations.remove(mother.id, baby, record)
    made = await lines(mother.id, baby)
    assert (made["HepB", 3].status, made["HepB", 1].status) == (Status.UPCOMING, Status.DONE)
    for again in (
        vaccinations.remove(mother.id, baby, record),
        vaccinations.correct(mother.id, baby, record, Correction(given_on=ago(50))),
    ):
        with pytest.raises(vaccinations.VaccinationNotFound):
            await again


async def test_skipped_on_advice_and_given_after_all(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await vaccinations.skip(mother.id, baby, [("BCG", 1), ("HepB", 1)])
    once = await sheets_skipped(mother.id, baby)
    await vaccinations.skip(mother.id, baby, [("BCG", 1)])
    assert await sheets_skipped(mother.id, baby) == once
    assert len(once) == 2
    await give(mother.id, baby, ago(30), ("BCG", 1))
    made = await lines(mother.id, baby)
    assert (made["BCG", 1].status, made["HepB", 1].status) == (Status.DONE, Status.SKIPPED)
    with pytest.raises(vaccinations.DoseAlreadyRecorded):
        await vaccinations.skip(mother.id, baby, [("BCG", 1)])
    record = made["HepB", 1].record
    assert record is not None
    await vaccinations.remove(mother.id, baby, record)
    assert (await lines(mother.id, baby))["HepB", 1].status == Status.OVERDUE


async def sheets_skipped(guardian_id: UUID, baby_id: UUID) -> set[str | None]:
    sheet = await sheets.read(await opened(guardian_id, baby_id))
    return {skip.record for skip in sheet.skipped}


async def test_a_plan_keeps_its_edition_until_she_moves_on(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await vaccinations.choose(mother.id, baby, edition="nip-2021", courses={"JE": "JE-I"})
    plan = await vaccinations.plan_of(mother.id, baby)
    assert (plan.edition, plan.newer_edition) == ("nip-2021", "nip-2026")
    assert [(course.series, course.vaccine) for course in plan.courses] == [("JE", "JE-I"), ("HepA", "HepA-L")]
    made = await lines(mother.id, baby)
    assert (made["DTaP", 1].earliest, made["DTaP", 5].vaccine) == (clock.add_months(ago(100), 3), "DT")
    await give(mother.id, baby, ago(100), ("HepB", 1))
    assert (await vaccinations.plan_of(mother.id, baby)).edition == "nip-2021"
    await vaccinations.choose(mother.id, baby, edition="nip-2026", courses={})
    plan = await vaccinations.plan_of(mother.id, baby)
    assert (plan.edition, plan.newer_edition, plan.courses[0].vaccine) == ("nip-2026", None, "JE-I")
    assert (await lines(mother.id, baby))["HepB", 1].status == Status.DONE


@pytest.mark.parametrize(
    ("edition", "courses", "field"),
    [
        ("nip-1999", {}, "schedule"),
        (None, {"JE": "MMR"}, "courses.JE"),
        (None, {"XX": "JE-L"}, "courses.XX"),
    ],
)
async def test_unknown_choices_are_refused(
    edition: str | None, courses: dict[str, str], field: str, world: Settings
) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    with pytest.raises(Invalid) as refused:
        await vaccinations.choose(mother.id, baby, edition=edition, courses=courses)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    ("given_on", "dose", "field"),
    [
        (TODAY + timedelta(days=1), DoseGiven("HepB", 1), "given_on"),
        (TODAY - timedelta(days=101), DoseGiven("HepB", 1), "given_on"),
        (TODAY, DoseGiven("Smallpox", 1), "doses[0].series"),
        (TODAY, DoseGiven("HepB", 0), "doses[0].number"),
        (TODAY, DoseGiven("HepB", 7), "doses[0].number"),
        (TODAY, DoseGiven("Influenza", 13, "IIV"), "doses[0].number"),
        (TODAY, DoseGiven("Influenza", 1), "doses[0].vaccine"),  # in no plan
        (TODAY, DoseGiven("HepB", 1, "MMR"), "doses[0].vaccine"),
        (TODAY, DoseGiven("HepB", 1, "Sputnik"), "doses[0].vaccine"),
        (TODAY, DoseGiven("HepB", 4), "doses[0].vaccine"),  # not in her plan, so she has to say what it was
    ],
)
async def test_what_cannot_be_is_refused(given_on: date, dose: DoseGiven, field: str, world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, ago(100))
    with pytest.raises(Invalid) as refused:
        await vaccinations.record(mother.id, baby, given_on, [dose])
    assert [error.field for error in refused.value.errors] == [field]
    assert await sealed(baby) is None


async def test_a_sheet_is_full_with_sixty_records(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    by_series = {
        series: code
        for code, vaccine in vaccinations.VACCINES.items()
        for series in vaccine.series
        if series not in vaccinations.OUTSIDE
    }
    every = [DoseGiven(series, number, by_series[series]) for series in by_series for number in range(1, 7)]
    assert len(every) == 54
    await vaccinations.record(mother.id, baby, TODAY, every)
    full = await sheets.read(await opened(mother.id, baby))
    assert len(full.given) == 54
    with pytest.raises(vaccinations.TooManyVaccinations):
        sheets.with_skipped(full, [("HepB", number) for number in range(7, 14)])
    with pytest.raises(vaccinations.TooManyVaccinations):
        sheets.with_given(full, [Given("HepB", number, "HepB", TODAY) for number in range(7, 14)])


async def test_a_pregnancy_has_no_plan(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_pregnancy(mother.id)
    for attempt in (
        vaccinations.plan_of(mother.id, baby),
        vaccinations.calendar_of(mother.id, baby),
        vaccinations.skip(mother.id, baby, [("HepB", 1)]),
        vaccinations.record(mother.id, baby, TODAY, [DoseGiven("HepB", 1)]),
    ):
        with pytest.raises(babies.NotBornYet):
            await attempt
    assert await next_of(await opened(mother.id, baby)) is None


async def test_guardians_only_and_only_while_it_is_allowed(world: Settings) -> None:
    mother, stranger = await make_mother(), await make_mother()
    baby = await make_child(mother.id)
    guardian, _ = await make_relative(mother.id, baby, "guardian")
    relative, _ = await make_relative(mother.id, baby)
    await give(guardian.id, baby, ago(100), ("HepB", 1))
    assert (await lines(mother.id, baby))["HepB", 1].status == Status.DONE
    for reader, refusal in [(stranger, babies.BabyNotFound), (relative, babies.GuardianOnly)]:
        with pytest.raises(refusal):
            await vaccinations.plan_of(reader.id, baby)
        with pytest.raises(refusal):
            await vaccinations.calendar_of(reader.id, baby)
        with pytest.raises(refusal):
            await give(reader.id, baby, ago(50), ("HepB", 2))
    await authorizations.withdraw(mother.id, ["service"])
    with pytest.raises(babies.AuthorizationRequired):
        await vaccinations.plan_of(mother.id, baby)
    with pytest.raises(babies.AuthorizationRequired):
        await give(mother.id, baby, ago(50), ("HepB", 2))
    with pytest.raises(babies.BabyNotFound):
        await vaccinations.plan_of(guardian.id, baby)


async def test_the_row_tells_nothing_and_opens_nowhere_else(world: Settings) -> None:
    mother = await make_mother()
    one, other = await make_child(mother.id), await make_child(mother.id, ago(700), nickname="小雪")
    await give(mother.id, one, ago(100), ("HepB", 1))
    await catch_up(mother.id, other)
    contents = [await sealed(one), await sealed(other)]
    assert contents[0] is not None
    assert contents[1] is not None
    assert len(contents[0]) == len(contents[1])  # a hundred days and twenty doses look the same
    assert all(word not in contents[0] for word in (b"HepB", ago(100).isoformat().encode()))
    with pytest.raises(Unreadable):
        sheets.open_sheet(await opened(mother.id, one), contents[1])
    assert "HepB" not in repr(await sheets.read(await opened(mother.id, one)))


async def test_nor_does_the_sheet_of_who_had_everything_besides_the_plan(world: Settings) -> None:
    mother = await make_mother()
    full, new = await make_child(mother.id, ago(2000)), await make_child(mother.id, ago(20), nickname="小雪")
    await vaccinations.skip(mother.id, new, [("MMR", 1)])
    await catch_up(mother.id, full)
    besides = (("VarV", 2), ("Hib", 4), ("PCV", 4), ("RV", 3), ("EV71", 2), ("IIV", 9), ("COVID-19", 3))
    doses = [
        DoseGiven(vaccinations.VACCINES[vaccine].series[0], number, vaccine)
        for vaccine, most in besides
        for number in range(1, most + 1)
    ]
    await vaccinations.record(mother.id, full, ago(1), doses)
    sheet = await sheets.read(await opened(mother.id, full))
    assert len({dose.record for dose in sheet.given}) == len(sheet.given) > 35
    contents = [await sealed(baby) or b"" for baby in (full, new)]
    assert len(contents[0]) == len(contents[1])


async def test_statements_of_the_screens(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id)
    await give(mother.id, baby, ago(100), ("HepB", 1))
    with statements() as seen:
        await vaccinations.plan_of(mother.id, baby)
    assert len(seen) == 2, seen
    with statements() as seen:
        await vaccinations.calendar_of(mother.id, baby)
    assert len(seen) == 2, seen
    with statements() as seen:
        await give(mother.id, baby, ago(60), ("HepB", 2))
    assert len(seen) == 6, seen  # BEGIN, lock, open, read, write, COMMIT


async def test_what_comes_next_for_the_home_screen(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(TODAY, -3))
    record = await opened(mother.id, baby)
    found = await next_of(record)
    assert found is not None
    assert (found.day, found.visit) == (TODAY, "3个月儿保")
    assert found.vaccines == ["脊灰灭活疫苗", "百白破疫苗"]
    assert found.overdue == 2  # the first HepB and BCG: asked for, and not what comes next
    await catch_up(mother.id, baby, TODAY)
    found = await next_of(record)
    assert found is not None
    assert (found.day, found.vaccines, found.visit, found.overdue) == (TODAY, [], "3个月儿保", 0)


async def test_nothing_comes_next_when_all_is_done(world: Settings) -> None:
    mother = await make_mother()
    baby = await make_child(mother.id, clock.add_months(TODAY, -71))
    await catch_up(mother.id, baby)
    found = await next_of(await opened(mother.id, baby))
    assert found is not None
    assert found.visit == "6周岁儿保"
    assert found.vaccines == ["百白破疫苗", "A群C群流脑多糖疫苗"]


async def test_destroyed_with_the_baby(world: Settings) -> None:
    mother = await make_mother()
    baby, other = await make_child(mother.id), await make_child(mother.id, nickname="小雪")
    for each in (baby, other):
        await give(mother.id, each, ago(100), ("HepB", 1))
    await database.execute(
        "UPDATE baby SET status = 'hidden', hidden_on = '2020-01-01', place = NULL WHERE id = $1", baby
    )
    await babies.destroy_due()
    count = "SELECT count(*) FROM vaccination_sheet WHERE baby_id = $1"
    assert await database.fetchval(count, baby) == 0
    assert await database.fetchval(count, other) == 1
