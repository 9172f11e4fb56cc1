"""Writes: recording, changing and removing a measurement. Only a guardian does."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from foundation import database, stones
from foundation.transactions import transactional, within_transaction
from membership import babies
from membership.growth import queries
from membership.growth.content import Measurement, MeasurementChanges, changed, checked, sealed
from membership.growth.errors import GrowthRecordNotFound, TooManyGrowthRecords
from membership.growth.models import MOST_RECORDS
from membership.growth.queries import RecordView, view

_ADD = """
INSERT INTO growth_record (id, baby_id, place, content_sealed)
SELECT $1, $2, place, $3 FROM generate_series(1, $4::int) place
 WHERE NOT EXISTS (SELECT FROM growth_record taken WHERE taken.baby_id = $2 AND taken.place = place.place)
 ORDER BY place LIMIT 1
"""


REMOVED = "growth.removed"


class Removed(msgspec.Struct, frozen=True):
    """What a stone says: this measurement was deleted."""

    record_id: UUID


@transactional
async def record(guardian_id: UUID, baby_id: UUID, measurement: Measurement) -> RecordView:
    """Keeps what was measured. The very same again gives the first record again, so a second tap does no harm.

    Raises as `babies.open_baby`; `NotBornYet`, `Invalid`, `TooManyGrowthRecords`.
    """
    # No idempotency key: it would keep the answer, which nobody but a guardian may read, in clear.
    baby = await babies.hold_baby(guardian_id, baby_id)
    new = _checked(baby, measurement)
    for known_id, known in await queries.measurements(baby):
        if known == new:
            return view(baby, known_id, new)
    record_id = uuid4()
    if not await database.execute(_ADD, record_id, baby_id, sealed(baby, record_id, new), MOST_RECORDS):
        raise TooManyGrowthRecords
    return view(baby, record_id, new)


@transactional
async def change(guardian_id: UUID, baby_id: UUID, record_id: UUID, changes: MeasurementChanges) -> RecordView:
    """Corrects a measurement. Raises as `record`, and `GrowthRecordNotFound`."""
    baby = await babies.hold_baby(guardian_id, baby_id)
    new = _checked(baby, changed(await queries.measurement(baby, record_id), changes))
    await database.execute(
        "UPDATE growth_record SET content_sealed = $2 WHERE id = $1", record_id, sealed(baby, record_id, new)
    )
    return view(baby, record_id, new)


@transactional
async def remove(guardian_id: UUID, baby_id: UUID, record_id: UUID) -> None:
    """Deletes a measurement. Raises as `babies.open_baby`, and `GrowthRecordNotFound`."""
    baby = await babies.hold_baby(guardian_id, baby_id)
    if not await database.execute("DELETE FROM growth_record WHERE id = $1 AND baby_id = $2", record_id, baby.id):
        raise GrowthRecordNotFound
    await stones.lay(REMOVED, Removed(record_id))


@stones.replays(REMOVED)
@within_transaction
async def remove_again(said: Removed, at: datetime) -> bool:
    """In a restored database."""
    return bool(await database.execute("DELETE FROM growth_record WHERE id = $1", said.record_id))


@babies.on_destroyed
@within_transaction
async def forget(baby_id: UUID) -> None:
    """Deletes all measurements of a baby whose key is destroyed: nobody could read them again."""
    await database.execute("DELETE FROM growth_record WHERE baby_id = $1", baby_id)


def _checked(baby: babies.BabyRecord, measurement: Measurement) -> Measurement:
    if baby.details.birth_date is None:
        raise babies.NotBornYet
    return checked(measurement, baby.details.birth_date)
