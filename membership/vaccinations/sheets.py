"""A baby's sheet: what was given and skipped, and the schedule that her plan is made from. Changed as a whole."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock, database
from foundation.transactions import within_transaction
from membership import babies
from membership.vaccinations.combined import counted, of_one_injection
from membership.vaccinations.errors import DoseAlreadyRecorded, TooManyVaccinations, VaccinationNotFound
from membership.vaccinations.judging import Given
from membership.vaccinations.lines import Key, Skipped
from membership.vaccinations.schedules import Schedule, in_force, schedule, schedules
from membership.vaccinations.vaccines import fits

TABLE = "vaccination_sheet"
COLUMN = "content_sealed"
MOST_RECORDS = 60
"""The national schedule has 30 doses; a child from abroad has a few more."""
BEFORE_IT_WAS_KEPT = "nip-2026"
"""The edition of every child whose birth was told before the details kept one: there was no newer one then."""
SEALED_LENGTH = 1920
"""Characters before sealing, or a multiple of it: nearly every sheet has the length of an empty one, and its row stays
below the 2 kB at which PostgreSQL would put the content elsewhere."""

READ = "SELECT content_sealed FROM vaccination_sheet WHERE baby_id = $1"
# A question for each: as a list the planner at some sizes reads the whole table for it.
READ_MANY = """
SELECT baby_id, (SELECT content_sealed FROM vaccination_sheet WHERE baby_id = asked.baby_id)
  FROM unnest($1::uuid[]) AS asked (baby_id)
"""
WRITE = """
INSERT INTO vaccination_sheet (baby_id, content_sealed) SELECT * FROM unnest($1::uuid[], $2::bytea[])
ON CONFLICT (baby_id) DO UPDATE SET content_sealed = EXCLUDED.content_sealed
"""


When = Literal["ahead", "due"]
"""That a dose comes within days, and after it that it can be given now."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Never logged. A series and number stands once, in `given` or in `skipped`."""

    edition: str
    """Code of the schedule that the plan was made from. It stays until she moves on to a newer one."""
    wanted: dict[str, str] = {}
    """By series: the vaccine whose course she would like."""
    given: tuple[Given, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    told: dict[str, tuple[int, When]] = {}
    """By series: the last dose that she was reminded of. Not in rows of its own, for they could be counted."""

    def schedule(self) -> Schedule:
        """The edition. One that only a newer release knows, after the return to an older one, is the newest here."""
        return schedule(self.edition) or schedules()[-1]

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Sheet(…)"


@babies.names_schedule
def edition_in_force() -> str:
    """The edition that the plan of a child begins with, whose birth is told now."""
    return in_force(clock.today()).code


def new_sheet(baby: babies.BabyRecord) -> Sheet:
    """Of a child of whom nothing was written yet."""
    return Sheet(edition=baby.details.schedule or BEFORE_IT_WAS_KEPT)


def with_given(sheet: Sheet, doses: Iterable[Given]) -> Sheet:
    """With these doses; one that was skipped on advice was given after all.

    Raises `DoseAlreadyRecorded`, `TooManyVaccinations`.
    """
    taken = {(dose.series, dose.number) for dose in sheet.given}
    given = list(sheet.given)
    for dose in doses:
        key = (dose.series, dose.number)
        if key in taken:
            raise DoseAlreadyRecorded
        taken.add(key)
        # What one injection counts for is one record, however it was written down.
        same = next((other.record for other in given if of_one_injection(other, dose)), None)
        given.append(msgspec.structs.replace(dose, record=same or _new_record((*given, *sheet.skipped))))
    skipped = tuple(skip for skip in sheet.skipped if (skip.series, skip.number) not in taken)
    return _limited(msgspec.structs.replace(sheet, given=tuple(given), skipped=skipped))


def with_skipped(sheet: Sheet, keys: Iterable[Key]) -> Sheet:
    """With these doses skipped; once more changes nothing. Raises `DoseAlreadyRecorded`, `TooManyVaccinations`."""
    given = {(dose.series, dose.number) for dose in counted(sheet.given).given}
    skipped = {(skip.series, skip.number): skip for skip in sheet.skipped}
    for series, number in keys:
        if (series, number) in given:
            raise DoseAlreadyRecorded
        if (series, number) not in skipped:
            record = _new_record((*sheet.given, *skipped.values()))
            skipped[series, number] = Skipped(series, number, record)
    return _limited(msgspec.structs.replace(sheet, skipped=tuple(skipped.values())))


def given_record(sheet: Sheet, record: str) -> Given:
    """The dose with this record; of a combined vaccine what was written down first. Raises `VaccinationNotFound`."""
    found = next((dose for dose in sheet.given if dose.record == record), None)
    if found is None:
        raise VaccinationNotFound
    return found


def without(sheet: Sheet, record: str) -> Sheet:
    """Without this record, given or skipped, and without what was written down of the same injection. Raises
    `VaccinationNotFound`."""
    gone = [dose for dose in sheet.given if dose.record == record]
    given = tuple(
        dose for dose in sheet.given if dose not in gone and not any(of_one_injection(dose, each) for each in gone)
    )
    skipped = tuple(skip for skip in sheet.skipped if skip.record != record)
    if len(given) + len(skipped) == len(sheet.given) + len(sheet.skipped):
        raise VaccinationNotFound
    return msgspec.structs.replace(sheet, given=given, skipped=skipped)


def with_corrected(sheet: Sheet, corrected: Given) -> Sheet:
    """With the record of this id as it is now. Raises `DoseAlreadyRecorded` when another has its place.

    What else was written down of the same injection was given on the same day with the same vaccine. What the new
    vaccine does not have in it she wrote herself: it stays with the old one, as a record of its own.
    """
    old = given_record(sheet, corrected.record or "")
    of_it = [dose for dose in sheet.given if dose is not old and of_one_injection(dose, old)]
    apart = tuple(dose for dose in sheet.given if dose is not old and not of_one_injection(dose, old))
    own = _new_record((*sheet.given, *sheet.skipped))
    others = tuple(_joined(dose, corrected) for dose in apart) + tuple(
        msgspec.structs.replace(dose, vaccine=corrected.vaccine, given_on=corrected.given_on)
        if fits(corrected.vaccine, dose.series)
        else msgspec.structs.replace(dose, given_on=corrected.given_on, record=own)
        for dose in of_it
    )
    if any((dose.series, dose.number) == (corrected.series, corrected.number) for dose in others):
        raise DoseAlreadyRecorded
    skipped = tuple(
        skip for skip in sheet.skipped if (skip.series, skip.number) != (corrected.series, corrected.number)
    )
    return msgspec.structs.replace(sheet, given=(*others, corrected), skipped=skipped)


def _joined(dose: Given, corrected: Given) -> Given:
    """With the record of the injection that it turned out to be of."""
    return msgspec.structs.replace(dose, record=corrected.record) if of_one_injection(dose, corrected) else dose


def _new_record(others: Iterable[Given | Skipped]) -> str:
    """Four characters, another one than those of the sheet: with more, what a child of six was given besides the plan
    would make its sheet longer than others."""
    taken = {other.record for other in others}
    while (record := secrets.token_urlsafe(3)) in taken:
        pass
    return record


def _limited(sheet: Sheet) -> Sheet:
    if len(sheet.given) + len(sheet.skipped) > MOST_RECORDS:
        raise TooManyVaccinations
    return sheet


_decoder = msgspec.json.Decoder(Sheet)


def open_sheet(baby: babies.BabyRecord, sealed: bytes | None) -> Sheet:
    """From what the row holds; None: there is no row yet. Raises `secrets.Unreadable`."""
    if sealed is None:
        return new_sheet(baby)
    return _decoder.decode(baby.unseal(TABLE, COLUMN, baby.id, sealed))


def seal_sheet(baby: babies.BabyRecord, sheet: Sheet) -> bytes:
    text = msgspec.json.encode(sheet).decode()
    return baby.seal(TABLE, COLUMN, baby.id, text.ljust(-(-len(text) // SEALED_LENGTH) * SEALED_LENGTH))


async def read(baby: babies.BabyRecord) -> Sheet:
    """The baby's sheet. One statement."""
    return open_sheet(baby, await database.fetchval(READ, baby.id))


async def read_many(of: Iterable[babies.BabyRecord]) -> Mapping[UUID, bytes]:
    """The sealed sheets by baby, of those who have one. One statement."""
    rows = await database.fetch(READ_MANY, [baby.id for baby in of])
    return {row["baby_id"]: row["content_sealed"] for row in rows if row["content_sealed"] is not None}


@within_transaction
async def write(baby: babies.BabyRecord, sheet: Sheet) -> None:
    """A step: the caller holds the baby, so nobody else writes meanwhile."""
    await write_many([(baby, sheet)])


@within_transaction
async def write_many(written: Sequence[tuple[babies.BabyRecord, Sheet]]) -> None:
    """The same for several, in one statement."""
    if written:
        sealed = [seal_sheet(baby, sheet) for baby, sheet in written]
        await database.execute(WRITE, [baby.id for baby, _ in written], sealed)


@babies.on_destroyed
@within_transaction
async def forget(baby_id: UUID) -> None:
    """A step: the baby's key is destroyed, and nothing of it stays here."""
    await database.execute("DELETE FROM vaccination_sheet WHERE baby_id = $1", baby_id)
