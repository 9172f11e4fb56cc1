"""Reads: the measurements of a baby with their figures, and the last of them for the home screen."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import babies
from membership.growth import standards
from membership.growth.content import Measurement, unsealed
from membership.growth.errors import GrowthRecordNotFound
from membership.growth.figures import Assessed, assess
from membership.growth.standards import Standard

ALL = "SELECT id, content_sealed FROM growth_record WHERE baby_id = $1"
MEASUREMENTS = "(SELECT array_agg(uuid_send(id) || content_sealed) FROM growth_record WHERE baby_id = {baby})"
"""For a statement that reads more than this: `.format(baby="$1")`; its value goes to `latest_from`."""


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement with its figures, and the name of the standard that they were taken from."""

    id: UUID
    measurement: Measurement
    assessed: Assessed
    standard: str


class Latest(msgspec.Struct, frozen=True, kw_only=True):
    """The last value of each, which may be of different days; None where there is none. Never logged."""

    measured_on: date
    """Of the last measurement."""
    weight_g: int | None
    length_mm: int | None
    head_mm: int | None

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Latest(…)"


async def records(
    guardian_id: UUID, baby_id: UUID, query: PageQuery, *, standard: str | None = None
) -> Page[RecordView]:
    """The measurements by a standard, the last day first. Two statements.

    Raises as `babies.open_baby`; `Invalid` (cursor, standard).
    """
    by = standards.chosen(standard)
    # A day in a cursor would stand in the addresses that are logged; how far she has read says nothing.
    (shown,) = read_cursor(query.cursor, int) if query.cursor else (0,)
    baby = await babies.open_baby(guardian_id, baby_id)
    found = await measurements(baby)
    found.reverse()
    end = max(shown, 0) + query.limit
    items = [view(baby, record_id, measured, by) for record_id, measured in found[max(shown, 0) : end]]
    return Page(items=items, next_cursor=write_cursor(end) if end < len(found) else None)


async def record_of(guardian_id: UUID, baby_id: UUID, record_id: UUID, *, standard: str | None = None) -> RecordView:
    """One measurement by a standard. Raises as `babies.open_baby`; `GrowthRecordNotFound`, `Invalid` (standard)."""
    by = standards.chosen(standard)
    baby = await babies.open_baby(guardian_id, baby_id)
    return view(baby, record_id, await measurement(baby, record_id), by)


async def measurements(baby: babies.BabyRecord) -> list[tuple[UUID, Measurement]]:
    """All of a baby that the caller has opened, the first day first. One statement."""
    found = [
        (row["id"], unsealed(baby, row["id"], row["content_sealed"])) for row in await database.fetch(ALL, baby.id)
    ]
    return sorted(found, key=lambda pair: (pair[1].measured_on, pair[0]))


async def history(baby: babies.BabyRecord) -> list[RecordView]:
    """All measurements of a baby that the caller has opened, with their figures, the last day first. One statement."""
    return [view(baby, record_id, measured) for record_id, measured in reversed(await measurements(baby))]


async def measurement(baby: babies.BabyRecord, record_id: UUID) -> Measurement:
    """One of a baby that the caller has opened. Raises `GrowthRecordNotFound`, for another baby's too."""
    row = await database.fetchrow(f"{ALL} AND id = $2", baby.id, record_id)
    if row is None:
        raise GrowthRecordNotFound
    return unsealed(baby, record_id, row["content_sealed"])


def latest_from(baby: babies.BabyRecord, found: Sequence[bytes] | None) -> Latest | None:
    """The last values of a baby that the caller has opened, from the value of `MEASUREMENTS` that was read with other
    things; None before the first."""
    if not found:
        return None
    measured = [unsealed(baby, UUID(bytes=each[:16]), each[16:]) for each in found]
    measured.sort(key=lambda each: each.measured_on, reverse=True)

    def last(name: str) -> int | None:
        return next((value for each in measured if (value := getattr(each, name)) is not None), None)

    return Latest(
        measured_on=measured[0].measured_on,
        weight_g=last("weight_g"),
        length_mm=last("length_mm"),
        head_mm=last("head_mm"),
    )


def view(
    baby: babies.BabyRecord, record_id: UUID, measured: Measurement, standard: Standard | None = None
) -> RecordView:
    """With its figures: by the standard that is shown where nobody chose, unless another is given."""
    standard = standard or standards.chosen(None)
    return RecordView(
        id=record_id,
        measurement=measured,
        assessed=assess(baby.details, measured, standard),
        standard=standard.name,
    )
