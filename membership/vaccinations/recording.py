"""Writes: what was given, what a doctor advised against, and the schedule a plan follows.

What an action returns is kept with the idempotency key, in clear: so none returns anything of the baby.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from foundation import clock, stones
from foundation.errors import FieldError, Invalid
from foundation.transactions import transactional, within_transaction
from membership import babies
from membership.vaccinations import sheets
from membership.vaccinations.courses import choose_course
from membership.vaccinations.errors import VaccinationNotFound
from membership.vaccinations.judging import Given
from membership.vaccinations.queries import born_on
from membership.vaccinations.schedules import schedule
from membership.vaccinations.sheets import Sheet
from membership.vaccinations.vaccines import SERIES, fits, most_number

REMOVED = "vaccinations.removed"


class Removed(msgspec.Struct, frozen=True):
    """What a stone says: this record was taken away. Neither which vaccine nor when."""

    baby_id: UUID
    record: str


class Written(msgspec.Struct, frozen=True):
    """It was written; what there is now is to be read."""

    baby_id: UUID


class DoseGiven(msgspec.Struct, frozen=True):
    """A dose as the mother says it. `vaccine` None: the one that her plan names."""

    series: str
    number: int
    vaccine: str | None = None


class Correction(msgspec.Struct, frozen=True):
    """What is to be changed in a record; None stays as it is."""

    given_on: date | None = None
    number: int | None = None
    vaccine: str | None = None


@transactional
async def record(guardian_id: UUID, baby_id: UUID, given_on: date, doses: Sequence[DoseGiven]) -> Written:
    """Writes what she was given on one day: several vaccines, as it is at a visit.

    What comes too early or too soon is kept; the plan asks her to check. A combined vaccine counts for every series
    that is in it, whether she names them all or one. Raises `Invalid` (the day before the birth or
    after today, a vaccine that is not of the series), `DoseAlreadyRecorded`, `TooManyVaccinations`, `NotBornYet`, and
    as `babies.hold_baby`.
    """
    baby, sheet = await _hold(guardian_id, baby_id)
    check_day(given_on, born_on(baby))
    added = [
        Given(dose.series, dose.number, vaccine_of(sheet, dose, f"doses[{index}]"), given_on)
        for index, dose in enumerate(doses)
    ]
    await sheets.write(baby, sheets.with_given(sheet, added))
    return Written(baby_id)


@transactional
async def correct(guardian_id: UUID, baby_id: UUID, record_id: str, correction: Correction) -> Written:
    """Changes the day, the number or the vaccine of a dose that was recorded. Raises as `record`, and
    `VaccinationNotFound`."""
    baby, sheet = await _hold(guardian_id, baby_id)
    old = sheets.given_record(sheet, record_id)
    new = msgspec.structs.replace(
        old,
        given_on=correction.given_on or old.given_on,
        number=correction.number or old.number,
        vaccine=correction.vaccine or old.vaccine,
    )
    check_day(new.given_on, born_on(baby))
    vaccine_of(sheet, DoseGiven(new.series, new.number, new.vaccine), "")
    await sheets.write(baby, sheets.with_corrected(sheet, new))
    return Written(baby_id)


@transactional
async def remove(guardian_id: UUID, baby_id: UUID, record_id: str) -> Written:
    """Takes a record away, of a dose given or skipped; the plan is as if it had never been. A combined vaccine goes
    with everything that it counted for.

    Raises `VaccinationNotFound`, and as `babies.hold_baby`.
    """
    baby, sheet = await _hold(guardian_id, baby_id)
    await sheets.write(baby, sheets.without(sheet, record_id))
    await stones.lay(REMOVED, Removed(baby_id, record_id))
    return Written(baby_id)


@stones.replays(REMOVED)
@within_transaction
async def remove_again(said: Removed, at: datetime) -> bool:
    """In a restored database."""
    baby = await babies.hold_to_replay(said.baby_id)
    if baby is None:
        return False
    try:
        sheet = sheets.without(await sheets.read(baby), said.record)
    except VaccinationNotFound:
        return False
    await sheets.write(baby, sheet)
    return True


@transactional
async def skip(guardian_id: UUID, baby_id: UUID, doses: Sequence[tuple[str, int]]) -> Written:
    """Notes that a doctor advised against these doses (series and number). Once more changes nothing.

    Raises `Invalid` for a dose that her plan does not have, `DoseAlreadyRecorded`, `TooManyVaccinations`, and as
    `babies.hold_baby`.
    """
    baby, sheet = await _hold(guardian_id, baby_id)
    born_on(baby)
    for index, (series, number) in enumerate(doses):
        vaccine_of(sheet, DoseGiven(series, number), f"doses[{index}]")
    await sheets.write(baby, sheets.with_skipped(sheet, doses))
    return Written(baby_id)


@transactional
async def choose(guardian_id: UUID, baby_id: UUID, *, edition: str | None, courses: dict[str, str]) -> Written:
    """Moves her plan to another edition of the schedule, and chooses courses (`{"JE": "JE-I"}`).

    What was given is kept. Raises `Invalid` for what is unknown, `NotBornYet`, and as
    `babies.hold_baby`.
    """
    baby, sheet = await _hold(guardian_id, baby_id)
    born_on(baby)
    chosen = schedule(edition or sheet.edition)
    if chosen is None:
        raise Invalid(errors=[FieldError("schedule", "没有这个版本的免疫程序")])
    known = chosen.courses
    for series, vaccine in courses.items():
        if not any(course[0].vaccine == vaccine for course in known.get(series, [])):
            raise Invalid(errors=[FieldError(f"courses.{series}", "这个系列没有这种疫苗的程序")])
    changed = msgspec.structs.replace(sheet, edition=chosen.code, wanted={**sheet.wanted, **courses})
    await sheets.write(baby, changed)
    return Written(baby_id)


def check_day(given_on: date, birth_date: date) -> None:
    """Raises `Invalid`."""
    if given_on > clock.today():
        raise Invalid(errors=[FieldError("given_on", "接种日期还没有到，请检查后再填")])
    if given_on < birth_date:
        raise Invalid(errors=[FieldError("given_on", "接种日期早于宝宝的出生日期，请检查后再填")])


def vaccine_of(sheet: Sheet, dose: DoseGiven, place: str) -> str:
    """The vaccine of a dose: as said, or as the plan names it. Raises `Invalid` with the field named."""
    inside = f"{place}." if place else ""
    if dose.series not in SERIES or not 1 <= dose.number <= most_number(dose.series):
        raise Invalid(errors=[FieldError(f"{inside}{'number' if dose.series in SERIES else 'series'}", "没有这一剂次")])
    if dose.vaccine is not None:
        if not fits(dose.vaccine, dose.series):
            raise Invalid(errors=[FieldError(f"{inside}vaccine", "这种疫苗不属于这个系列，请重新选择")])
        return dose.vaccine
    given = {(other.series, other.number): other for other in sheet.given}
    courses = sheet.schedule().courses.get(dose.series)
    course = choose_course(dose.series, courses, given, sheet.wanted) if courses else ()
    planned = next((rule.vaccine for rule in course if rule.number == dose.number), None)
    if planned is None:
        raise Invalid(errors=[FieldError(f"{inside}vaccine", "接种计划里没有这一剂次，请选择接种的疫苗")])
    return planned


async def _hold(guardian_id: UUID, baby_id: UUID) -> tuple[babies.BabyRecord, Sheet]:
    baby = await babies.hold_baby(guardian_id, baby_id)
    return baby, await sheets.read(baby)
